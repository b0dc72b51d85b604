from odoo import api, fields, models

from .res_users import DEALER_USER


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.dealer.document"]

    dealer_id = fields.Many2one(tracking=True)

    @api.depends("user_id")
    def _compute_dealer_id(self):
        return super()._compute_dealer_id()

    @api.depends_context("uid")
    def _compute_display_name(self):
        """As with customers: a many2one in any wizard would tell what a lead is called."""
        hidden = self._out_of_sight()
        hidden.display_name = self.env["res.partner"]._name_out_of_sight()
        return super(CrmLead, self - hidden)._compute_display_name()

    @api.depends_context("uid")
    def _compute_potential_lead_duplicates(self):
        """Core looks with all rights: staff are not told of another dealer's prospects."""
        result = super()._compute_potential_lead_duplicates()
        user = self.env.user
        if user.has_group(DEALER_USER):
            found = self.duplicate_lead_ids._origin.with_user(user)
            hidden = set((found - found._filtered_access("read")).ids)
            for lead in self:
                seen = lead.duplicate_lead_ids.filtered(lambda d: d._origin.id not in hidden)
                lead.duplicate_lead_ids = seen | lead
                lead.duplicate_lead_count = len(seen._origin - lead._origin)
        return result

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
