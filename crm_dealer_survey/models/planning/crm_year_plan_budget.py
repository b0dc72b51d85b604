from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .crm_year_plan_activity import KINDS


class CrmYearPlanBudget(models.Model):
    """Money of a plan by kind and month, for what is no activity of its own (S8)."""

    _name = "crm.year.plan.budget"
    _description = "Budget Line of a Year Plan"
    _inherit = "crm.year.plan.part"
    _order = "plan_id, month, id"

    name = fields.Char(string="For", required=True)
    kind = fields.Selection(KINDS, required=True, default="other")
    month = fields.Date(
        required=True,
        default=lambda self: self.env.company._today_here().replace(day=1),
        help="Any day of the month; its first day is kept.",
    )
    amount = fields.Monetary(string="Budget")
    cost = fields.Monetary(string="Actual Cost", copy=False)
    remaining = fields.Monetary(compute="_compute_remaining", store=True)

    _money_check = models.Constraint(
        "CHECK(amount >= 0 AND cost >= 0)", "Budget and cost are not below zero."
    )

    @api.model
    def _work_fields(self):
        return super()._work_fields() | {"cost"}

    @api.depends("amount", "cost")
    def _compute_remaining(self):
        for line in self:
            line.remaining = line.amount - line.cost

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._of_month(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._of_month(vals))

    @api.model
    def _of_month(self, vals):
        month = fields.Date.to_date(vals.get("month"))
        return {**vals, "month": month.replace(day=1)} if month else vals

    @api.constrains("month", "plan_id")
    def _check_month(self):
        for line in self:
            if line.month.year != line.plan_id.year:
                raise ValidationError(
                    self.env._(
                        "“%(line)s” lies outside %(year)s, the year of the plan.",
                        line=line.name,
                        year=line.plan_id.year,
                    )
                )

    @api.onchange("plan_id")
    def _onchange_plan_id(self):
        if self.plan_id.year and self.month and self.month.year != self.plan_id.year:
            self.month = date(self.plan_id.year, self.month.month, 1)
