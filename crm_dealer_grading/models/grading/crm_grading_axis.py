from odoo import fields, models
from odoo.tools import SQL

from .crm_grading_metric import PAST_DATES


class CrmGradingAxis(models.Model):
    """A metric that a scheme looks at; the first one is the score that ranks."""

    _name = "crm.grading.axis"
    _description = "Grading Axis"
    _inherit = ["crm.grading.part"]
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
        """SQL of the direction that puts the best customer first."""
        return SQL("ASC" if self._is_less_better() else "DESC")

    def _worst_first(self):
        """SQL of the direction that puts the best customer last."""
        return SQL("DESC" if self._is_less_better() else "ASC")

    def _is_less_better(self):
        """Past dates are kept as dates: few days ago is a late date."""
        kept_as_date = self.metric_id.aggregate in PAST_DATES
        return self.lower_is_better != (kept_as_date and self.metric_id.kind == "source")
