from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.interval import Interval, IntervalError


class CrmGradingCondition(models.Model):
    """A range that a metric must lie in for a level; lines of one alternative hold together."""

    _name = "crm.grading.condition"
    _description = "Grading Condition"
    _inherit = ["crm.grading.part"]
    _order = "level_id, alternative, id"

    level_id = fields.Many2one("crm.grading.level", required=True, index=True, ondelete="cascade")
    scheme_id = fields.Many2one(related="level_id.scheme_id")
    axis_metric_ids = fields.Many2many(related="scheme_id.metric_ids", string="Scheme Metrics")
    alternative = fields.Integer(
        default=1,
        required=True,
        help="Lines with the same number must all hold; one number that holds is enough.",
    )
    metric_id = fields.Many2one(
        "crm.grading.metric",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('id', 'in', axis_metric_ids)]",
    )
    value_range = fields.Char(
        string="From .. To",
        required=True,
        help="3.. is three and more, ..3 is below three, 1..2 is from one to below two. "
        "In quintile schemes the range is of the score 1 to 5.",
    )

    _metric_uniq = models.Constraint(
        "UNIQUE(level_id, alternative, metric_id)",
        "Write one range for each metric of an alternative, e.g. 3..5.",
    )

    @api.constrains("value_range")
    def _check_value_range(self):
        for condition in self:
            try:
                condition._interval()
            except IntervalError as error:
                raise ValidationError(
                    self.env._(
                        "%(level)s: “%(text)s” is no range. Write 3.. for three and more, ..3 for "
                        "below three, 1..2 for from one to below two.",
                        level=condition.level_id.name,
                        text=condition.value_range,
                    )
                ) from error

    def _interval(self):
        return Interval.parse(self.value_range)
