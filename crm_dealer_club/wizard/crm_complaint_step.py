from odoo import fields, models
from odoo.exceptions import UserError

from ..models.complaint.helpdesk_ticket_call_back import RESULTS


class CrmComplaintStep(models.TransientModel):
    """Asks for what a step of a complaint needs to be told (M7)."""

    _name = "crm.complaint.step"
    _description = "Step of a Complaint"
    _inherit = ["crm.dealer.dialog"]
    _in_sight = ("ticket_id",)

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    kind = fields.Selection(
        [("answered", "Answered"), ("call_back", "Call Back"), ("reopen", "Reopen")],
        required=True,
    )
    result = fields.Selection(RESULTS)
    note = fields.Text(string="What Was Said")

    def action_confirm(self):
        """Take the step; it checks rights and conditions itself."""
        self.ensure_one()
        if self.kind == "call_back" and not self.result:
            raise UserError(self.env._("Choose how the call went."))
        if self.kind == "reopen" and not (self.note or "").strip():
            raise UserError(self.env._("Write down why it is opened again."))
        shown = None
        if self.kind == "call_back":
            shown = self.ticket_id.action_complaint_called(self.result, self.note)
        elif self.kind == "reopen":
            self.ticket_id.action_complaint_reopen(self.note)
        else:
            self.ticket_id.action_answered(self.note)
        return shown if isinstance(shown, dict) else {"type": "ir.actions.act_window_close"}
