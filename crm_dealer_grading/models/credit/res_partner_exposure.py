from odoo import api, models
from odoo.tools import SQL

from .exposure_sql import ASKED, DRAFT_MATCHED, EACH, JOINED, PERSON, RECEIVABLE, REST

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
            self._credit_exposure_sql(*self._credit_few()),
            tuple(companies._credit_company().ids),
        )
        self._credit_flush()
        return {
            (partner, company): (float(receivable), float(uninvoiced))
            for partner, company, receivable, uninvoiced in self.env.execute_query(query)
        }

    def _credit_few(self):
        """Arguments of ``_credit_parts_sql`` for the customers ``self``."""
        customers = SQL("p.commercial_partner_id IN %s", tuple(self.ids))
        return (customers, EACH) if len(self) <= 200 else (customers,)

    def _credit_exposure_apart(self, companies, orders, drafts=True):
        """``_credit_exposure``, and what of it are ``orders``, which are confirmed, in one query.

        The caller has flushed.

        :param drafts: false if no draft is matched with anything
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
            self._credit_parts_sql(*self._credit_few(), drafts=drafts),
            tuple(companies._credit_company().ids),
        )
        exposures, rests = {}, {}
        for number, partner, company, receivable, uninvoiced in self.env.execute_query(query):
            pair = partner, company
            before = exposures.get(pair, (0.0, 0.0))
            exposures[pair] = before[0] + float(receivable), before[1] + float(uninvoiced)
            if number:
                rests[orders.browse(number)] = {pair: float(uninvoiced)}
        return exposures, rests

    @api.model
    def _credit_exposure_sql(self, partners, each=JOINED):
        """``partner_id, company_id, receivable, uninvoiced`` where ``partners`` holds for ``p``.

        :param each: ``EACH`` for a few customers
        """
        return SQL(
            """SELECT partner_id, company_id,
                      SUM(receivable) AS receivable, SUM(uninvoiced) AS uninvoiced
                 FROM (%s) parts GROUP BY partner_id, company_id""",
            self._credit_parts_sql(partners, each),
        )

    @api.model
    def _credit_parts_sql(self, partners, each=JOINED, drafts=True):
        """What exposures are the sums of, with ``order_id`` for what is ordered."""
        receivable = self._credit_receivable_sql(each)
        if drafts:
            receivable = SQL("%s UNION ALL %s", receivable, SQL(DRAFT_MATCHED))
        return SQL(
            """WITH %(companies)s, %(people)s, %(asked)s
               SELECT order_id, partner_id, c.root_id AS company_id, receivable, uninvoiced
                 FROM (SELECT NULL::integer AS order_id, partner_id, company_id,
                              amount AS receivable, 0 AS uninvoiced
                         FROM (%(receivable)s) booked
                        UNION ALL
                       SELECT id, partner_id, company_id, 0, amount FROM (%(rest)s) ordered) part
                 JOIN credit_company c ON c.id = part.company_id""",
            companies=self._credit_companies_sql(),
            people=SQL(PERSON, partners=partners),
            receivable=receivable,
            rest=SQL(REST, settled=self._credit_settled_sql(), each=each),
            asked=SQL(ASKED, where=SQL("o.state = 'sale'"), each=each),
        )

    @api.model
    def _credit_receivable_sql(self, each=JOINED):
        """``partner_id, company_id, amount`` of what those in ``credit_person`` owe, by branch."""
        return SQL(RECEIVABLE, each=each)

    @api.model
    def _credit_settled_sql(self):
        """What of the order ``o`` was taken over by documents other than its invoices."""
        return SQL("0")

    @api.model
    def _credit_rest_sql(self, order_ids):
        """``id, partner_id, company_id, amount`` of the orders, in the order of the queue."""
        payers = SQL(
            "p.id = ANY(ARRAY(SELECT partner_invoice_id FROM sale_order WHERE id = ANY(%s)))",
            list(order_ids),
        )
        return SQL(
            "WITH %s, %s, %s SELECT rest.id, partner_id, c.root_id, amount FROM (%s) rest"
            " JOIN credit_company c ON c.id = company_id ORDER BY rest.id",
            self._credit_companies_sql(),
            SQL(PERSON, partners=payers),
            SQL(ASKED, where=SQL("o.id = ANY(%s)", list(order_ids)), each=JOINED),
            SQL(REST, settled=self._credit_settled_sql(), each=EACH),
        )
