from odoo import api, models

_MOST = 200


class CrmClubReferral(models.Model):
    """Recommendations as their member sees them (M10); called as superuser.

    Of the person no more than what the member typed, and of the outcome nothing that tells
    whether the dealer knew the person before.
    """

    _inherit = "crm.club.referral"

    @api.model
    def _of_member(self, customer):
        """The latest that ``customer`` made, by whatever way."""
        return self.search([("recommender_id", "=", customer.id)], limit=_MOST)

    def _state_for_member(self):
        """What became of it. Refused at once reads as passed on: so does who is known already."""
        self.ensure_one()
        words = {
            "contacted": self.env._("The dealer is in touch"),
            "won": self.env._("Ordered a vehicle"),
            "delivered": self.env._("Took delivery"),
            "rewarded": self.env._("Took delivery; you were rewarded"),
            "lost": self.env._("No purchase so far"),
        }
        if self.refused_on_delivery:
            return self.env._("Took delivery without a reward; ask your dealer why")
        return words.get(self.state) or self.env._("Passed on to the dealer")

    def _name_for_member(self):
        self.ensure_one()
        if self.told_name:
            return self.told_name
        ways = {
            "link": self.env._("Somebody by your link"),
            "staff": self.env._("Told to the dealer"),
        }
        return ways.get(self.source) or self.env._("Recommended on your pages")
