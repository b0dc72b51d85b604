from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    dealer_id = fields.Many2one(
        related="move_id.dealer_id", store=True, precompute=True, index=True
    )
