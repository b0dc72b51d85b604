from odoo import api, fields, models
from odoo.tools import SQL


class AccountInvoiceReport(models.Model):
    _inherit = "account.invoice.report"
    _depends = {"account.move": ["dealer_id"]}

    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    dealer_region_id = fields.Many2one(related="dealer_id.region_id", string="Dealer Region")

    @api.model
    def _select(self):
        return SQL("%s, move.dealer_id", super()._select())
