from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.confidence import interval
from .crm_satisfaction_score import KINDS

# Customers are the units of an interval (tools/confidence.py): first their sums, for every level
# and period, then the groups'.
_ROWS = """
WITH score AS (
    SELECT version_id, programme_id, kind, factor_id, dealer_id, region_id,
           date_trunc('month', date)::date AS month, date_trunc('quarter', date)::date AS quarter,
           COALESCE(partner_id, -user_input_id) AS customer, index_value
      FROM crm_satisfaction_score WHERE %(seen)s),
customer AS (
    SELECT version_id, programme_id, kind, factor_id, dealer_id, region_id, month, quarter,
           grouping(dealer_id) AS no_dealer, grouping(region_id) AS no_region,
           grouping(month) AS no_month, count(*) AS n, sum(index_value) AS total
      FROM score
     GROUP BY version_id, programme_id, kind, factor_id, customer,
              GROUPING SETS ((dealer_id, region_id), (region_id), ()),
              GROUPING SETS ((month), (quarter))),
sums AS (
    SELECT version_id, programme_id, kind, factor_id, dealer_id, region_id, no_dealer, no_region,
           no_month, COALESCE(month, quarter) AS period, sum(n)::int AS n,
           count(*)::int AS customers, sum(total) / sum(n) AS mean, sum(total * total) AS squares,
           sum(total * n) AS products, sum(n * n)::float8 AS sizes
      FROM customer
     GROUP BY version_id, programme_id, kind, factor_id, dealer_id, region_id, no_dealer,
              no_region, no_month, COALESCE(month, quarter))
SELECT row_number() OVER (ORDER BY period DESC, version_id, kind, factor_id NULLS FIRST,
                          no_region DESC, no_dealer DESC, dealer_id, region_id, no_month) AS id,
       s.version_id, s.programme_id, s.kind, s.factor_id, s.dealer_id, s.region_id, s.period,
       CASE WHEN s.no_region = 1 THEN 'network' WHEN s.no_dealer = 1 THEN 'region'
            ELSE 'dealer' END AS level,
       CASE WHEN s.no_month = 1 THEN 'quarter' ELSE 'month' END AS period_kind,
       s.n, s.customers, s.mean AS index_value,
       CASE WHEN s.customers > 1
            THEN sqrt(greatest(s.squares - 2 * s.mean * s.products + s.mean * s.mean * s.sizes, 0)
                      * s.customers / (s.customers - 1)) / s.n END AS error,
       s.n < p.min_answers AS few
  FROM sums s JOIN crm_satisfaction_programme p ON p.id = s.programme_id
"""


class CrmSatisfactionIndex(models.Model):
    """Index by level, period and factor, with sample and 95 % interval (S1).

    For any other grouping ask ``crm.satisfaction.version.index()``, or average the scores: the
    mean of ``crm.satisfaction.score.index_value`` is the index of any group of them.
    """

    _name = "crm.satisfaction.index"
    _description = "Satisfaction Index"
    _auto = False
    _rec_name = "version_id"
    _order = "period desc, id"
    _depends = {
        "crm.satisfaction.score": ["index_value", "dealer_id", "date", "factor_id", "kind"],
        "crm.satisfaction.programme": ["min_answers"],
    }

    version_id = fields.Many2one("crm.satisfaction.version", readonly=True)
    programme_id = fields.Many2one("crm.satisfaction.programme", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    factor_id = fields.Many2one(
        "crm.satisfaction.factor", readonly=True, help="Empty: the total."
    )
    level = fields.Selection(
        [("dealer", "Dealer"), ("region", "Region"), ("network", "Network")], readonly=True
    )
    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    region_id = fields.Many2one("crm.dealer.region", readonly=True)
    period = fields.Date(readonly=True, help="First day of the month or quarter.")
    period_kind = fields.Selection([("month", "Month"), ("quarter", "Quarter")], readonly=True)
    n = fields.Integer(string="Number of Answers", readonly=True)
    customers = fields.Integer(string="Number of Customers", readonly=True)
    index_value = fields.Float(string="Index", readonly=True, aggregator="avg")
    error = fields.Float(string="Standard Error", readonly=True, aggregator=None)
    low = fields.Float(
        string="From", compute="_compute_interval", help="Of the 95 % interval."
    )
    high = fields.Float(
        string="To", compute="_compute_interval", help="Of the 95 % interval."
    )
    few = fields.Boolean(
        string="Too Few Answers",
        readonly=True,
        help="Fewer answers than the programme asks for: an impression, not a result.",
    )

    @property
    def _table_query(self):
        return SQL(_ROWS, seen=self._seen_sql())

    @api.model
    def _seen_sql(self):
        """Rows of the answers in sight, so that a dealer's figures are reckoned from its own."""
        user = self.env.user
        scoped = not self.env.su and user.dealer_scoped
        dealers = SQL("dealer_id = ANY(%s)", user.dealer_ids.ids) if scoped else SQL("TRUE")
        if self.env.su:
            return dealers
        return SQL(
            "%s AND (company_id IS NULL OR company_id = ANY(%s))", dealers, self.env.companies.ids
        )

    @api.depends("index_value", "error", "customers")
    def _compute_interval(self):
        for row in self:
            low, high = interval(
                row.index_value, row.error, row.customers, *row.version_id._bounds(row.kind)
            )
            row.low, row.high = low or 0.0, high or 0.0

    def action_open_answers(self):
        """Open the answers behind the figure."""
        self.ensure_one()
        months = 1 if self.period_kind == "month" else 3
        domain = [
            ("version_id", "=", self.version_id.id),
            ("kind", "=", self.kind),
            ("factor_id", "=", self.factor_id.id),
            ("date", ">=", self.period),
            ("date", "<", fields.Date.add(self.period, months=months)),
        ]
        if self.level == "dealer":
            domain.append(("dealer_id", "=", self.dealer_id.id))
        elif self.level == "region":
            domain.append(("region_id", "=", self.region_id.id))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_satisfaction_score_action"
        )
        return {**action, "domain": domain, "context": {}}
