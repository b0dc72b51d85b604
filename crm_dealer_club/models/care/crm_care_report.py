from odoo import fields, models
from odoo.tools import SQL

from ...tools.revenue import order_revenue
from .crm_care_reminder import STATES
from .crm_care_rule import CHANNELS, TRIGGERS

_ROWS = """
SELECT r.id, r.rule_id, u.trigger, r.partner_id, r.commercial_partner_id, r.vehicle_id,
       r.dealer_id, r.company_id, r.channel, r.state, r.date_sent AS date, r.due_date,
       1 AS sent, c.currency_id, w.over,
       CASE WHEN w.over THEN 100.0 * (v.visits > 0)::int END AS visited,
       COALESCE(v.visits, 0) AS visits, v.days, COALESCE(v.revenue, 0) + COALESCE(o.revenue, 0)
           AS revenue
  FROM crm_care_reminder r
  JOIN crm_care_rule u ON u.id = r.rule_id
  JOIN res_company c ON c.id = COALESCE(r.company_id, %(company)s)
 CROSS JOIN LATERAL (
       SELECT r.date_sent + u.effect_days * interval '1 day' AS until,
              r.date_sent + u.effect_days * interval '1 day' <= now() AT TIME ZONE 'UTC' AS over) w
  LEFT JOIN LATERAL (
       SELECT count(*)::int AS visits,
              EXTRACT(epoch FROM min(s.date) - r.date_sent)::float8 / 86400 AS days,
              sum(s.amount_total) FILTER (WHERE s.order_id IS NULL AND m.id IS NOT NULL) AS revenue
         FROM crm_service_visit s
         LEFT JOIN res_company m ON m.id = s.company_id AND m.currency_id = c.currency_id
        WHERE s.commercial_partner_id = r.commercial_partner_id AND s.active
          AND s.stage NOT IN ('booked', 'cancelled')
          AND s.date >= r.date_sent AND s.date < w.until) v ON TRUE
  LEFT JOIN LATERAL (
       SELECT sum(%(revenue)s) AS revenue
         FROM res_partner p
         JOIN sale_order x ON x.partner_id = p.id
         JOIN res_company m ON m.id = x.company_id AND m.currency_id = c.currency_id
        WHERE p.commercial_partner_id = r.commercial_partner_id AND x.state = 'sale'
          AND x.date_order >= r.date_sent AND x.date_order < w.until) o ON TRUE
 WHERE r.state = 'sent'"""


class CrmCareReport(models.Model):
    """A row for each message of care: who came within the rule's days, and spent what (M5).

    What comes after a message is not all because of it: the model ``crm.care.effect`` compares.
    """

    _name = "crm.care.report"
    _description = "Visits after Care"
    _auto = False
    _rec_name = "rule_id"
    _order = "date desc, id desc"
    _depends = {
        "crm.care.reminder": ["state", "date_sent", "rule_id", "dealer_id", "company_id"],
        "crm.care.rule": ["effect_days", "trigger"],
        "crm.service.visit": ["date", "stage", "amount_total", "order_id", "active"],
        "sale.order": ["date_order", "state", "crm_revenue"],
    }

    rule_id = fields.Many2one("crm.care.rule", readonly=True)
    trigger = fields.Selection(TRIGGERS, readonly=True)
    partner_id = fields.Many2one("res.partner", string="Recipient", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    vehicle_id = fields.Many2one("crm.vehicle", readonly=True)
    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    dealer_region_id = fields.Many2one(related="dealer_id.region_id", string="Dealer Region")
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    channel = fields.Selection(CHANNELS, readonly=True)
    state = fields.Selection(STATES, readonly=True)
    date = fields.Datetime(string="Sent On", readonly=True)
    due_date = fields.Date(string="Due On", readonly=True)
    over = fields.Boolean(string="Days Are Over", readonly=True)
    sent = fields.Integer(string="Messages", readonly=True)
    visited = fields.Float(
        string="Came (%)", readonly=True, aggregator="avg", digits=(16, 1),
        help="Customers with a visit within the days of the rule; of messages whose days are over.",
    )  # fmt: skip
    visits = fields.Integer(readonly=True, help="Visits within the days of the rule.")
    days = fields.Float(
        string="Days until the Visit", readonly=True, aggregator="avg", digits=(16, 1)
    )
    revenue = fields.Monetary(
        readonly=True,
        help="Orders, and visits without an order, within the days of the rule, without tax. A "
        "customer who got several messages counts at each.",
    )

    @property
    def _table_query(self):
        return SQL(_ROWS, company=self.env.company.id, revenue=order_revenue("x"))

    def action_open_visits(self):
        """Open the visits of these customers since the message."""
        self.ensure_one()
        title = self.env._("Visits")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "crm.service.visit",
            "view_mode": "list,form",
            "domain": [
                ("commercial_partner_id", "=", self.commercial_partner_id.id),
                ("date", ">=", self.date),
                ("stage", "not in", ("booked", "cancelled")),
            ],
        }
