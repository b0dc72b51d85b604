from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    care_quiet_from = fields.Float(related="company_id.care_quiet_from", readonly=False)
    care_quiet_to = fields.Float(related="company_id.care_quiet_to", readonly=False)
