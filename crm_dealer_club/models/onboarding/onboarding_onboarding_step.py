from odoo import api, models

CLUB = "crm_dealer_club.onboarding_step_club"


class OnboardingOnboardingStep(models.Model):
    _inherit = "onboarding.onboarding.step"

    @api.model
    def _dealer_steps(self):
        return {**super()._dealer_steps(), CLUB: self._has_club}

    @api.model
    def action_open_dealer_club(self):
        """The tiers of the club, which are looked at by it."""
        return self._dealer_open("crm_dealer_club.crm_club_tier_action", CLUB)

    @api.model
    def _has_club(self):
        return self._changed_by_people("crm.club.tier", "crm.club.benefit")
