from odoo import api, fields, models


class SurveySurvey(models.Model):
    """A certification may be the test of courses (S7)."""

    _inherit = "survey.survey"

    training_ids = fields.One2many(
        "crm.training", "survey_id", string="Training Courses", context={"active_test": False}
    )

    # Stored: the rules that hide tests look at it with every survey.
    is_training_test = fields.Boolean(
        compute="_compute_is_training_test", store=True, export_string_translation=False
    )

    @api.depends("training_ids")
    def _compute_is_training_test(self):
        for survey in self:
            # sudo: whether a survey is a test does not hang on who looks.
            survey.is_training_test = bool(survey.sudo().training_ids)

    @api.constrains("access_mode", "certification", "scoring_type", "survey_type")
    def _check_training_test(self):
        # sudo: whether the survey is a test decides, whoever changes it.
        self.sudo().training_ids._check_test()
