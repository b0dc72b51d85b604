from odoo import fields, models
from odoo.tools import SQL

AGES = [
    ("current", "Not Due"),
    ("30", "1–30 Days"),
    ("60", "31–60 Days"),
    ("90", "61–90 Days"),
    ("more", "Over 90 Days"),
]


class CrmCreditReceivable(models.Model):
    """Open items of customers, in the order in which they are to be collected (K3).

    The lowest class comes first, customers without a class before it; in a class the oldest.
    Amounts are in the company's currency.
    """

    _name = "crm.credit.receivable"
    _description = "Receivable to Collect"
    _auto = False
    _order = "class_rank DESC, days_overdue DESC, id"
    _rec_name = "move_id"
    _depends = {
        "account.move.line": ["amount_residual", "date_maturity", "dealer_id", "parent_state"],
        "crm.credit.file": ["class_id", "company_id", "partner_id"],
        "crm.credit.class": ["sequence"],
        "res.partner": ["commercial_partner_id", "dealer_id", "user_id"],
    }

    move_id = fields.Many2one("account.move", string="Entry", readonly=True)
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

    @property
    def _table_query(self):
        companies = self.env["crm.credit.file"]._credit_companies()
        return SQL(
            """WITH %(companies)s
               SELECT l.id, l.move_id, p.commercial_partner_id AS partner_id,
                      c.root_id AS company_id, COALESCE(l.dealer_id, b.dealer_id) AS dealer_id,
                      b.user_id,
                      f.class_id, COALESCE(k.sequence, 2147483647) AS class_rank,
                      due.day AS date_due, GREATEST(0, rule.today - due.day) AS days_overdue,
                      CASE WHEN due.day >= rule.today THEN 'current'
                           WHEN due.day >= rule.today - 30 THEN '30'
                           WHEN due.day >= rule.today - 60 THEN '60'
                           WHEN due.day >= rule.today - 90 THEN '90'
                           ELSE 'more' END AS age,
                      l.amount_residual AS amount
                 FROM account_move_line l
                 JOIN account_account a ON a.id = l.account_id
                      AND a.account_type = 'asset_receivable'
                 JOIN res_partner p ON p.id = l.partner_id
                 JOIN res_partner b ON b.id = p.commercial_partner_id
                 JOIN credit_company c ON c.id = l.company_id
                 JOIN unnest(%(ids)s, %(days)s) AS rule(company_id, today)
                      ON rule.company_id = c.root_id
                 CROSS JOIN LATERAL (SELECT COALESCE(l.date_maturity, l.date) AS day) due
                 LEFT JOIN crm_credit_file f ON f.partner_id = b.id AND f.company_id = c.root_id
                 LEFT JOIN crm_credit_class k ON k.id = f.class_id
                WHERE l.parent_state = 'posted' AND l.reconciled IS NOT TRUE
                  AND l.amount_residual <> 0""",
            companies=self.env["res.partner"]._credit_companies_sql(),
            ids=companies.ids,
            days=[company._today_here() for company in companies],
        )
