from odoo import fields, models
from odoo.exceptions import UserError

DECISIONS = [
    ("leave_out", "Confirm and leave out"),
    ("confirm", "Confirm"),
    ("dismiss", "Dismiss"),
    ("count_again", "Dismiss and count again"),
]


class CrmSatisfactionFlagDecision(models.TransientModel):
    """Asks why a suspicion is proved or refuted (S9)."""

    _name = "crm.satisfaction.flag.decision"
    _description = "Decision on Suspicions"

    decision = fields.Selection(DECISIONS, required=True, default="dismiss")
    flag_ids = fields.Many2many("crm.satisfaction.flag", string="Suspicions", required=True)
    reason = fields.Char(
        string="Why",
        required=True,
        help="Kept with the suspicion, which dealers do not see: for instance what the customer "
        "said on the phone.",
    )
    told = fields.Char(
        string="Told to the Dealer",
        default=lambda self: self.env._("After a check of the answers."),
        help="Stands in the history of the answer, which the dealer's manager reads. "
        "Do not tell how it was noticed.",
    )

    def action_decide(self):
        """Decide on all of them."""
        self.ensure_one()
        told = self._told()
        if self.decision in ("leave_out", "confirm"):
            self.flag_ids._confirm(self.reason, told)
        else:
            self.flag_ids._dismiss(self.reason, told)
        return {"type": "ir.actions.act_window_close"}

    def _told(self):
        if self.decision not in ("leave_out", "count_again"):
            return None
        if not (self.told or "").strip():
            raise UserError(
                self.env._("Say what the dealer reads in the history of the answer.")
            )
        return self.told.strip()
