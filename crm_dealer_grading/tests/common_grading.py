from contextlib import contextmanager
from datetime import date

from odoo import Command
from odoo.tools import SQL

from .common import DealerCommon

TODAY = date(2026, 6, 30)


class GradingCommon(DealerCommon):
    """Customers of one dealer with orders written straight to the table.

    What a draft order needs to become an order is Odoo's business and slow; the engine reads
    the table, so the property tests fill it.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Scheme = cls.env["crm.grading.scheme"]
        cls.Metric = cls.env["crm.grading.metric"]
        cls.Result = cls.env["crm.grading.result"]
        cls.company = cls.env.company
        cls.company.partner_id.tz = "Asia/Shanghai"
        # Only the customers of a test are graded: they carry its tag.
        cls.tag = cls.env["res.partner.category"].create({"name": "Grading test"})
        cls.domain = str([("category_id", "in", cls.tag.ids)])
        cls.order_revenue = cls.env.ref("crm_dealer_grading.metric_order_revenue_12m")
        cls.orders = cls.env.ref("crm_dealer_grading.metric_orders_12m")
        cls.last_order = cls.env.ref("crm_dealer_grading.metric_days_since_last_order")

    @contextmanager
    def _refused(self, exception, words):
        """Expect the exception with these words; what it wrote is undone."""
        with self.assertRaises(exception) as refusal:
            yield
        self.assertRegex(str(refusal.exception), words)

    @classmethod
    def _customers(cls, count, dealer=None, **vals):
        return cls.env["res.partner"].create(
            [
                {
                    "name": f"Customer {number}",
                    "dealer_id": (dealer or cls.dealer_a).id,
                    "category_id": [Command.set(cls.tag.ids)],
                    **vals,
                }
                for number in range(count)
            ]
        )

    @classmethod
    def _insert_orders(cls, rows, company=None, currency=None, rate=1):
        """Insert confirmed orders; rows are ``(partner, amount, moment)``."""
        company = company or cls.company
        cls.env.flush_all()
        for partner, amount, moment in rows:
            cls.env.cr.execute(
                SQL(
                    """INSERT INTO sale_order (name, partner_id, partner_invoice_id,
                           partner_shipping_id, company_id, currency_id, currency_rate, state,
                           date_order, amount_untaxed, amount_total)
                    VALUES ('S-TEST', %(partner)s, %(partner)s, %(partner)s, %(company)s,
                            %(currency)s, %(rate)s, 'sale', %(moment)s, %(amount)s, %(amount)s)""",
                    partner=partner.id,
                    company=company.id,
                    currency=(currency or company.currency_id).id,
                    rate=rate,
                    moment=moment,
                    amount=amount,
                )
            )
        cls.env.invalidate_all()

    @classmethod
    def _share_scheme(cls, method, shares, metric=None, **vals):
        return cls.Scheme.create(
            {
                "name": f"Test {method}",
                "code": f"test_{method}",
                "method": method,
                "domain": cls.domain,
                "axis_ids": [Command.create({"metric_id": (metric or cls.order_revenue).id})],
                "level_ids": [
                    Command.create({"name": f"L{i}", "code": str(i), "sequence": i, "share": share})
                    for i, share in enumerate(shares)
                ],
                **vals,
            }
        )

    def _levels(self, scheme):
        """``{customer: level code}`` as the engine wrote them."""
        results = self.Result.search([("scheme_id", "=", scheme.id)])
        return {result.partner_id: result.level_id.code for result in results}
