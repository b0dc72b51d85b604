from odoo import fields, models

from ..models.planning.crm_year_plan_figure import PHASE_NAMES


class CrmYearPlanDialog(models.TransientModel):
    """Asks for what a step or a review of a plan needs; those check everything (S8)."""

    _name = "crm.year.plan.dialog"
    _description = "Step of a Year Plan"
    _rec_name = "kind"

    plan_id = fields.Many2one("crm.year.plan", required=True, ondelete="cascade")
    kind = fields.Selection(
        [("return", "Return"), ("amend", "Open Again"), ("review", "Review")], required=True
    )
    reason = fields.Text()
    phase = fields.Selection(PHASE_NAMES, string="Period", default="h1")
    remarks = fields.Text(help="How it went, and why.")

    def action_confirm(self):
        """Take the step, or freeze the figures and open the review."""
        self.ensure_one()
        if self.kind != "review":
            self.plan_id._step(self.kind, self.reason)
            return {"type": "ir.actions.act_window_close"}
        return self.plan_id._review(self.phase, self.remarks).get_formview_action()
