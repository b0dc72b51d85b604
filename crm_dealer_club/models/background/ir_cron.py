from odoo import api, models


class IrCron(models.Model):
    _inherit = "ir.cron"

    @api.model
    def _dealer_shared(self):
        return super()._dealer_shared() | {
            "crm_dealer_club.ir_cron_care",
            "crm_dealer_club.ir_cron_points_expire",
            "crm_dealer_club.ir_cron_tiers",
        }
