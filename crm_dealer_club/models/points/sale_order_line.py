from odoo import api, models

from .loyalty_card import STEP


class SaleOrderLine(models.Model):
    """Reward lines of confirmed orders: the club's ledger is told by the order (M3)."""

    _inherit = "sale.order.line"

    def _by_order(self):
        """The same lines, whose changes of balances the order books itself."""
        return self.with_context(club_order_step=STEP)

    @api.model_create_multi
    def create(self, vals_list):
        if not any(vals.get("coupon_id") for vals in vals_list):
            return super().create(vals_list)
        lines = super(SaleOrderLine, self._by_order()).create(vals_list).with_env(self.env)
        lines.order_id._settle_club_redemptions(lines.coupon_id)
        return lines

    def write(self, vals):
        if not {"points_cost", "coupon_id"} & vals.keys():
            return super().write(vals)
        cards = self.coupon_id
        result = super(SaleOrderLine, self._by_order()).write(vals)
        self.order_id._settle_club_redemptions(cards | self.coupon_id)
        return result

    def unlink(self):
        cards, orders = self.coupon_id, self.order_id
        if not cards:
            return super().unlink()
        result = super(SaleOrderLine, self._by_order()).unlink()
        orders.exists()._settle_club_redemptions(cards.exists())
        return result
