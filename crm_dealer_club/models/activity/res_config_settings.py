from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    club_effect_days = fields.Integer(related="company_id.club_effect_days", readonly=False)
    club_effect_minimum = fields.Integer(related="company_id.club_effect_minimum", readonly=False)
