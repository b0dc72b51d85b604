from odoo import api, fields, models


class SurveySurvey(models.Model):
    """A certification may be the test of courses (S7)."""

    _inherit = "survey.survey"

    training_ids = fields.One2many(
        "crm.training", "survey_id", string="Training Courses", context={"active_test": False}
    )

    @api.constrains("access_mode", "certification", "scoring_type", "survey_type")
    def _check_training_test(self):
        # sudo: whether the survey is a test decides, whoever changes it.
        self.sudo().training_ids._check_test()
