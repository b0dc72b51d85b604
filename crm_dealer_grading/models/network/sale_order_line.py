from odoo import fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    dealer_id = fields.Many2one(
        related="order_id.dealer_id", store=True, precompute=True, index=True
    )

    def _additional_name_per_id(self):
        """A line of another dealer's order never goes with the customer's name."""
        hidden = self.order_id._out_of_sight()
        shown = self.filtered(lambda line: line.order_id not in hidden)
        return super(SaleOrderLine, shown)._additional_name_per_id()
