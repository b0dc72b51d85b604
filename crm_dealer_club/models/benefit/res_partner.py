from odoo import api, models


class ResPartner(models.Model):
    """A customer's own price agreement, and the card's prices (M2)."""

    _inherit = "res.partner"

    def _club_has_own_pricelist(self):
        """Whether somebody gave this customer a pricelist by hand, in the current company."""
        own = self.specific_property_product_pricelist
        return bool(own._get_partner_pricelist_multi_filter_hook())

    @api.model
    def _forget_club(self):
        """The pricelist too, which hangs on the card.

        No ``@api.depends`` says so: with our fields the ERP would delete the field by which users
        have the pricelist of their contact, and its name, when the club is removed (P5).
        """
        result = super()._forget_club()
        self.invalidate_model(["property_product_pricelist"])
        return result

    def _inverse_product_pricelist(self):
        """A card's list is not an agreement by hand; any other given to a member is one.

        Core forgets a choice that equals the default, which for a member is the way to say:
        no prices of the card.
        """
        written = {partner: partner.property_product_pricelist for partner in self}
        by_card = self.filtered(lambda partner: written[partner].club_tier_id)
        members = (self - by_card).filtered("club_tier_id")
        result = super(ResPartner, self - by_card)._inverse_product_pricelist()
        for partner in members:
            partner.specific_property_product_pricelist = written[partner]
        return result
