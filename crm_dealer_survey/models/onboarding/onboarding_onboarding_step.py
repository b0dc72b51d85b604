from odoo import api, models

SURVEY = "crm_dealer_survey.onboarding_step_survey"
POLICY = "crm_dealer_survey.onboarding_step_policy"


class OnboardingOnboardingStep(models.Model):
    _inherit = "onboarding.onboarding.step"

    @api.model
    def _dealer_steps(self):
        return {
            **super()._dealer_steps(),
            SURVEY: self._has_programme,
            POLICY: self._has_policy,
        }

    @api.model
    def action_open_dealer_survey(self):
        """The programmes: which run, and whom they ask."""
        return self._dealer_open("crm_dealer_survey.crm_satisfaction_programme_action")

    @api.model
    def action_open_dealer_policy(self):
        """The policies that dealers are assessed by."""
        return self._dealer_open("crm_dealer_survey.crm_assessment_policy_action")

    @api.model
    def _has_programme(self):
        """Whether a questionnaire has been answered, by a customer of an own dealer."""
        # sudo: it is only told whether there is one.
        answers = self.env["survey.user_input"].sudo()
        dealers = self._own_dealers_here()
        return bool(
            answers.search_count(
                [
                    ("dealer_id", "in", dealers.ids),
                    ("survey_id.survey_type", "=", "satisfaction"),
                    ("state", "=", "done"),
                ],
                limit=1,
            )
        )

    @api.model
    def _has_policy(self):
        """Whether dealers were assessed by a policy of the company."""
        # sudo: as above.
        lines = self.env["crm.assessment.line"].sudo()
        dealers = self._own_dealers_here()
        return bool(lines.search_count([("dealer_id", "in", dealers.ids)], limit=1))
