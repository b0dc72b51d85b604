"""A card's prices in the web shop, which ours does not depend on."""

from odoo import models


class ProductPricelist(models.Model):
    """Cards' lists are no lists that a shop offers for choice, and a member's all the same."""

    _inherit = "product.pricelist"

    def _is_available_on_website(self, website):
        """A card's list: for its members alone, where the prices behind it are offered (M2).

        Called by ``website_sale``, whose answer is that of all other lists.
        """
        if not self.club_tier_id:
            return super()._is_available_on_website(website)
        # sudo: a member is told the own card's prices; a session may name any list.
        card = self.sudo()
        if website.env.user.sudo().partner_id.club_tier_id != card.club_tier_id:
            return False
        if card.club_base_id:
            return card.club_base_id._is_available_on_website(website)
        return card.company_id in (website.company_id, website.env["res.company"])
