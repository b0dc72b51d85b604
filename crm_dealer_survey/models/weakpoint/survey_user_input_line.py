from odoo import fields, models


class SurveyUserInputLine(models.Model):
    """A single figure in the list behind a weak point (S5)."""

    _inherit = "survey.user_input.line"

    satisfaction_dealer_id = fields.Many2one(related="user_input_id.dealer_id")
    satisfaction_partner_id = fields.Many2one(
        related="user_input_id.commercial_partner_id", string="Customer"
    )
    satisfaction_date = fields.Datetime(
        related="user_input_id.end_datetime", string="Answered on"
    )

    def action_open_answer(self):
        """Open the whole answer."""
        self.ensure_one()
        view = self.env.ref("crm_dealer_survey.survey_user_input_view_form")
        return {
            "type": "ir.actions.act_window",
            "res_model": "survey.user_input",
            "res_id": self.user_input_id.id,
            "views": [(view.id, "form")],
        }
