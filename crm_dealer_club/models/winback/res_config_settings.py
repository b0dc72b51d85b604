from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    winback_per_dealer = fields.Integer(related="company_id.winback_per_dealer", readonly=False)
    winback_pause_months = fields.Integer(
        related="company_id.winback_pause_months", readonly=False
    )
