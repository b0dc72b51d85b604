from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    club_reopen_days = fields.Integer(related="company_id.club_reopen_days", readonly=False)
