from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    rescue_hotline = fields.Char(related="company_id.rescue_hotline", readonly=False)
    rescue_map_url = fields.Char(related="company_id.rescue_map_url", readonly=False)
