"""Revenue of orders is what credit notes left of it (design.md, Meanings)."""

import random
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_credit import CreditFactories
from .common_grading import GradingCommon
from .common_migration import migrate

FOLDER = "crm_dealer_grading/migrations"


@tagged("post_install", "-at_install")
class TestGradingRevenue(CreditFactories, GradingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customers(1)
        cls.today = fields.Date.context_today(cls.customer)
        cls.scheme = cls._share_scheme("rank", [50, 50], domain=str([("id", "=", cls.customer.id)]))

    def _sold(self, amount, **vals):
        order = self._quotation(self.customer, amount, **vals)
        order.order_line.product_id.invoice_policy = "order"
        order.action_confirm()
        return order

    def _billed(self, order):
        invoice = order._create_invoices(final=True)
        invoice.action_post()
        return invoice

    def _credit(self, invoice, amount=None):
        note = invoice._reverse_moves([{"invoice_date": fields.Date.today()}])
        if amount is not None:
            note.invoice_line_ids.price_unit = amount
        note.action_post()
        return note

    def _life(self, rng):
        """A random order with what happens to it; what is left of it, in its currency."""
        amount = rng.randrange(10, 1000)
        order = self._sold(amount)
        left, way = amount, rng.choice(("draft", "kept", "all", "part", "anew", "undone", "twice"))
        if way == "draft":
            order._create_invoices()
        if way in ("draft", "kept"):
            return order, amount
        invoice = self._billed(order)
        if way == "part":
            part = rng.randrange(1, amount)
            self._credit(invoice, part)
            return order, amount - part
        note = self._credit(invoice)
        left = 0
        if way == "anew":
            self._billed(order)
            left = amount
        if way == "undone":
            note.button_draft()
            left = amount
        if way == "twice":
            again = self._billed(order)
            self._credit(again)
        return order, left

    def test_random_lives(self):
        rng = random.Random(20261127)
        expected = 0
        for _order in range(12):
            order, left = self._life(rng)
            self.assertAlmostEqual(order.crm_revenue, left, 2)
            expected += left
        self.assertAlmostEqual(self._revenue(), expected, 2)

    def _revenue(self):
        """The figure of the shipped metric, as the engine computes it."""
        return self._figures(self.scheme)["order_revenue_12m"]

    def _figures(self, scheme):
        scheme.regrade(self.customer)
        result = self.Result.search(
            [("scheme_id", "=", scheme.id), ("partner_id", "=", self.customer.id)]
        )
        return result.figures or {}

    def test_foreign_currency(self):
        """Credited in full is nothing left, whatever the rate became."""
        currency, pricelist = self._foreign(4)
        order = self._sold(4000, pricelist_id=pricelist.id)
        invoice = self._billed(order)
        self.assertAlmostEqual(self._revenue(), 1000, 2)
        currency.rate_ids.rate = 5
        self._credit(invoice, 1000)
        self.assertAlmostEqual(order.crm_revenue, 3000, 2)
        self.assertAlmostEqual(self._revenue(), 750, 2)

    def test_order_that_pays_back(self):
        """Its credit note is its invoice: negative once."""
        order = self._sold(-200)
        self._billed(order)
        self.assertAlmostEqual(order.crm_revenue, -200, 2)

    def test_orders_of_before(self):
        """An order without a figure of its own counts with its amount."""
        moment = fields.Datetime.now() - timedelta(days=3)
        self._insert_orders([(self.customer, 700, moment)])
        order = self.env["sale.order"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(order.crm_revenue, 700)
        self.assertIn(order, order.search([("crm_revenue", ">", 699)]))
        self.assertAlmostEqual(self._revenue(), 700, 2)

    def test_filled_at_installation(self):
        order, left = self._sold(500), 0
        self._credit(self._billed(order))
        self.env.flush_all()
        self.env.cr.execute("UPDATE sale_order SET crm_revenue = NULL WHERE id = %s", [order.id])
        order.invalidate_recordset()
        self.assertEqual(order.crm_revenue, 500)
        order._fill_revenue()
        self.env.flush_all()
        order.invalidate_recordset()
        self.assertEqual(order.crm_revenue, left)

    def test_nobody_writes_it(self):
        """Levels and tiers follow it."""
        order = self._sold(500)
        orders = self.env["sale.order"]
        for user in (self.users["sales_a"], self.env.user):
            with self._refused(UserError, "computed from the order"):
                order.with_user(user).write({"crm_revenue": 9999999})
            with self._refused(UserError, "computed from the order"):
                vals = {"partner_id": self.customer.id, "crm_revenue": 9999999}
                orders.with_user(user).create(vals)

    def test_reading_an_order_computes_no_other(self):
        """Whoever has no dealer role notices nothing: what waits to be computed goes on waiting."""
        first, second = self._sold(500), self._sold(600)
        self.env.flush_all()
        self.env.invalidate_all()
        amount = first._fields["amount_untaxed"]
        self.env.add_to_compute(amount, first)
        self.assertEqual(second.partner_id, self.customer)
        self.assertEqual(second.crm_revenue, 600)
        self.assertIn(first.id, self.env.records_to_compute(amount).ids)

    def test_service_of_an_order_that_is_none(self):
        """What a quotation or a cancelled order would invoice counts as service, once (G11)."""
        order = self._quotation(self.customer, 100)
        self._visit(self._vehicle(self.customer), labour_amount=100, order_id=order.id)
        names = ("order_revenue_12m", "service_unordered_12m", "revenue_12m")
        schemes = {}
        for name in names:
            metric = self.env.ref(f"crm_dealer_grading.metric_{name}")
            domain = str([("id", "=", self.customer.id)])
            schemes[name] = self._share_scheme("rank", [50, 50], metric, code=name, domain=domain)
        for step, ordered, service in (
            ("action_quotation_sent", 0, 100),
            ("action_confirm", 100, 0),
            ("_action_cancel", 0, 100),
            ("unlink", 0, 100),
        ):
            getattr(order, step)()
            found = [self._figures(scheme).get(name) or 0 for name, scheme in schemes.items()]
            self.assertEqual(found, [ordered, service, 100], step)

    def test_confirming_grades_who_brought_the_vehicle(self):
        """The customer of the visit need not be the one of the order."""
        order = self._quotation(self.customer, 100)
        other = self._customers(1)
        self._visit(self._vehicle(other), labour_amount=100, order_id=order.id)
        self.env.cr.precommit.run()
        pending = self.env["crm.grading.pending"]
        pending.search([]).unlink()
        order.action_confirm()
        self.env.cr.precommit.run()
        self.assertEqual(pending.search([]).partner_id, self.customer | other)

    def test_upgrade_counts_service_of_orders_that_are_none(self):
        shipped, other = (
            self.env.ref(f"crm_dealer_grading.metric_service_unordered_{months}m")
            for months in (12, 36)
        )
        wanted = shipped.domain
        shipped.domain = "[('stage', 'not in', ['booked', 'cancelled']), ('order_id', '=', False)]"
        other.domain = "[('order_id', '=', False)]"
        migrate(self.env, f"{FOLDER}/19.0.1.7.0/post-service.py", "19.0.1.6.0")
        self.assertEqual(shipped.domain, wanted)
        self.assertEqual(other.domain, "[('order_id', '=', False)]", "a manager's stays")

    def test_upgrade_gives_shipped_metrics_the_revenue(self):
        shipped = self.order_revenue
        amount = self.env.ref("sale.field_sale_order__amount_untaxed")
        other = self.env.ref("crm_dealer_grading.metric_order_revenue_36m")
        total = self.env.ref("sale.field_sale_order__amount_total")
        shipped.measure_field_id, other.measure_field_id = amount, total
        order = self._sold(500)
        self._credit(self._billed(order))
        self.env.flush_all()
        migrate(self.env, f"{FOLDER}/19.0.1.6.0/pre-columns.py", "19.0.1.5.0")
        self.env.cr.execute("UPDATE sale_order SET crm_revenue = NULL")
        migrate(self.env, f"{FOLDER}/19.0.1.6.0/post-revenue.py", "19.0.1.5.0")
        self.assertEqual(order.crm_revenue, 0)
        self.assertEqual(shipped.measure_field_id.name, "crm_revenue")
        self.assertEqual(other.measure_field_id, total, "what a manager chose stays")

    def test_graded_anew(self):
        """A credit note waits for the job as an order does; an invoice that takes nothing back
        does not."""
        order = self._sold(500)
        invoice = self._billed(order)
        pending = self.env["crm.grading.pending"]
        self.env.cr.precommit.run()
        pending.search([]).unlink()
        self._credit(invoice)
        self.env.cr.precommit.run()
        self.assertIn(self.customer, pending.search([]).partner_id)
        pending.search([]).unlink()
        other = self._quotation(self.customer, 10)
        other.action_confirm()
        self.env.cr.precommit.run()
        pending.search([]).unlink()
        self._billed(other)
        self.env.cr.precommit.run()
        self.assertFalse(pending.search([]))
