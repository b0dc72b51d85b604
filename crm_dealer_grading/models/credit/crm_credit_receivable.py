from odoo import api, fields, models
from odoo.tools import SQL

from .exposure_sql import ACCOUNTS, DRAFTS

AGES = [
    ("current", "Not Due"),
    ("30", "1–30 Days"),
    ("60", "31–60 Days"),
    ("90", "61–90 Days"),
    ("more", "Over 90 Days"),
]

# Open items, and what drafts that stay matched with them do not pay; payments on their way are none
# of the overdue ones. Together they make the receivable of an exposure (``exposure_sql.py``).
_ITEMS = f"""
SELECT l.id, l.move_id, NULL::integer AS payment_id, l.partner_id, l.company_id, l.dealer_id,
       COALESCE(l.date_maturity, l.date) AS day, l.amount_residual + COALESCE(d.amount, 0) AS amount
  FROM account_move_line l
  LEFT JOIN ({{drafts}}) d ON d.line_id = l.id
 WHERE l.account_id = ANY({ACCOUNTS}) AND l.parent_state = 'posted'
   AND l.reconciled IS NOT TRUE AND l.amount_residual + COALESCE(d.amount, 0) <> 0
 UNION ALL
SELECT l.id, l.move_id, NULL, l.partner_id, l.company_id, l.dealer_id,
       COALESCE(l.date_maturity, l.date), l.amount_residual + d.amount
  FROM ({{drafts}}) d
  JOIN account_move_line l ON l.id = d.line_id
 WHERE l.account_id = ANY({ACCOUNTS}) AND l.parent_state = 'posted'
   AND l.reconciled AND l.amount_residual + d.amount <> 0
 UNION ALL
SELECT -y.id, NULL, y.id, y.partner_id, y.company_id, NULL, y.date,
       -y.amount_company_currency_signed
  FROM account_payment y
 WHERE y.state = 'in_process' AND y.move_id IS NULL AND y.partner_type = 'customer'""".format(
    drafts=f"SELECT line_id, SUM(amount) AS amount FROM ({DRAFTS}) drafts GROUP BY line_id"
)


class CrmCreditReceivable(models.Model):
    """Open items of customers, in the order in which they are to be collected (K3).

    The lowest class comes first, customers without a class before it; in a class the oldest.
    Amounts are in the company's currency.
    """

    _name = "crm.credit.receivable"
    _description = "Receivable to Collect"
    _auto = False
    _order = "class_rank DESC, days_overdue DESC, id"
    _depends = {
        "account.move.line": [
            "account_id", "amount_residual", "company_id", "date", "date_maturity", "dealer_id",
            "matching_number", "parent_state", "partner_id", "reconciled",
        ],
        "account.partial.reconcile": ["amount", "credit_move_id", "debit_move_id"],
        "account.payment": [
            "amount_company_currency_signed", "company_id", "date", "move_id", "partner_id",
            "partner_type", "state",
        ],
        "crm.credit.file": ["class_id", "company_id", "partner_id"],
        "crm.credit.class": ["sequence"],
        "res.partner": ["commercial_partner_id", "dealer_id", "user_id"],
    }  # fmt: skip

    move_id = fields.Many2one("account.move", string="Entry", readonly=True)
    payment_id = fields.Many2one(
        "account.payment",
        readonly=True,
        help="On its way: it is booked with the bank statement.",
    )
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    class_id = fields.Many2one("crm.credit.class", string="Credit Class", readonly=True)
    class_rank = fields.Integer(readonly=True, aggregator=None)
    date_due = fields.Date(string="Due Date", readonly=True)
    days_overdue = fields.Integer(readonly=True, aggregator="max")
    age = fields.Selection(AGES, readonly=True)
    amount = fields.Monetary(string="Open Amount", readonly=True, aggregator="sum")

    @api.depends("move_id", "payment_id")
    def _compute_display_name(self):
        for item in self.sudo():  # its number, to who may read the item
            item.display_name = (item.move_id or item.payment_id).display_name

    @property
    def _table_query(self):
        companies = self.env["crm.credit.file"]._credit_companies()
        return SQL(
            """WITH %(companies)s, credit_item AS (%(items)s)
               SELECT i.id, i.move_id, i.payment_id, p.commercial_partner_id AS partner_id,
                      c.root_id AS company_id, COALESCE(i.dealer_id, b.dealer_id) AS dealer_id,
                      b.user_id,
                      f.class_id, COALESCE(k.sequence, 2147483647) AS class_rank,
                      i.day AS date_due, GREATEST(0, rule.today - i.day) AS days_overdue,
                      CASE WHEN i.day >= rule.today THEN 'current'
                           WHEN i.day >= rule.today - 30 THEN '30'
                           WHEN i.day >= rule.today - 60 THEN '60'
                           WHEN i.day >= rule.today - 90 THEN '90'
                           ELSE 'more' END AS age,
                      i.amount
                 FROM credit_item i
                 JOIN res_partner p ON p.id = i.partner_id
                 JOIN res_partner b ON b.id = p.commercial_partner_id
                 JOIN credit_company c ON c.id = i.company_id
                 JOIN unnest(%(ids)s, %(days)s) AS rule(company_id, today)
                      ON rule.company_id = c.root_id
                 LEFT JOIN crm_credit_file f ON f.partner_id = b.id AND f.company_id = c.root_id
                 LEFT JOIN crm_credit_class k ON k.id = f.class_id""",
            companies=self.env["res.partner"]._credit_companies_sql(),
            items=SQL(_ITEMS),
            ids=companies.ids,
            days=[company._today_here() for company in companies],
        )
