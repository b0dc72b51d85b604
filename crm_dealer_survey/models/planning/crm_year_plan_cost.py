from odoo import fields, models
from odoo.tools import SQL

from .crm_year_plan_activity import KINDS


class CrmYearPlanCost(models.Model):
    """Budget and actual cost of plans, of budget lines and activities alike (S8).

    Activities that were cancelled have no budget any more; what they cost counts.
    """

    _name = "crm.year.plan.cost"
    _description = "Budget and Cost of Year Plans"
    _auto = False
    _rec_name = "name"
    _order = "month, id"
    _depends = {
        "crm.year.plan": ["year", "dealer_id", "region_id", "company_id", "state", "active"],
        "crm.year.plan.budget": ["plan_id", "name", "kind", "month", "amount", "cost"],
        "crm.year.plan.activity": [
            "plan_id", "name", "kind", "date_begin", "budget", "cost", "state"
        ],
        "crm.dealer": ["region_id"],
    }  # fmt: skip

    name = fields.Char(readonly=True)
    plan_id = fields.Many2one("crm.year.plan", readonly=True)
    year = fields.Integer(readonly=True, aggregator=None)
    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    region_id = fields.Many2one("crm.dealer.region", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    source = fields.Selection([("line", "Budget Line"), ("activity", "Activity")], readonly=True)
    activity_id = fields.Many2one("crm.year.plan.activity", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    month = fields.Date(readonly=True)
    amount = fields.Monetary(string="Budget", readonly=True, aggregator="sum")
    cost = fields.Monetary(string="Actual Cost", readonly=True, aggregator="sum")
    remaining = fields.Monetary(readonly=True, aggregator="sum")

    @property
    def _table_query(self):
        return SQL(
            """SELECT c.id, c.name, c.plan_id, p.year, p.dealer_id,
                      COALESCE(p.region_id, d.region_id) AS region_id, p.company_id, c.source,
                      c.activity_id, c.kind, c.month, c.amount, c.cost,
                      c.amount - c.cost AS remaining
                 FROM (SELECT 2 * id AS id, name, plan_id, 'line' AS source,
                              NULL::int AS activity_id, kind, month,
                              COALESCE(amount, 0) AS amount, COALESCE(cost, 0) AS cost
                         FROM crm_year_plan_budget
                        UNION ALL
                       SELECT 2 * id + 1, name, plan_id, 'activity', id, kind,
                              date_trunc('month', date_begin)::date,
                              CASE WHEN state = 'cancelled' THEN 0 ELSE COALESCE(budget, 0) END,
                              COALESCE(cost, 0)
                         FROM crm_year_plan_activity) c
                 JOIN crm_year_plan p ON p.id = c.plan_id AND p.active
            LEFT JOIN crm_dealer d ON d.id = p.dealer_id"""
        )
