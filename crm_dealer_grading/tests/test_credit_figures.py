from odoo.tests import tagged

from ..models.credit.crm_credit_guard import CreditRefusal
from .common_credit import CreditCase


@tagged("post_install", "-at_install")
class TestCreditFigures(CreditCase):
    """Every figure opens what it is made of, and is the same in any currency (K4)."""

    def _lines(self):
        """What the figure of the receivable opens, added up."""
        action = self.file.action_open_receivables()
        found = self.env[action["res_model"]].search(action["domain"])
        found.invalidate_recordset()  # as a new request has it
        return sum(found.mapped("amount"))

    def test_figure_opens_what_it_is_made_of(self):
        """Payments that wait for the bank, and drafts that stay matched, are among the lines."""
        invoice = self._invoice(self.partner, 1000, post=True)
        waiting = self.env["account.payment"].create(
            {"partner_id": self.partner.id, "amount": 400, "payment_type": "inbound",
             "partner_type": "customer"}
        )  # fmt: skip
        waiting.outstanding_account_id = False  # as where the bank statement books it
        waiting.action_post()
        self.assertFalse(waiting.move_id)
        payment = self._pay(invoice, 300)
        self.assertEqual((self._use()[0], self._lines()), (300, 300))
        payment.action_draft()
        self.assertEqual((self._use()[0], self._lines()), (600, 600))
        payment.action_post()
        seen = self._as("sales_a", self.env["crm.credit.receivable"])
        rows = seen.search([("partner_id", "=", self.partner.id)])
        rows.invalidate_recordset()
        self.assertEqual(sorted(rows.mapped("amount")), [-400, 700])
        self.assertEqual(rows.sudo().payment_id, waiting)
        names = [invoice.name, waiting.sudo().display_name]
        self.assertTrue(all(names))
        self.assertEqual(sorted(rows.mapped("display_name")), sorted(names))

    def test_orders_open_what_they_are_made_of(self):
        self._sold(300)
        self._sold(200)._create_invoices().action_post()
        paid = self._quotation(self.partner, 500, require_payment=True)
        transaction = self._transaction(paid, 500)
        transaction._set_done()
        paid.action_confirm()
        paid._create_invoices().action_post()
        orders = self.env["sale.order"].search(self.file.action_open_orders()["domain"])
        self.assertIn(paid, orders)  # its payment is still to be booked
        rests = [sum(rest.values()) for rest in orders._credit_rest().values()]
        self.assertEqual((self._use()[1], sum(rests)), (-200, -200))

    def test_invoice_at_another_rate(self):
        """An invoice of a foreign order replaces it, whatever the rate is by then."""
        currency, pricelist = self._foreign(4)
        order = self._quotation(self.partner, 4000, pricelist_id=pricelist.id)
        order.action_confirm()
        self.assertEqual(self._use(), (0, 1000))
        currency.rate_ids.rate = 5
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(self._use(), (800, 0))
        dearer = self._invoice(self.partner, 1001, currency_id=currency.id)
        with self.assertRaises(CreditRefusal), self.env.cr.savepoint():
            dearer.action_post()  # 200.20
