from odoo import fields, models

from .crm_year_plan_target import LIGHTS


class CrmYearPlanReviewLine(models.Model):
    """A figure as it stood on the day of the review; never changes (S8)."""

    _name = "crm.year.plan.review.line"
    _description = "Frozen Figure of a Review"
    _order = "review_id, id"
    _rec_name = "kpi_id"

    review_id = fields.Many2one(
        "crm.year.plan.review", required=True, readonly=True, index=True, ondelete="cascade"
    )
    dealer_id = fields.Many2one(
        related="review_id.dealer_id", store=True, index="btree_not_null"
    )
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    kpi_id = fields.Many2one("crm.kpi", string="KPI", readonly=True, ondelete="restrict")
    unit = fields.Selection(related="kpi_id.unit")
    target = fields.Float(readonly=True, digits=(16, 2), aggregator=None)
    actual = fields.Float(readonly=True, digits=(16, 2), aggregator=None)
    has_value = fields.Boolean(string="Measured", readonly=True)
    few = fields.Boolean(string="Too Few", readonly=True)
    gap = fields.Float(string="Better By", readonly=True, digits=(16, 2), aggregator=None)
    light = fields.Selection(LIGHTS, string="Stands", readonly=True)
    forecast = fields.Float(
        string="Forecast of the Year", readonly=True, digits=(16, 2), aggregator=None
    )


class CrmYearPlanFigure(models.Model):
    _inherit = "crm.year.plan.figure"

    def _frozen(self, forecast):
        """Values of the line that keeps the figure."""
        self.ensure_one()
        names = ("target", "actual", "has_value", "few", "gap", "light")
        return {**{name: self[name] for name in names}, "kpi_id": self.kpi_id.id,
                "forecast": forecast}  # fmt: skip
