from odoo import fields, models
from odoo.tools import SQL

from .crm_grading_metric import DATE_AGGREGATES


class CrmGradingAxis(models.Model):
    """A metric that a scheme looks at; the first one is the score that ranks."""

    _name = "crm.grading.axis"
    _description = "Grading Axis"
    _order = "scheme_id, sequence, id"
    _rec_name = "metric_id"

    scheme_id = fields.Many2one("crm.grading.scheme", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    metric_id = fields.Many2one(
        "crm.grading.metric", required=True, index=True, ondelete="restrict"
    )
    metric_unit = fields.Selection(related="metric_id.unit")
    lower_is_better = fields.Boolean(
        help="Fewer is better, e.g. days since the last order.",
    )

    _metric_uniq = models.Constraint(
        "UNIQUE(scheme_id, metric_id)", "A scheme looks at each metric once."
    )

    def _best_first(self):
        """SQL of the direction that puts the best customer first.

        Date metrics are kept as dates: few days ago is a late date.
        """
        ascending = self.lower_is_better
        if self.metric_id.aggregate in DATE_AGGREGATES and self.metric_id.kind == "source":
            ascending = not ascending
        return SQL("ASC" if ascending else "DESC")
