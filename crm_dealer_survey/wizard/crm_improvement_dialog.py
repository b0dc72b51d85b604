from odoo import fields, models

from ..models.improvement.crm_improvement_plan import CONCLUSIONS


class CrmImprovementDialog(models.TransientModel):
    """Asks for what closing or cancelling a plan needs; the step itself checks everything (S6)."""

    _name = "crm.improvement.dialog"
    _description = "Step of an Improvement Plan"
    _inherit = ["crm.dealer.dialog"]
    _in_sight = ("plan_id",)
    _rec_name = "kind"

    plan_id = fields.Many2one("crm.improvement.plan", required=True, ondelete="cascade")
    kind = fields.Selection(
        [("close", "Close the Plan"), ("cancel", "Cancel the Plan")], required=True
    )
    verdict = fields.Selection(related="plan_id.verdict")
    conclusion = fields.Selection(CONCLUSIONS, string="What Follows")
    reason = fields.Text(string="In Words")

    def action_confirm(self):
        """Take the step; a next round is opened."""
        self.ensure_one()
        done = self.plan_id._step(self.kind, self.reason, self.conclusion or None)
        if done is True:
            return {"type": "ir.actions.act_window_close"}
        return done._get_records_action(context={})
