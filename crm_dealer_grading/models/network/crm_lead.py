from odoo import api, fields, models

from .res_users import DEALER_USER


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.dealer.document"]

    dealer_id = fields.Many2one(tracking=True)

    @api.depends("user_id")
    def _compute_dealer_id(self):
        """In an open form too a new salesperson moves no lead of a dealer's customer."""
        opened = self.filtered(lambda lead: not lead.id)
        same = opened.filtered(lambda lead: lead._origin.partner_id == lead.partner_id)
        kept = same._of_dealers_customers()
        for lead in kept:
            lead.dealer_id = lead.dealer_id
        return super(CrmLead, self - kept)._compute_dealer_id()

    def write(self, vals):
        kept = self.browse()
        if "user_id" in vals and "partner_id" not in vals:
            kept = self._of_dealers_customers()
        with self.env.protecting([self._fields["dealer_id"]], kept):
            return super().write(vals)

    def _of_dealers_customers(self):
        """Those that have a dealer, and a customer of a dealer's, which may be another one."""
        # sudo: a serving dealer's lead is of another's customer.
        return self.filtered(lambda lead: lead.dealer_id and lead.sudo().partner_id.dealer_id)

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
