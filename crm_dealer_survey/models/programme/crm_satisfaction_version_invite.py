from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmSatisfactionVersion(models.Model):
    """Links for customers."""

    _inherit = "crm.satisfaction.version"

    @api.private
    def _invite(self, requests, begun=False):
        """Make a link for each request; nothing is sent.

        Code that calls it has decided who is asked (sampling, follow-up calls).

        :param list requests: dicts with any of ``partner_id``, ``visit_id``,
            ``satisfaction_lead_id``, ``vehicle_id``, ``dealer_id``, ``advisor_id``,
            ``satisfaction_channel``, ``deadline``, ``test_entry``. What a visit or lead says is
            filled in.
        :param bool begun: it was read out already: one that was closed meanwhile is answered
        :return: ``survey.user_input`` with all rights, in the same order; ``get_start_url()`` is
            the link
        :raise UserError: the version is not in use
        """
        self.ensure_one()
        real = [request for request in requests if not request.get("test_entry")]
        if real and self.state not in (("current", "closed") if begun else ("current",)):
            raise UserError(
                self.env._(
                    "%s is not in use: nobody is asked by it. Open it first.", self.display_name
                )
            )
        deadline = fields.Datetime.now() + timedelta(self.programme_id.deadline_days)
        # sudo: no role writes answers; the caller decided who is asked.
        answers = self.env["survey.user_input"].sudo()
        return answers.create(
            [{"deadline": deadline, **request, "survey_id": self.survey_id.id}
             for request in requests]
        )  # fmt: skip

    def _sections(self):
        """The questions as a page shows them: ``(factor or empty, questions)``, in order."""
        self.ensure_one()
        sections = []
        for question in self.question_ids.sorted(lambda q: (q.sequence, q.id)):
            if question.is_page:
                continue
            factor = question.satisfaction_factor_id
            if not sections or sections[-1][0] != factor:
                sections.append((factor, question.browse()))
            sections[-1] = (factor, sections[-1][1] | question)
        return sections
