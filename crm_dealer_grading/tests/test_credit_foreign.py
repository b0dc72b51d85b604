"""Credit with addons that ours do not depend on.

Skipped where these are absent, as in the test database; to run them, see ``common_foreign.py``.
"""

from odoo import Command
from odoo.tests import HttpCase, tagged

from ..models.credit.crm_credit_guard import CreditRefusal
from .common import DealerCommon
from .common_foreign import ForeignFactories


class ForeignCase(ForeignFactories, DealerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_credit()


@tagged("post_install", "-at_install")
class TestCreditPaidLater(ForeignFactories, HttpCase):
    """Cash on delivery and payment in the shop: addons confirm the order unasked (K4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_network()
        cls._set_up_credit()
        cls._needs("payment.provider", "custom_mode")
        modes = cls.env["payment.provider"]._fields["custom_mode"].get_values(cls.env)
        cls.modes = [mode for mode in ("cash_on_delivery", "on_site") if mode in modes]

    def _waits(self, order, transaction):
        hold = self.env["crm.credit.hold"].search([("order_id", "=", order.id)])
        self.assertEqual((order.state, hold.state), ("sent", "open"))
        self.assertEqual((transaction.state, transaction.is_post_processed), ("pending", True))
        self.assertEqual(transaction.landing_route, order.get_portal_url())

    def test_within_the_limit(self):
        for mode in self.modes:
            order = self._quotation(self.partner, 400)
            self._pending(order, mode)._post_process_or_wait()
            self.assertEqual(order.state, "sale")

    def test_over_the_limit(self):
        for mode in self.modes:
            order = self._quotation(self.partner, 1001)
            transaction = self._pending(order, mode)
            transaction.action_post_process()
            self._waits(order, transaction)

    def test_customer_left_before_the_answer(self):
        """The job finishes what the page did not; an order without room harms no other one."""
        orders = [self._quotation(self.partner, amount) for amount in (1001, 400)]
        refused, confirmed = (self._pending(order, self.modes[0]) for order in orders)
        self.env.flush_all()
        with self.env.registry.cursor() as cursor:
            job = self.env(cr=cursor)["payment.transaction"]
            job._cron_post_process()
        self.env.invalidate_all()
        self._waits(orders[0], refused)
        self.assertEqual((orders[1].state, confirmed.is_post_processed), ("sale", True))

    def test_customer_waits_for_the_payment(self):
        """The page that follows a payment polls; it gets an answer and no error."""
        for mode in self.modes:
            order = self._quotation(self.partner, 1001)
            transaction = self._pending(order, mode)
            self.authenticate(
                None, None, session_extra={"__payment_monitored_tx_id__": transaction.id}
            )
            answer = self.make_jsonrpc_request("/payment/status/poll")
            self.assertEqual(answer["state"], "pending")
            self._waits(order, transaction)
            page = self.url_open(answer["landing_route"]).text
            self.assertIn("are checking it", page)
            self.assertNotIn("credit limit", page)


@tagged("post_install", "-at_install")
class TestCreditDelivery(ForeignCase):
    """The real delivery cost is known when the goods leave (K4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._needs("stock.picking", "carrier_price")
        charge = cls.env["product.product"].create(
            {"name": "Charge", "type": "service", "taxes_id": False}
        )
        cls.carrier = cls.env["delivery.carrier"].create(
            {
                "name": "Test Carrier",
                "product_id": charge.id,
                "delivery_type": "fixed",
                "fixed_price": 40,
                "invoice_policy": "real",
            }
        )
        cls.part = cls.env["product.product"].create(
            {"name": "Test Goods", "type": "consu", "taxes_id": False}
        )

    def _sold_goods(self):
        order = self._quotation(self.partner, 1000, carrier_id=self.carrier.id)
        order.order_line.product_id = self.part
        order.order_line.write({"price_unit": 1000, "tax_ids": [Command.clear()]})
        order.action_confirm()
        return order

    def test_cost_of_what_leaves_is_told(self):
        order = self._sold_goods()
        picking = order.picking_ids
        picking.move_ids.quantity = 1
        picking.move_ids.picked = True
        picking.button_validate()
        self.assertEqual((picking.state, order.amount_total), ("done", 1040))
        self.assertEqual(sum(self._use()), 1040)
        self.assertTrue(
            order.message_ids.filtered(lambda m: "over the credit limit" in (m.body or ""))
        )

    def test_line_added_by_hand_is_judged(self):
        order = self._sold_goods()
        seller = order.with_user(self.users["sales_a"])
        seller.sudo().user_id = self.users["sales_a"]
        vals = {
            "order_id": order.id,
            "product_id": self.carrier.product_id.id,
            "price_unit": 1,
            "is_delivery": True,
            "tax_ids": [Command.clear()],
        }
        with self.assertRaises(CreditRefusal), self.env.cr.savepoint():
            seller.env["sale.order.line"].create(vals)
        self.assertEqual(order.amount_total, 1000)


@tagged("post_install", "-at_install")
class TestCreditCosts(ForeignCase):
    """A vendor's bill for a project is passed on to the customer's order (K4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._needs("project.project", "reinvoiced_sale_order_id")

    def test_bill_is_booked_and_told(self):
        order = self._sold(1000)
        account = self.env["account.analytic.account"].create(
            {"name": "Project", "plan_id": self.env["account.analytic.plan"].search([], limit=1).id}
        )
        self.env["project.project"].create(
            {
                "name": "Project",
                "allow_billable": True,
                "account_id": account.id,
                "partner_id": self.partner.id,
                "reinvoiced_sale_order_id": order.id,
            }
        )
        cost = self.env["product.product"].create(
            {"name": "Cost", "type": "service", "expense_policy": "cost", "taxes_id": False}
        )
        vendor = self.env["res.partner"].create({"name": "Vendor"})
        bill = self._invoice(vendor, 50, move_type="in_invoice")
        bill.invoice_line_ids.write(
            {"product_id": cost.id, "analytic_distribution": {account.id: 100}}
        )
        bill.invoice_line_ids.write({"price_unit": 50, "tax_ids": [Command.clear()]})
        bill.action_post()
        self.assertEqual((bill.state, order.amount_total), ("posted", 1050))
        notes = order.message_ids.filtered(lambda m: "over the credit limit" in (m.body or ""))
        self.assertTrue(notes)
        with self.assertRaises(CreditRefusal), self.env.cr.savepoint():
            order.order_line[-1].write({"price_unit": 60})


@tagged("post_install", "-at_install")
class TestCreditTill(ForeignCase):
    """What is paid at a till needs no credit; what goes on account is counted (K4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._needs("pos.order")
        cls._set_up_till()
        cls.file._change_limit(100, "lowered", "Test")

    def test_invoiced_and_paid(self):
        sale = self._till_sale([(self.cash, 500)], invoice=True)
        invoice = sale.account_move
        self.assertEqual((invoice.state, invoice.amount_residual), ("posted", 0))
        self.assertEqual(sum(self._use()), 0)

    def test_invoiced_on_account(self):
        refused = self.assertRaisesRegex(CreditRefusal, "take the payment now")
        with refused, self.env.cr.savepoint():
            self._till_sale([(self.account, 101)], invoice=True)
        self._till_sale([(self.account, 100)], invoice=True)
        self.assertEqual(self._use(), (100, 0))

    def test_invoiced_and_paid_in_part(self):
        with self.assertRaises(CreditRefusal), self.env.cr.savepoint():
            self._till_sale([(self.cash, 500), (self.account, 101)], invoice=True)
        self._till_sale([(self.cash, 500), (self.account, 100)], invoice=True)
        self.assertEqual(self._use(), (100, 0))

    def test_on_account_without_invoice(self):
        self._till_sale([(self.cash, 500), (self.account, 60)])
        self.assertEqual(self._use(), (60, 0))
        order = self._quotation(self.partner, 41)
        with self.assertRaises(CreditRefusal), self.env.cr.savepoint():
            order.action_confirm()
        self.session.post_closing_cash_details(500)
        self.session.close_session_from_ui()
        self.assertEqual(self.session.state, "closed")
        self.assertEqual(self._use(), (60, 0))

    def test_on_account_and_invoiced_later(self):
        sale = self._till_sale([(self.account, 60)])
        sale.with_context(generate_pdf=False).action_pos_order_invoice()
        self.env.cr.flush()
        self.assertEqual(self._use(), (60, 0))

    def test_quotation_settled_at_the_till(self):
        self._needs("pos.order.line", "sale_order_origin_id")
        for payments, used in (([(self.cash, 500)], 0), ([(self.account, 80)], 80)):
            amount = payments[0][1]
            order = self._quotation(self.partner, amount)
            line = {
                "sale_order_line_id": order.order_line.id,
                "sale_order_origin_id": order.id,
            }
            self._till_sale(payments, line=line)
            self.assertEqual(order.state, "sale")
            self.assertEqual(self._use(), (used, 0))

    def test_order_settled_at_the_till(self):
        self._needs("pos.order.line", "sale_order_origin_id")
        order = self._quotation(self.partner, 100)
        order.action_confirm()
        line = {"sale_order_line_id": order.order_line.id, "sale_order_origin_id": order.id}
        self._till_sale([(self.account, 100)], line=line, invoice=True)
        self.assertEqual(self._use(), (100, 0))
