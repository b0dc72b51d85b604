from odoo import fields, models


class CrmActivityReport(models.Model):
    _inherit = "crm.activity.report"

    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    dealer_region_id = fields.Many2one(related="dealer_id.region_id", string="Dealer Region")

    def _select(self):
        return f"{super()._select()}, l.dealer_id"
