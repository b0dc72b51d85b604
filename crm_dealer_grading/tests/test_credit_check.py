from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..models.credit.crm_credit_guard import CreditRefusal
from .common_credit import CreditCase


@tagged("post_install", "-at_install")
class TestCreditCheck(CreditCase):
    """Nobody sells past a limit, by whatever way the state changes (K4)."""

    def _assert_refused(self, order, change):
        with self.assertRaises(CreditRefusal), self.env.cr.savepoint():
            change()
        self.assertIn(order.state, ("draft", "sent"))

    def test_within_the_limit(self):
        order = self._quotation(self.partner, 1000)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(self._use(), (0, 1000))
        self.assertEqual(self.file.free, 0)

    def test_over_the_limit(self):
        order = self._quotation(self.partner, 1000.01)
        with self.assertRaisesRegex(CreditRefusal, "held documents"), self.env.cr.savepoint():
            order.action_confirm()
        self.assertEqual(order.state, "draft")
        self.assertEqual(sum(self._use()), 0)

    def test_state_written(self):
        order = self._quotation(self.partner, 1001)
        self._assert_refused(order, lambda: order.write({"state": "sale"}))
        self._assert_refused(order, lambda: order.sudo().write({"state": "sale"}))

    def test_created_confirmed(self):
        with self.assertRaises(CreditRefusal), self.env.cr.savepoint():
            self._quotation(self.partner, 1001, state="sale")
        self.assertEqual(self._quotation(self.partner, 1000, state="sale").state, "sale")

    def test_context_opens_nothing(self):
        order = self._quotation(self.partner, 1001)
        keys = {
            "credit_file_step": True,
            "release_step": True,
            "skip_credit": True,
            "tracking_disable": True,
            "install_mode": True,
        }
        self._assert_refused(order, order.with_context(**keys).action_confirm)

    def test_order_grows_after_confirmation(self):
        order = self._quotation(self.partner, 900)
        order.action_confirm()
        line = order.order_line
        changes = (
            lambda: line.write({"price_unit": 1001}),
            lambda: line.write({"product_uom_qty": 20}),
            lambda: order.write({"order_line": [Command.update(line.id, {"price_unit": 1001})]}),
            lambda: line.copy({"order_id": order.id, "price_unit": 101}),
            lambda: order.write(
                {
                    "order_line": [
                        Command.create({"product_id": self.product.id, "price_unit": 101})
                    ]
                }
            ),
        )
        for number, change in enumerate(changes):
            with self.subTest(number):
                with self.assertRaises(CreditRefusal), self.env.cr.savepoint():
                    change()
                self.assertEqual(order.amount_total, 900)
        line.price_unit = 1000
        self.assertEqual(sum(self._use()), 1000)
        line.price_unit = 10
        self.assertEqual(sum(self._use()), 10)

    def test_order_moves_to_another_payer(self):
        rich = self._customer(self.dealer_a, name="Rich")
        order = self._quotation(rich, 5000)
        order.action_confirm()
        with self.assertRaises(CreditRefusal), self.env.cr.savepoint():
            order.partner_invoice_id = self.partner
        self.assertEqual(order.partner_invoice_id, rich)

    def test_contacts_count_for_their_company(self):
        firm = self._customer(self.dealer_a, name="Firm", is_company=True)
        self._file(firm, 1000)
        clerk = self._customer(self.dealer_a, name="Clerk", parent_id=firm.id)
        self._quotation(clerk, 600).action_confirm()
        order = self._quotation(firm, 600)
        self._assert_refused(order, order.action_confirm)

    def test_off_is_bare_odoo(self):
        self.company.credit_mode = "off"
        self.partner.credit_limit = 10
        self._quotation(self.partner, 5000).action_confirm()
        self.assertEqual(self.file.limit, 10)
        self.assertEqual(self.file.change_ids[0].source, "erp")

    def test_warn_lets_through_and_says_so(self):
        self.company.credit_mode = "warn"
        order = self._quotation(self.partner, 1500)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertIn("over the credit limit", order.message_ids[0].body)

    def test_without_a_file(self):
        other = self._customer(self.dealer_a, name="Without a file")
        self._quotation(other, 5000).action_confirm()
        self.company.credit_file_required = True
        order = self._quotation(other, 1)
        self._assert_refused(order, order.action_confirm)
        self._quotation(other, 0).action_confirm()

    def test_limit_of_the_erp_holds_without_a_file(self):
        other = self._customer(self.dealer_a, name="Without a file")
        self.company.credit_mode = "off"
        other.credit_limit = 50
        self.company.credit_mode = "block"
        order = self._quotation(other, 51)
        self._assert_refused(order, order.action_confirm)

    def test_expired_limit_holds_no_more(self):
        yesterday = fields.Date.subtract(fields.Date.today(), days=2)
        self.file._grant(1000, yesterday, "Test")
        order = self._quotation(self.partner, 1)
        self._assert_refused(order, order.action_confirm)

    def test_cancelled_and_reopened(self):
        first = self._quotation(self.partner, 700)
        first.action_confirm()
        first._action_cancel()
        self.assertEqual(sum(self._use()), 0)
        self._quotation(self.partner, 700).action_confirm()
        first.action_draft()
        self._assert_refused(first, first.action_confirm)

    def test_locked_order_counts(self):
        order = self._quotation(self.partner, 700)
        order.action_confirm()
        order.action_lock()
        self.assertEqual(sum(self._use()), 700)

    def test_other_currency(self):
        currency = self.env["res.currency"].with_context(active_test=False).search(
            [("id", "!=", self.company.currency_id.id)], limit=1
        )
        currency.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", currency.id)]).unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "rate": 4, "name": "2020-01-01"}
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": currency.id}
        )
        order = self._quotation(self.partner, 4000, pricelist_id=pricelist.id)
        self.assertEqual(order.currency_id, currency)
        order.action_confirm()
        self.assertAlmostEqual(sum(self._use()), 1000)
        order = self._quotation(self.partner, 0.1, pricelist_id=pricelist.id)
        self._assert_refused(order, order.action_confirm)

    def test_other_company(self):
        other = self.env["res.company"].create({"name": "Other", "credit_mode": "block"})
        self._file(self.partner, 50, company=other)
        self._quotation(self.partner, 1000).action_confirm()
        orders = self.env["sale.order"].with_company(other)
        pricelist = self.env["product.pricelist"].create(
            {"name": "Other", "company_id": other.id, "currency_id": other.currency_id.id}
        )
        order = orders.create(
            {
                "partner_id": self.partner.id,
                "company_id": other.id,
                "pricelist_id": pricelist.id,
                "order_line": [
                    Command.create({"product_id": self.product.id, "price_unit": 51, "tax_ids": []})
                ],
            }
        )
        self._assert_refused(order, order.action_confirm)
        order.order_line.price_unit = 50
        order.action_confirm()
        self.assertEqual(sum(self._use()), 1000)

    def test_branch_shares_the_limit(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.assertEqual(branch._credit_company(), self.company)
        order = self._quotation(self.partner, 600)
        order.action_confirm()
        order = self._quotation(self.partner, 600, company_id=branch.id)
        self._assert_refused(order, order.action_confirm)

    def test_batch_is_all_or_nothing(self):
        orders = self.env["sale.order"].union(
            *(self._quotation(self.partner, amount) for amount in (400, 400, 400, 10))
        )
        with self.assertRaises(CreditRefusal) as caught, self.env.cr.savepoint():
            orders.action_confirm()
        refused = [over.document for over in caught.exception.overdrawn]
        self.assertEqual(refused, [orders[2], orders[3]])
        self.assertEqual(set(orders.mapped("state")), {"draft"})

    def test_mass_confirmation_stops_at_the_right_one(self):
        orders = self.env["sale.order"].union(
            *(self._quotation(self.partner, amount) for amount in (400, 400, 400, 10))
        )
        other = self._quotation(self._customer(self.dealer_a), 9000)
        (orders | other).action_confirm_within_limits()
        self.assertEqual(orders.mapped("state"), ["sale", "sale", "draft", "draft"])
        self.assertEqual(other.state, "sale")
        holds = self.env["crm.credit.hold"].search([("order_id", "in", orders.ids)])
        self.assertEqual(holds.order_id, orders[2:])
        self.assertTrue(all(holds.activity_ids))
        self.assertIn("over the credit limit", orders[2].message_ids[0].body)

    def test_banner_says_it_before(self):
        order = self._quotation(self.partner, 1001)
        self.assertIn("over the credit limit", order.partner_credit_warning)
        order.order_line.price_unit = 1000
        order.invalidate_recordset(["partner_credit_warning"])
        self.assertFalse(order.partner_credit_warning)

    def test_accountants_make_customers_as_before(self):
        """The ERP's form writes the default limit of a new customer."""
        with Form(self.env["res.partner"]) as form:
            form.name = "New under control"
        customer = form.save()
        with Form(customer) as form:
            form.name = "Renamed under control"
        self.assertEqual(customer.credit_limit, 0)

    def test_limit_is_not_written_by_hand(self):
        for vals in ({"credit_limit": 9999}, {"use_partner_credit_limit": False}):
            with self.assertRaisesRegex(UserError, "credit application"):
                self.partner.write(vals)
        with self.assertRaisesRegex(UserError, "credit application"):
            self.file.write({"limit": 9999})
