from odoo import fields, models


class SurveySurvey(models.Model):
    """A certification may be the test of courses (S7)."""

    _inherit = "survey.survey"

    training_ids = fields.One2many("crm.training", "survey_id", string="Training Courses")
