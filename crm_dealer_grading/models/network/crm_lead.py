from odoo import api, fields, models


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.dealer.document"]

    dealer_id = fields.Many2one(tracking=True)

    @api.depends("user_id")
    def _compute_dealer_id(self):
        return super()._compute_dealer_id()

    def _dealer_of_origin(self):
        home = super()._dealer_of_origin()
        if home:
            return home
        # Who is nobody's customer is a prospect of the dealer whose salesperson has the lead.
        own = self.user_id._own_dealers()
        return self.dealer_id if not own or self.dealer_id in own else own[:1]

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        values = super()._prepare_customer_values(partner_name, is_company, parent_id)
        if self.dealer_id:
            values["dealer_id"] = self.dealer_id.id
        return values
