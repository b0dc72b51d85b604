from odoo import api, fields, models


class SurveyUserInput(models.Model):
    """An answer tells the sample that asked for it (S2)."""

    _inherit = "survey.user_input"

    def _after_satisfaction(self, answers):
        result = super()._after_satisfaction(answers)
        if answers:
            # sudo: no role writes customers of samples; this one answered.
            lines = self.env["crm.satisfaction.sample.line"].sudo()
            lines.search([("answer_id", "in", answers.ids)])._mark_answered()
        return result

    @api.model
    def _open_of(self, partner):
        """Questionnaires that wait for ``partner``, the most urgent first."""
        return self.search(
            [
                ("partner_id", "=", partner.id),
                ("satisfaction_version_id", "!=", False),
                ("satisfaction_channel", "in", ("sms", "email", "portal")),
                ("state", "!=", "done"),
                ("test_entry", "=", False),
                ("deadline", ">=", fields.Datetime.now()),
            ],
            order="deadline, id",
        )
