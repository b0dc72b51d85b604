from odoo import models
from odoo.exceptions import UserError

from odoo.addons.crm_dealer_grading.models.network.res_users import ROLE


class SurveyInvite(models.TransientModel):
    """Invitations by our roles leave out who does not want questions by e-mail (P4)."""

    _inherit = "survey.invite"

    def _prepare_answers(self, partners, emails):
        if self.survey_id.satisfaction_version_id:
            raise UserError(
                self.env._(
                    "Customers are asked by samples, which ask their consents. Draw a sample of "
                    "the programme."
                )
            )
        if not self.env.user.has_group(ROLE):
            return super()._prepare_answers(partners, emails)
        # sudo: who invites is told only that somebody is left out.
        declined = partners.sudo()._declined_ways("survey")
        wanted = partners.filtered(lambda person: "email" not in declined.get(person.id, ()))
        if not wanted and not emails:
            raise UserError(
                self.env._("None of the recipients wants questions by e-mail. Choose others.")
            )
        return super()._prepare_answers(wanted, emails)
