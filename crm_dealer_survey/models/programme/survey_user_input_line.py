from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SurveyUserInputLine(models.Model):
    """A figure outside its scale is refused, whoever writes it: the ERP alone takes any number."""

    _inherit = "survey.user_input.line"

    satisfaction_kind = fields.Selection(related="question_id.satisfaction_kind")
    satisfaction_factor_id = fields.Many2one(related="question_id.satisfaction_factor_id")

    @api.depends("value_scale", "question_id")
    def _compute_display_name(self):
        """Yes or no where a step was asked for."""
        result = super()._compute_display_name()
        yes, no = self.env._("Yes"), self.env._("No")
        for line in self:
            if line.satisfaction_kind == "compliance" and line.answer_type == "scale":
                line.display_name = yes if line.value_scale else no
        return result

    @api.constrains("value_scale", "question_id", "answer_type", "user_input_id")
    def _check_satisfaction_bounds(self):
        ours = self.filtered(lambda line: line.question_id.satisfaction_version_id)
        for line in ours:
            question = line.question_id
            low, high = question.scale_min, question.scale_max
            scale = question.question_type == "scale" and line.answer_type == "scale"
            if scale and not low <= line.value_scale <= high:
                raise ValidationError(
                    self.env._(
                        "“%(question)s” is answered from %(low)s to %(high)s.",
                        question=question.title,
                        low=low,
                        high=high,
                    )
                )
            if question.survey_id != line.user_input_id.survey_id:
                raise ValidationError(
                    self.env._("“%s” belongs to another questionnaire.", question.title)
                )
