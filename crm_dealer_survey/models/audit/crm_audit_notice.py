"""Findings of an audit become notices of rectification (S4, S9)."""

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from .crm_audit_guard import STEP


class CrmAudit(models.Model):
    _inherit = "crm.audit"

    rectification_count = fields.Integer(
        string="Notices", compute="_compute_rectification_count"
    )

    @api.depends("answer_ids.rectification_id")
    @api.depends_context("uid")
    def _compute_rectification_count(self):
        notices = self.env["crm.rectification"]
        counts = {}
        if notices.has_access("read"):
            keys = [audit._source_ref() for audit in self]
            domain = [("source_ref", "in", keys)]
            counts = dict(notices._read_group(domain, ["source_ref"], ["__count"]))
        for audit in self:
            audit.rectification_count = counts.get(audit._source_ref(), 0)

    def _source_ref(self):
        return f"crm.audit,{self._origin.id}"

    def action_open_rectifications(self):
        """Open the notices about findings of the audit."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_rectification_action"
        )
        refs = [audit._source_ref() for audit in self]
        return {**action, "domain": [("source_ref", "in", refs)], "context": {}}

    def action_issue_notices(self):
        """Issue a notice about each finding that is marked so and has none yet.

        :raise AccessError: not an auditor or manager, or the one who made the mystery visit
        :raise UserError: the result is not released, or nothing is left to give notice of
        """
        self.ensure_one()
        self._check_gives_notice()
        answers = self.answer_ids.filtered(
            lambda a: a.is_finding and a.notice_wanted and not a.rectification_id
        )
        if not answers:
            raise UserError(
                self.env._(
                    "No finding is left to give notice of. Mark “Give Notice” on those that are "
                    "to be put right."
                )
            )
        for answer in answers.sorted("place"):
            answer._give_notice()
        return self.action_open_rectifications()

    def _check_gives_notice(self):
        self._check_audits()
        self.check_access("write")
        if not self.released_on:
            raise UserError(
                self.env._("The dealer has to read the result first: release the audit.")
            )
        if self.kind == "mystery" and self.auditor_id == self.env.user:
            raise AccessError(
                self.env._(
                    "The notice would tell the dealer that you made the mystery visit. Let the "
                    "manufacturer's manager or another auditor issue it."
                )
            )


class CrmAuditAnswer(models.Model):
    _inherit = "crm.audit.answer"

    def _give_notice(self):
        """Issue the notice, worded for the dealer, once."""
        self.ensure_one()
        # sudo: which language the dealer's manager reads.
        notices = self.env["crm.rectification"]._worded_for(self.dealer_id.sudo())
        lang = notices.env.context.get("lang")
        item = self.item_id.with_context(lang=lang)
        lines = [item.section_id.name, item.guidance, self.remark]
        notice = self.env["crm.rectification"]._issue(
            {
                "origin": "audit",
                "origin_key": f"audit:{self.id}",
                "source_ref": self.audit_id._source_ref(),
                "source_name": self.audit_id.name,
                "dealer_id": self.dealer_id.id,
                "company_id": self.company_id.id,
                "subject": item.name,
                "problem": "\n".join(filter(None, lines)),
                "severity": self._severity(),
                "finding_ids": [
                    Command.create({"note": f"{self.place}. {item.name}", "value": self.points})
                ],
            }
        )
        # sudo: the notice is noted whoever of the manufacturer issued it.
        self.sudo().with_context(crm_audit_step=STEP).rectification_id = notice
        return notice

    def _severity(self):
        if self.is_must:
            return "critical"
        return "minor" if self.points else "major"
