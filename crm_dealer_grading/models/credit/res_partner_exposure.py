from odoo import api, models
from odoo.tools import SQL

# What of an order is not in the books yet, in its currency: not invoiced (posted invoices less
# credit notes, at the invoice's rate where it has another currency; nothing of what the ERP holds
# for invoiced, drafts apart, though it was for less), and not paid by a card
# payment that is still to be booked. Of an order that is invoiced such a payment makes less than
# nothing: it stands against the receivable. Sums are made per order once, so that many cost little.
_REST = """
SELECT o.id, o.partner_id, o.company_id,
       (CASE WHEN o.invoice_status = 'invoiced' AND NOT i.has_draft THEN 0
             ELSE GREATEST(0, o.amount_total - COALESCE(i.amount, 0) - %(settled)s) END
        - COALESCE(t.amount, 0))
       / COALESCE(NULLIF(o.currency_rate, 0), 1) AS amount
  FROM asked o
  LEFT JOIN (
       SELECT o.id, bool_or(m.state = 'draft') AS has_draft,
              SUM(CASE WHEN m.currency_id = o.currency_id THEN l.price_total
                             ELSE l.price_total / COALESCE(NULLIF(m.invoice_currency_rate, 0), 1)
                                  * COALESCE(NULLIF(o.currency_rate, 0), 1) END
                        * CASE WHEN m.move_type IN ('out_refund', 'in_invoice') THEN -1 ELSE 1 END
              ) FILTER (WHERE m.state = 'posted') AS amount
         FROM asked o
         JOIN sale_order_line s ON s.order_id = o.id
         JOIN sale_order_line_invoice_rel r ON r.order_line_id = s.id
         JOIN account_move_line l ON l.id = r.invoice_line_id
         JOIN account_move m ON m.id = l.move_id AND m.state <> 'cancel'
        GROUP BY o.id) i ON i.id = o.id
  LEFT JOIN (
       SELECT o.id, SUM(t.amount) AS amount
         FROM asked o
         JOIN sale_order_transaction_rel r ON r.sale_order_id = o.id
         JOIN payment_transaction t ON t.id = r.transaction_id AND t.currency_id = o.currency_id
        WHERE t.state IN ('authorized', 'done') AND t.payment_id IS NULL
          AND t.operation <> 'validation'
        GROUP BY o.id) t ON t.id = o.id"""

# The orders that are asked about; ``%(where)s`` says which.
_ASKED = """
asked AS MATERIALIZED (
    SELECT o.id, p.commercial_partner_id AS partner_id, c.root_id AS company_id,
           o.amount_total, o.currency_id, o.currency_rate, o.invoice_status
      FROM sale_order o
      JOIN credit_person p ON p.id = o.partner_invoice_id
      JOIN credit_company c ON c.id = o.company_id
     WHERE %(where)s)"""

# Whose credit is asked for. The table of contacts is named once, since it has so many indexes that
# each time costs more to plan than all of it to run.
_PERSON = """
credit_person AS (SELECT p.id, p.commercial_partner_id FROM res_partner p WHERE %(partners)s)"""

# Posted receivables, less payments that the ERP books only with the bank statement. In the ERP a
# payment or credit note that is a draft again stays matched with its invoice; here it pays nothing.
_RECEIVABLE = """
SELECT p.commercial_partner_id AS partner_id, c.root_id AS company_id, l.amount_residual AS amount
  FROM account_move_line l
  JOIN credit_person p ON p.id = l.partner_id
  JOIN account_account a ON a.id = l.account_id AND a.account_type = 'asset_receivable'
  JOIN credit_company c ON c.id = l.company_id
 WHERE l.parent_state = 'posted' AND l.reconciled IS NOT TRUE
 UNION ALL
SELECT p.commercial_partner_id, c.root_id, -y.amount_company_currency_signed
  FROM account_payment y
  JOIN credit_person p ON p.id = y.partner_id
  JOIN credit_company c ON c.id = y.company_id
 WHERE y.state = 'in_process' AND y.move_id IS NULL AND y.partner_type = 'customer'
 UNION ALL
SELECT p.commercial_partner_id, c.root_id, r.amount
  FROM account_move_line d
 CROSS JOIN LATERAL (
       SELECT debit_move_id AS line_id, amount
         FROM account_partial_reconcile WHERE credit_move_id = d.id
        UNION ALL
       SELECT credit_move_id, -amount
         FROM account_partial_reconcile WHERE debit_move_id = d.id) r
  JOIN account_move_line l ON l.id = r.line_id AND l.parent_state = 'posted'
  JOIN credit_person p ON p.id = l.partner_id
  JOIN account_account a ON a.id = l.account_id AND a.account_type = 'asset_receivable'
  JOIN credit_company c ON c.id = l.company_id
 WHERE d.parent_state = 'draft' AND d.matching_number IS NOT NULL"""

_FLUSHED = {
    "sale.order": [
        "amount_total", "company_id", "currency_id", "currency_rate", "invoice_status",
        "partner_invoice_id", "state",
    ],
    "sale.order.line": ["invoice_lines", "order_id"],
    "account.move": ["currency_id", "invoice_currency_rate", "move_type", "state"],
    "account.move.line": [
        "account_id", "amount_residual", "company_id", "matching_number", "parent_state",
        "partner_id", "price_total", "reconciled",
    ],
    "account.partial.reconcile": ["amount", "credit_move_id", "debit_move_id"],
    "account.payment": [
        "amount_company_currency_signed", "company_id", "move_id", "partner_id", "partner_type",
        "state",
    ],
    "payment.transaction": ["amount", "operation", "payment_id", "sale_order_ids", "state"],
    "res.partner": ["commercial_partner_id"],
}  # fmt: skip


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _credit_flush(self):
        for model, names in _FLUSHED.items():
            self.env[model].flush_model(names)

    @api.model
    def _credit_companies_sql(self):
        """Each company with the one whose limits count (see ``res.company._credit_company``)."""
        return SQL(
            "credit_company AS (SELECT id, split_part(parent_path, '/', 1)::integer AS root_id"
            " FROM res_company)"
        )

    def _credit_exposure(self, companies):
        """What the customers ``self`` owe or have ordered, at ``companies`` (K4).

        :return: ``{(partner id, company id): (receivable, uninvoiced)}`` in the company's
            currency, for the pairs that have any; in one query, whatever the user may read
        """
        if not self.ids or not companies:
            return {}
        query = SQL(
            "SELECT * FROM (%s) exposure WHERE company_id IN %s",
            self._credit_exposure_sql(SQL("p.commercial_partner_id IN %s", tuple(self.ids))),
            tuple(companies._credit_company().ids),
        )
        self._credit_flush()
        return {
            (partner, company): (float(receivable), float(uninvoiced))
            for partner, company, receivable, uninvoiced in self.env.execute_query(query)
        }

    def _credit_exposure_apart(self, companies, orders):
        """``_credit_exposure``, and what of it are ``orders``, which are confirmed, in one query.

        :return: the exposures, and ``{order: {(partner id, company id): amount}}`` in the order in
            which the orders came
        """
        query = SQL(
            """SELECT order_id, partner_id, company_id, SUM(receivable), SUM(uninvoiced)
                 FROM (SELECT partner_id, company_id, receivable, uninvoiced,
                              CASE WHEN order_id IN %s THEN order_id END AS order_id
                         FROM (%s) parts) parts
                WHERE company_id IN %s GROUP BY order_id, partner_id, company_id
                ORDER BY order_id""",
            tuple(orders.ids),
            self._credit_parts_sql(SQL("p.commercial_partner_id IN %s", tuple(self.ids))),
            tuple(companies._credit_company().ids),
        )
        self._credit_flush()
        exposures, rests = {}, {}
        for number, partner, company, receivable, uninvoiced in self.env.execute_query(query):
            pair = partner, company
            before = exposures.get(pair, (0.0, 0.0))
            exposures[pair] = before[0] + float(receivable), before[1] + float(uninvoiced)
            if number:
                rests[orders.browse(number)] = {pair: float(uninvoiced)}
        return exposures, rests

    @api.model
    def _credit_exposure_sql(self, partners):
        """``partner_id, company_id, receivable, uninvoiced`` where ``partners`` holds for ``p``."""
        return SQL(
            """SELECT partner_id, company_id,
                      SUM(receivable) AS receivable, SUM(uninvoiced) AS uninvoiced
                 FROM (%s) parts GROUP BY partner_id, company_id""",
            self._credit_parts_sql(partners),
        )

    @api.model
    def _credit_parts_sql(self, partners):
        """What exposures are the sums of, with ``order_id`` for what is ordered."""
        return SQL(
            """WITH %(companies)s, %(people)s, %(asked)s
               SELECT NULL::integer AS order_id, partner_id, company_id, amount AS receivable,
                      0 AS uninvoiced
                 FROM (%(receivable)s) booked
                UNION ALL
               SELECT id, partner_id, company_id, 0, amount FROM (%(rest)s) ordered""",
            companies=self._credit_companies_sql(),
            people=SQL(_PERSON, partners=partners),
            receivable=self._credit_receivable_sql(),
            rest=SQL(_REST, settled=self._credit_settled_sql()),
            asked=SQL(_ASKED, where=SQL("o.state = 'sale'")),
        )

    @api.model
    def _credit_receivable_sql(self):
        """``partner_id, company_id, amount`` of what those in ``credit_person`` owe."""
        return SQL(_RECEIVABLE)

    @api.model
    def _credit_settled_sql(self):
        """What of the order ``o`` was taken over by documents other than its invoices."""
        return SQL("0")

    @api.model
    def _credit_rest_sql(self, order_ids):
        """``id, partner_id, company_id, amount`` of the orders, in the order of the queue."""
        return SQL(
            "WITH %s, %s, %s SELECT id, partner_id, company_id, amount FROM (%s) rest"
            " ORDER BY id",
            self._credit_companies_sql(),
            SQL(_PERSON, partners=SQL("TRUE")),
            SQL(_ASKED, where=SQL("o.id IN %s", tuple(order_ids))),
            SQL(_REST, settled=self._credit_settled_sql()),
        )
