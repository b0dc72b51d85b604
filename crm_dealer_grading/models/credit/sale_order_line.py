from odoo import api, models

# What changes the amount of a confirmed order.
_FIELDS = {
    "order_id", "product_id", "product_uom_id", "product_uom_qty", "price_unit", "discount",
    "tax_ids", "is_downpayment", "display_type",
}  # fmt: skip


class SaleOrderLine(models.Model):
    """A confirmed order that grows uses more credit (K4)."""

    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        orders = self.env["sale.order"]
        if self.env["res.company"]._credit_controlled_ids():
            default = self.env.context.get("default_order_id")
            orders = orders.browse({vals.get("order_id", default) for vals in vals_list} - {None})
        orders, before = self._credit_before(orders)
        lines = super().create(vals_list)
        orders._credit_check(before)
        return lines

    def write(self, vals):
        orders = self.env["sale.order"]
        if _FIELDS & vals.keys() and self.env["res.company"]._credit_controlled_ids():
            orders = self.order_id | orders.browse(vals.get("order_id") or ())
        orders, before = self._credit_before(orders)
        result = super().write(vals)
        orders._credit_check(before)
        return result

    @api.model
    def _credit_before(self, orders):
        """The confirmed ones of ``orders`` under control, and what they use."""
        controlled = orders._credit_controlled() if orders else orders
        confirmed = controlled.filtered(lambda order: order.state == "sale")
        return confirmed, confirmed._credit_used_by()
