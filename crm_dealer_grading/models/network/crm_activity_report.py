from odoo import fields, models


class CrmActivityReport(models.Model):
    _inherit = "crm.activity.report"

    dealer_id = fields.Many2one("crm.dealer", string="Dealer", readonly=True)

    def _select(self):
        return f"{super()._select()}, l.dealer_id"
