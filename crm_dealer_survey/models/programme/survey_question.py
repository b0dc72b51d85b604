from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [
    ("satisfaction", "Satisfaction, 1 to 10"),
    ("compliance", "Compliance: was the step done?"),
    ("overall", "Overall satisfaction, 1 to 10 (not in the index)"),
    ("nps", "Recommendation, 0 to 10 (NPS)"),
    ("rebuy", "Intention to buy again, 1 to 10"),
    ("return", "Intention to come back, 1 to 10"),
    ("open", "In own words"),
]
# How each kind is asked: (lowest, highest) of a scale; None for text.
BOUNDS = {
    "satisfaction": (1, 10),
    "compliance": (0, 1),
    "overall": (1, 10),
    "nps": (0, 10),
    "rebuy": (1, 10),
    "return": (1, 10),
    "open": None,
}
# What other surveys have as well, and decides no figure.
_FREE = {"sequence", "question_placeholder", "color"}


class SurveyQuestion(models.Model):
    """Questions of a programme have a kind, and those on satisfaction a factor and a weight."""

    _name = "survey.question"
    _inherit = ["survey.question", "crm.satisfaction.part"]

    satisfaction_version_id = fields.Many2one(
        "crm.satisfaction.version", copy=False, index="btree_not_null", ondelete="cascade"
    )
    satisfaction_kind = fields.Selection(KINDS, string="Kind")
    satisfaction_factor_id = fields.Many2one(
        "crm.satisfaction.factor",
        string="Factor",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        domain="[('version_id', '=', satisfaction_version_id)]",
    )
    satisfaction_weight = fields.Float(
        string="Weight", help="Against the other questions of the factor; empty is 1."
    )

    _satisfaction_weight_positive = models.Constraint(
        "CHECK(satisfaction_weight IS NULL OR satisfaction_weight > 0"
        " OR satisfaction_version_id IS NULL)",
        "A question's weight is above zero.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._as_part(vals) for vals in vals_list])

    @api.model
    def _as_part(self, vals):
        """A question of a version is one of its survey, and the other way round."""
        version = self.env["crm.satisfaction.version"].browse(vals.get("satisfaction_version_id"))
        survey_id = vals.get("survey_id", self.env.context.get("default_survey_id"))
        if not version and survey_id:
            version = self.env["survey.survey"].browse(survey_id).satisfaction_version_id
        if not version:
            return vals
        return self._asked_by_kind(
            {
                "satisfaction_kind": "open" if not vals.get("is_page") else False,
                **vals,
                "satisfaction_weight": vals.get("satisfaction_weight") or 1.0,
                "satisfaction_version_id": version.id,
                "survey_id": version.survey_id.id,
            }
        )

    @api.model
    def _asked_by_kind(self, vals):
        """The kind says how it is asked."""
        kind = vals.get("satisfaction_kind")
        if not kind:
            return vals
        if BOUNDS[kind] is None:
            return {**vals, "question_type": "text_box"}
        low, high = BOUNDS[kind]
        return {**vals, "question_type": "scale", "scale_min": low, "scale_max": high}

    def write(self, vals):
        if vals.get("satisfaction_kind"):
            vals = self._asked_by_kind(vals)
        return super().write(vals)

    def _part_version(self):
        return self.satisfaction_version_id

    def _part_fixed(self, vals):
        return not vals.keys() <= _FREE

    @api.constrains(
        "satisfaction_kind", "satisfaction_version_id", "survey_id", "question_type",
        "scale_min", "scale_max", "triggering_answer_ids", "satisfaction_factor_id",
    )  # fmt: skip
    def _check_satisfaction(self):
        for question in self.filtered("satisfaction_version_id"):
            kind, version = question.satisfaction_kind, question.satisfaction_version_id
            bounds = BOUNDS.get(kind)
            asked = (question.scale_min, question.scale_max)
            wrong = (
                question.survey_id != version.survey_id
                or (kind and bounds and (question.question_type != "scale" or asked != bounds))
                or (kind == "open" and question.question_type != "text_box")
                or question.triggering_answer_ids
                or question.satisfaction_factor_id.version_id - version
            )
            if wrong:
                raise ValidationError(
                    self.env._(
                        "“%s” does not fit its kind or version: choose the kind again, a factor of "
                        "the same version, and no condition.",
                        question.title,
                    )
                )
