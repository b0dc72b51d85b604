"""What a rescue costs, and its order (M2, M8)."""

import random
from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_rescue import RescueCase


@tagged("post_install", "-at_install")
class TestRescueFee(RescueCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.benefits = cls.env["crm.club.benefit"]
        cls.benefits.search([("kind", "=", "rescue")]).active = False

    def _benefit(self, tier, percent, **vals):
        return self.benefits.create(
            {
                "name": "Test Rescue",
                "kind": "rescue",
                "tier_id": self.tiers[tier].id,
                "percent": percent,
                **vals,
            }
        )

    def test_fee_and_reason(self):
        self.member_a._store({"tier_id": self.tiers["G"].id})
        self.assertEqual(self._rescue().rescue_fee, 200)
        self.assertIn("gives no discount", self._rescue().rescue_fee_reason)
        benefit = self._benefit("G", 25)
        ticket = self._rescue("agent")
        self.assertEqual((ticket.rescue_fee_base, ticket.rescue_discount), (200, 25))
        self.assertEqual(ticket.rescue_fee, 150)
        self.assertEqual(ticket.rescue_benefit_id, benefit)
        self.assertIn("25", self._as(ticket, "agent").rescue_fee_reason)
        self._as(ticket, "agent").rescue_fault_id = self.accident
        self.assertEqual(ticket.rescue_fee, 375)
        self._as(ticket, "agent").rescue_fee_base = 100
        self.assertEqual(ticket.rescue_fee, 75)
        # Who is sent decides where a benefit is given.
        benefit.dealer_ids = self.dealer_b
        self._as(ticket, "agent").dealer_id = self.dealer_b
        self.assertEqual(ticket.rescue_fee, 75)
        self._as(ticket, "agent").dealer_id = self.dealer_a
        self.assertEqual(ticket.rescue_fee, 100)
        self._as(ticket, "agent").partner_id = False
        self.assertIn("Unknown caller", ticket.rescue_fee_reason)

    def test_free(self):
        self.tyre.product_id = False
        ticket = self._rescue(dealer_id=self.dealer_a.id)
        self.assertEqual(ticket.rescue_fee, 0)
        self.assertIn("free", ticket.rescue_fee_reason)
        with self._refused("no product"):
            ticket._rescue_order()

    def test_fee_equals_the_rules_in_plain_python(self):
        """Random benefits: the best of those that hold counts."""
        dice = random.Random(8)
        for _round in range(12):
            self.benefits.search([("name", "=", "Test Rescue")]).unlink()
            tier = dice.choice("SG")
            self.member_a._store({"tier_id": self.tiers[tier].id})
            made = []
            for _number in range(dice.randint(0, 4)):
                of, percent = dice.choice("SG"), dice.randint(1, 100)
                dealers = dice.choice([[], [self.dealer_a.id], [self.dealer_b.id]])
                until = dice.choice([False, "2020-01-01", "2090-01-01"])
                self._benefit(
                    of, percent, valid_until=until, dealer_ids=[Command.set(dealers)]
                )
                made.append((of, percent, dealers, until))
            dealer = dice.choice([self.dealer_a, self.dealer_b])
            base = dice.randint(1, 90000) / 100
            ticket = self._rescue(dealer_id=dealer.id, rescue_fee_base=base)
            best = max(
                (
                    percent
                    for of, percent, dealers, until in made
                    if of == tier
                    and (not dealers or dealer.id in dealers)
                    and (not until or until > "2026")
                ),
                default=0,
            )
            self.assertEqual(ticket.rescue_discount, best)
            self.assertAlmostEqual(ticket.rescue_fee, base * (100 - best) / 100, delta=0.006)

    def test_order_is_made_once_and_costs_the_fee(self):
        self.member_a._store({"tier_id": self.tiers["G"].id})
        self._benefit("G", 25)
        for base in (200, 90):
            with self.subTest(base):
                ticket = self._rescue(rescue_fee_base=base)
                mine = self._as(ticket, "sales_a")
                order = mine._rescue_order()
                self.assertEqual(order.partner_id, self.customer_a)
                self.assertEqual(order.dealer_id, self.dealer_a)
                self.assertEqual(order.origin, ticket.number)
                self.assertAlmostEqual(order.amount_untaxed, ticket.rescue_fee)
                self.assertEqual(mine._rescue_order(), order)
                self.assertEqual(mine.action_rescue_order()["res_id"], order.id)
                with self._refused("already"):
                    mine.rescue_fee_base = 1
                mine.rescue_fault_id = self.accident
                self.assertAlmostEqual(ticket.rescue_fee, base * 0.75)

    def test_order_through_the_prices_of_the_card(self):
        """The card's own price list and the fee say the same: the discount is not given twice."""
        self.member_a._store({"tier_id": self.tiers["G"].id})
        category = self.env.ref("crm_dealer_club.product_category_rescue")
        self._benefit("G", 40, category_ids=[Command.set(category.ids)])
        ticket = self._rescue()
        self.assertEqual(ticket.rescue_fee, 120)
        order = self._as(ticket, "sales_a")._rescue_order()
        self.assertAlmostEqual(order.amount_untaxed, 120)
        order.action_confirm()
        self.assertAlmostEqual(order.amount_untaxed, 120)

    def test_who_orders(self):
        ticket = self._rescue()
        for login in ("agent", "auditor", "sales_b", "credit", "clerk"):
            with self.subTest(login), self._refused(error=AccessError):
                self._as(ticket, login)._rescue_order()
        with self._refused("customer"):
            self._rescue(rescue_plate="")._rescue_order()

    def test_tier_of_the_day_of_the_call(self):
        """Whoever is upgraded later pays what the card gave when help was called."""
        self._benefit("S", 10)
        self._benefit("G", 50)
        self.member_a._store({"tier_id": self.tiers["S"].id})
        ticket = self._rescue()
        self.assertEqual(ticket.rescue_discount, 10)
        today = self.env["crm.club.membership"]._today()
        self.env["crm.club.membership.change"].create(
            [
                {
                    "membership_id": self.member_a.id,
                    "partner_id": self.customer_a.id,
                    "kind": kind,
                    "date": today + timedelta(days=days),
                    "from_tier_id": source and self.tiers[source].id,
                    "to_tier_id": self.tiers[target].id,
                    "to_state": state,
                    "user_id": self.env.uid,
                }
                for kind, days, source, target, state in (
                    ("renewed", 0, False, "S", "active"),
                    ("upgraded", 2, "S", "G", "active"),
                    ("suspended", 3, "G", "G", "suspended"),
                )
            ]
        )
        self.member_a._store({"tier_id": self.tiers["G"].id, "state": "suspended"})
        ticket.rescue_fee_base = 300
        self.assertEqual((ticket.rescue_discount, ticket.rescue_fee), (10, 270))

    # -- Help that was not needed ----------------------------------------------------------------

    def _ordered(self):
        ticket = self._rescue()
        return ticket, ticket._rescue_order()

    def test_a_quotation_of_help_that_was_not_needed_is_cancelled(self):
        ticket, order = self._ordered()
        self._as(ticket, "agent").action_rescue_not_needed()
        self.assertEqual(order.state, "cancel")
        self.assertFalse(ticket.rescue_order_id)
        self.assertIn(order.name, " ".join(ticket.message_ids.mapped("body")))
        self._as(ticket, "agent").action_rescue_send_again()
        self._as(ticket, "agent").rescue_fee_base = 90
        self.assertNotEqual(ticket._rescue_order(), order, "help that is sent again is billed")

    def test_what_people_made_of_the_quotation_is_theirs(self):
        def other_line(order):
            order.order_line = [Command.create({"product_id": self.product.id})]

        for change in (
            other_line,
            lambda order: order.order_line.write({"price_unit": 5}),
            lambda order: order.order_line.write({"product_uom_qty": 2}),
            lambda order: order.action_quotation_sent(),
            lambda order: order.action_confirm(),
        ):
            ticket, order = self._ordered()
            change(order)
            state = order.state
            self._as(ticket, "agent").action_rescue_not_needed()
            self.assertEqual((order.state, ticket.rescue_order_id), (state, order))
            todo = order.activity_ids
            self.assertIn(ticket.number, todo.summary)
            self.assertTrue(todo.user_id.active)

    def test_the_result_is_put_right_afterwards(self):
        ticket = self._go(self._rescue(), "closed")
        order = ticket._rescue_order()
        self.assertEqual(order.state, "draft")
        self._as(ticket, "agent").rescue_result = "not_needed"
        self.assertEqual(order.state, "cancel")

    def test_help_that_was_given_is_billed(self):
        ticket, order = self._ordered()
        self._go(ticket, "closed")
        self.assertEqual((order.state, ticket.rescue_order_id), ("draft", order))
        self.assertFalse(order.activity_ids)

    # -- Other currencies and taxes --------------------------------------------------------------

    def _in_other_currency(self):
        """The customer's prices are in a currency of which one of ours buys four."""
        currency = self.env["res.currency"].create({"name": "TRC", "symbol": "T"})
        self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "company_id": self.env.company.id,
                "name": "2020-01-01",
                "company_rate": 4,
            }
        )
        self.customer_a.property_product_pricelist = self.env["product.pricelist"].create(
            {"name": "Test", "currency_id": currency.id}
        )
        return currency

    def _include_tax(self):
        self.tyre.product_id.taxes_id = self.env["account.tax"].create(
            {
                "name": "Test Included",
                "amount": 25,
                "type_tax_use": "sale",
                "price_include_override": "tax_included",
            }
        )

    def test_fee_in_the_orders_currency(self):
        currency = self._in_other_currency()
        for base in (200, 90, 33.33):
            ticket = self._rescue(rescue_fee_base=base)
            order = ticket._rescue_order()
            self.assertEqual(order.currency_id, currency)
            self.assertAlmostEqual(order.amount_untaxed, base * 4)
            ticket.action_rescue_not_needed()
            self.assertEqual(order.state, "cancel")

    def test_fee_with_included_tax(self):
        self._include_tax()
        self.member_a._store({"tier_id": self.tiers["G"].id})
        self._benefit("G", 25)
        ticket, order = self._ordered()
        self.assertAlmostEqual(order.amount_total, 150)
        self.assertAlmostEqual(order.amount_untaxed, 120)
        ticket.action_rescue_not_needed()
        self.assertEqual(order.state, "cancel")

    def test_what_people_changed_in_another_currency_is_theirs(self):
        self._in_other_currency()
        self._include_tax()
        for changed in ({"discount": 10}, {"price_unit": 200}):
            ticket, order = self._ordered()
            order.order_line.write(changed)
            ticket.action_rescue_not_needed()
            self.assertEqual(order.state, "draft")
