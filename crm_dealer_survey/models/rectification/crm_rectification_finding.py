from odoo import api, fields, models
from odoo.exceptions import AccessError


class CrmRectificationFinding(models.Model):
    """A factor or question that the notice is about, with the figure that was said (S4)."""

    _name = "crm.rectification.finding"
    _description = "Finding of a Notice"
    _order = "rectification_id, id"

    rectification_id = fields.Many2one(
        "crm.rectification", string="Notice", required=True, index=True, ondelete="cascade"
    )
    factor_id = fields.Many2one(
        "crm.satisfaction.factor", index="btree_not_null", ondelete="set null"
    )
    question_id = fields.Many2one(
        "survey.question",
        index="btree_not_null",
        ondelete="set null",
        domain=[("satisfaction_version_id", "!=", False), ("is_page", "=", False)],
    )
    note = fields.Char(string="Remark", help="What else was found, e.g. in an audit.")
    value = fields.Float(string="Figure", digits=(6, 1))
    said = fields.Char(compute="_compute_said")

    @api.depends("value", "question_id", "factor_id", "note")
    @api.depends_context("lang")
    def _compute_said(self):
        for finding in self:
            kind = finding.question_id.satisfaction_kind
            if kind == "compliance":
                finding.said = self.env._("Yes") if finding.value else self.env._("No")
            elif kind == "open" or finding.note:
                finding.said = f"{finding.value:g}" if finding.value else ""
            else:
                finding.said = f"{finding.value:.3g} / 10"

    @api.depends("question_id", "factor_id", "note")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for finding in self:
            what = finding.question_id.title or finding.factor_id.name or finding.note
            finding.display_name = what or self.env._("Total")

    @api.model_create_multi
    def create(self, vals_list):
        findings = super().create(vals_list)
        findings._check_draft()
        return findings

    def write(self, vals):
        self._check_draft()
        result = super().write(vals)
        self._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_of_drafts_only(self):
        self._check_draft()

    def _check_draft(self):
        if self.env["crm.rectification"]._by_step():
            return
        for notice in self.rectification_id:
            if "finding_ids" not in notice._writable_fields():
                raise AccessError(notice._write_refusal())
