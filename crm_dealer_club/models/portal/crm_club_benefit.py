from odoo import api, models


class CrmClubBenefit(models.Model):
    """What the card gives, as members read it (M10)."""

    _inherit = "crm.club.benefit"

    @api.model
    def _next_tier_adds(self, membership):
        """What the next tier would add to this member's benefits; called as superuser.

        :return: ``(tier, benefits)``, both empty at the highest tier
        """
        tiers = self.env["crm.club.tier"]
        if membership.state != "active":
            return tiers, self.browse()
        tier = membership._progress()["next_tier"].sudo()
        held = {benefit._same() for benefit in self._for(membership)}
        better = self._of_tiers(tier)._at_dealer(membership.dealer_id)
        return tier, better.filtered(lambda benefit: benefit._same() not in held)

    def _same(self):
        return self.kind, self.percent, self.name
