from odoo import fields, models


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.dealer.document"]

    dealer_id = fields.Many2one(tracking=True)

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        values = super()._prepare_customer_values(partner_name, is_company, parent_id)
        if self.dealer_id:
            values["dealer_id"] = self.dealer_id.id
        return values
