from odoo import models
from odoo.exceptions import UserError

# In the context of lines that a vendor's bill adds to an order; no caller from outside can send it.
COSTS = object()


class AccountMoveLine(models.Model):
    """Whose receivable a posted invoice is does not change behind the credit check (K4)."""

    _inherit = "account.move.line"

    def _sale_create_reinvoice_sale_line(self):
        """The vendor's bill is there, and is booked: what it makes dearer is told, not refused."""
        lines = self.with_context(credit_costs=COSTS)
        return super(AccountMoveLine, lines)._sale_create_reinvoice_sale_line()

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
