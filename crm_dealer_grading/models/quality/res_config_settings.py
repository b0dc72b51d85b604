from odoo import fields, models

from .crm_dealer import TARGET, TARGET_PARAMETER


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    dealer_tz = fields.Selection(related="company_id.dealer_tz", readonly=False)

    crm_dealer_completeness_target = fields.Float(
        string="Target of Completeness (%)", config_parameter=TARGET_PARAMETER, default=TARGET
    )
