from odoo import api, fields, models

from .res_users import DEALER_USER


class CrmDealerDocument(models.AbstractModel):
    """A document that a dealer works on for a customer: lead, order, invoice."""

    _name = "crm.dealer.document"
    _description = "Document of a Dealer"
    _inherit = ["crm.dealer.scope"]

    dealer_id = fields.Many2one(
        "crm.dealer",
        compute="_compute_dealer_id",
        store=True,
        precompute=True,
        readonly=False,
        index=True,
        ondelete="restrict",
        help="The dealer that does the work; only its staff and users without a dealer role "
        "see the document. Empty: not restricted.",
    )
    # Not tracked, as the dealer's own region is: each write would read the dealer for it.
    dealer_region_id = fields.Many2one(
        related="dealer_id.region_id", string="Dealer Region", tracking=False
    )

    def _out_of_sight(self):
        """Those of ``self`` that are another dealer's for the *user*, whoever asks in its name."""
        if not self or not self.env.user.has_group(DEALER_USER):
            return self.browse()
        others = set(self._origin._of_other_dealers().ids)
        return self.filtered(lambda document: document._origin.id in others)

    @api.depends("partner_id")
    def _compute_dealer_id(self):
        """The customer's dealer, or the own one for staff who serve another's customer.

        A document keeps its dealer when the customer moves on: the work was done there.
        """
        own = self.env.user._own_dealers()
        dealers = self._dealers_of_companies()
        for document in self:
            home = document._dealer_of_origin()
            if home._is_elsewhere(document.company_id):
                home = dealers.get(document.company_id, home)
            if own and home not in own:
                home = document.dealer_id if document.dealer_id in own else own[:1]
            document.dealer_id = home or document.dealer_id

    def _dealers_of_companies(self):
        """For documents made in another company than the home dealer's: who does the work."""
        companies = self.filtered(
            lambda d: d._dealer_of_origin()._is_elsewhere(d.company_id)
        ).company_id
        if not companies:
            return {}
        dealers = self.env["crm.dealer"].search([("company_id", "in", companies.ids)])
        return {dealer.company_id: dealer for dealer in reversed(dealers)}

    def _dealer_of_origin(self):
        """The dealer that the document comes from; override where it has a better source."""
        return self.partner_id.dealer_id
