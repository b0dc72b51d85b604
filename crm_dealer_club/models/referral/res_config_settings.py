from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    club_referral_days = fields.Integer(related="company_id.club_referral_days", readonly=False)
