from odoo import fields, models


class SaleReport(models.Model):
    _inherit = "sale.report"

    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    dealer_region_id = fields.Many2one(related="dealer_id.region_id", string="Dealer Region")

    def _select_additional_fields(self):
        return {**super()._select_additional_fields(), "dealer_id": "s.dealer_id"}

    def _group_by_sale(self):
        return f"{super()._group_by_sale()}, s.dealer_id"
