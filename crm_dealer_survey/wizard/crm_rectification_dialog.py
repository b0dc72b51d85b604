from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.rectification.crm_rectification import VERDICTS

KINDS = [
    ("refuse", "Refuse the Notice"),
    ("insist", "Insist on the Notice"),
    ("send_back", "Send Back"),
    ("reopen", "Reopen"),
    ("cancel", "Cancel the Notice"),
    ("recall", "Call Result"),
]
# Steps that set a new deadline.
_AGAIN = ("insist", "send_back", "reopen")


class CrmRectificationDialog(models.TransientModel):
    """Asks for what a step of a notice needs; the step itself checks everything (S4)."""

    _name = "crm.rectification.dialog"
    _description = "Step of a Rectification Notice"
    _rec_name = "kind"

    rectification_id = fields.Many2one(
        "crm.rectification", string="Notice", required=True, ondelete="cascade"
    )
    kind = fields.Selection(KINDS, required=True)
    reason = fields.Text()
    result = fields.Selection(VERDICTS, string="Customer Is")
    deadline_on = fields.Date(
        string="New Deadline",
        compute="_compute_deadline_on",
        store=True,
        readonly=False,
        help="Proposed by the working days of the notice.",
    )

    @api.depends("kind", "rectification_id")
    def _compute_deadline_on(self):
        for dialog in self:
            notice = dialog.rectification_id
            again = dialog.kind in _AGAIN and notice
            today = notice.company_id._today_here() if again else None
            dialog.deadline_on = notice._deadline(today) if again else False

    def action_confirm(self):
        """Take the step."""
        self.ensure_one()
        notice = self.rectification_id
        if self.kind == "recall":
            notice._recalled(self.result, self.reason)
        else:
            notice._step(self.kind, self.reason, **self._new_deadline())
        return {"type": "ir.actions.act_window_close"}

    def _new_deadline(self):
        if self.kind not in _AGAIN or not self.deadline_on:
            return {}
        if self.deadline_on < self.rectification_id.company_id._today_here():
            raise UserError(self.env._("Choose a deadline from today on."))
        return {"deadline_on": self.deadline_on}
