from odoo import fields, models
from odoo.exceptions import UserError


class LoyaltyCardUpdateBalance(models.TransientModel):
    """The ERP's own way to change a balance, for members' cards by the ledger (M3)."""

    _inherit = "loyalty.card.update.balance"

    # With the user's own rights: other dealers' balances are not theirs to read.
    old_balance = fields.Float(related_sudo=False)

    def action_update_card_point(self):
        self.ensure_one()
        if not self.card_id.is_club:
            return super().action_update_card_point()
        if self.new_balance < 0 or self.new_balance == self.card_id.points:
            raise UserError(self.env._("Give a new balance of zero or more."))
        # sudo: what is past expires, whoever sets the balance.
        self.env["crm.club.point.entry"].sudo()._take_in_hand(self.card_id)
        self.card_id._adjust(self.new_balance - self.card_id.points, self.description)
        return None
