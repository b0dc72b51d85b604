from odoo import fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    dealer_id = fields.Many2one(
        related="order_id.dealer_id", store=True, precompute=True, index=True
    )
