from odoo import api, models


class CrmClubPortal(models.AbstractModel):
    """Points, benefits, activities and recommending on the home of the club (M10)."""

    _inherit = "crm.club.portal"

    @api.model
    def _tiles(self, customer, membership):
        tiles = super()._tiles(customer, membership)
        if not membership or membership.state == "left":
            return tiles
        texts = {
            "/my/club/points": (self.env._("My Points"), membership._balance_in_words()),
            "/my/club/benefits": (
                self.env._("My Benefits"),
                self.env._("What the card gives, and what partners offer"),
            ),
            "/my/club/activities": (
                self.env._("Activities"),
                self.env["event.event"]._next_own_in_words(membership),
            ),
            "/my/club/referral": (
                self.env._("Recommend"),
                self.env._("Your link for friends, and what became of them"),
            ),
        }
        icons = ("fa-star-o", "fa-gift", "fa-ticket", "fa-share-alt")
        return tiles + self._tiles_of(texts, icons, range(31, 35))
