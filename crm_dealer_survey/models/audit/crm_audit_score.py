from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...tools.audit_score import percent, weighted


class CrmAuditScore(models.Model):
    """The score of a section in an audit (S9); written when the audit begins, then computed."""

    _name = "crm.audit.score"
    _description = "Section of an Audit"
    _order = "audit_id desc, sequence, id"
    _rec_name = "section_id"

    audit_id = fields.Many2one("crm.audit", required=True, index=True, ondelete="cascade")
    section_id = fields.Many2one(
        "crm.audit.section", required=True, index=True, ondelete="restrict"
    )
    sequence = fields.Integer(related="section_id.sequence", store=True, aggregator=None)
    dealer_id = fields.Many2one(related="audit_id.dealer_id", store=True, index=True)
    region_id = fields.Many2one(related="audit_id.region_id", store=True)
    company_id = fields.Many2one(related="audit_id.company_id", store=True, index=True)
    kind = fields.Selection(related="audit_id.kind", store=True)
    state = fields.Selection(related="audit_id.state", store=True)
    done_on = fields.Date(related="audit_id.done_on", store=True)
    score = fields.Float(
        string="Score (%)", compute="_compute_score", store=True, aggregator="avg"
    )
    has_score = fields.Boolean(compute="_compute_score", store=True)

    _section_uniq = models.Constraint(
        "UNIQUE(audit_id, section_id)", "A section is scored once in an audit."
    )

    @api.depends("audit_id.answer_ids.state", "audit_id.answer_ids.points")
    def _compute_score(self):
        for row in self:
            answers = row.audit_id.answer_ids.filtered(
                lambda a, row=row: a.section_id == row.section_id and a.state == "scored"
            )
            figure = weighted(
                (answer.item_id.weight, percent(answer.points, answer.max_points))
                for answer in answers
            )
            row.has_score = figure is not None
            row.score = figure or 0.0

    @api.model_create_multi
    def create(self, vals_list):
        self._check_step()
        return super().create(vals_list)

    def write(self, vals):
        self._check_step()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._check_step()

    def _check_step(self):
        if not self.env["crm.audit"]._by_step():
            raise AccessError(self.env._("Scores follow from the answers: score the items."))
