from odoo import models
from odoo.exceptions import UserError


class AccountMoveLine(models.Model):
    """Whose receivable a posted invoice is does not change behind the credit check (K4)."""

    _inherit = "account.move.line"

    def write(self, vals):
        moves = self.env["account.move"]
        controlled = self.env["res.company"]._credit_controlled_ids()
        if controlled and {"partner_id", "account_id", "sale_line_ids"} & vals.keys():
            moves = self.move_id._credit_controlled().filtered(lambda m: m.state == "posted")
        if moves and "sale_line_ids" in vals and not self.env.su:
            raise UserError(
                self.env._("Invoice the order to link it with an invoice; links are not written.")
            )
        before = moves._credit_used_by()
        result = super().write(vals)
        if moves:
            moves._credit_check(before, {})
        return result
