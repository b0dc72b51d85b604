from odoo import api, models


class IrCron(models.Model):
    _inherit = "ir.cron"

    @api.model
    def _dealer_shared(self):
        return super()._dealer_shared() | {"crm_dealer_survey.ir_cron_sample_field"}
