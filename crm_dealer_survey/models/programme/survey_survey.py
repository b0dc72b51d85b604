from odoo import api, fields, models
from odoo.exceptions import UserError


class SurveySurvey(models.Model):
    """Questionnaires of programmes are surveys of a type of their own.

    The type is not offered in the Survey application: they are made by versions.
    """

    _inherit = "survey.survey"

    survey_type = fields.Selection(
        selection_add=[("satisfaction", "Satisfaction programme")],
        ondelete={"satisfaction": "cascade"},
    )
    satisfaction_version_id = fields.Many2one(
        "crm.satisfaction.version", copy=False, index="btree_not_null", ondelete="cascade"
    )

    @api.constrains("survey_type", "satisfaction_version_id")
    def _check_satisfaction_type(self):
        for survey in self:
            if survey.satisfaction_version_id and survey.survey_type != "satisfaction":
                raise UserError(
                    self.env._(
                        "“%s” is the questionnaire of a programme and stays so.", survey.title
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used_version(self):
        self.satisfaction_version_id._check_editable()

    def copy_data(self, default=None):
        """A copy is no version of a programme: it becomes an ordinary survey."""
        vals_list = super().copy_data(default)
        for survey, vals in zip(self, vals_list, strict=True):
            if survey.survey_type == "satisfaction":
                vals.setdefault("survey_type", "custom")
                if vals["survey_type"] == "satisfaction":
                    vals["survey_type"] = "custom"
        return vals_list
