import random
from decimal import ROUND_HALF_UP, Decimal

from odoo import Command
from odoo.tests import tagged

from .common_benefit import BenefitCase

_CENT = Decimal("0.01")


def _round(value):
    return value.quantize(_CENT, ROUND_HALF_UP)


@tagged("post_install", "-at_install")
class TestBenefitOracle(BenefitCase):
    """Random carts against plain arithmetic: taxes in and on top, quantities, currencies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = random.Random(20261126)
        cls.member_a._store({"tier_id": cls.tiers["G"].id})
        cls.stranger = cls._customer(cls.dealer_a)
        cls.env.company.tax_calculation_rounding_method = "round_per_line"
        taxes = cls.env["account.tax"]
        cls.taxes = {
            included: taxes.create(
                {
                    "name": f"Test {included}",
                    "amount": 13.0,
                    "price_include_override": "tax_included" if included else "tax_excluded",
                }
            )
            for included in (False, True)
        }
        cls.goods_of = {}
        for percent, category in ((10, cls.labour), (20, cls.parts), (0, None)):
            for included, tax in cls.taxes.items():
                price = cls.random.randint(100, 99999) / 100
                product = cls._product(
                    f"Test {percent} {included}",
                    price,
                    category or cls.env["product.category"],
                    taxes_id=[Command.set(tax.ids)],
                )
                cls.goods_of[product] = (Decimal(str(price)), percent, included)

    def _expected(self, product, quantity, rate, member=True):
        """``(untaxed, total)`` of a line: the discount, then the tax, each rounded once."""
        price, percent, included = self.goods_of[product]
        gross = price * rate * quantity
        if member:
            gross *= (100 - Decimal(percent)) / 100
        if included:
            total = _round(gross)
            return total - _round(total - total / Decimal("1.13")), total
        untaxed = _round(gross)
        return untaxed, untaxed + _round(untaxed * Decimal("0.13"))

    def _carts(self, count):
        products = list(self.goods_of)
        for _number in range(count):
            yield [
                (product, self.random.choice([1, 2, 3, 7, 12]))
                for product in self.random.sample(products, self.random.randint(1, len(products)))
            ]

    def _order(self, partner, cart):
        return self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "fiscal_position_id": False,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": quantity})
                    for product, quantity in cart
                ],
            }
        )

    def _check(self, order, cart, rate=Decimal(1)):
        plain = self._order(self.stranger, cart)
        for line, (product, quantity) in zip(order.order_line, cart, strict=True):
            untaxed, total = self._expected(product, quantity, rate)
            cents = 0.011  # one rounding of the tax may fall the other way
            self.assertAlmostEqual(line.price_subtotal, float(untaxed), delta=cents)
            self.assertAlmostEqual(line.price_total, float(total), delta=cents)
            before, _total = self._expected(product, quantity, rate, member=False)
            self.assertAlmostEqual(line.club_saving, float(before - untaxed), delta=0.021)
        self.assertLessEqual(order.amount_total, plain.amount_total * float(rate) + 0.02)
        return plain

    def test_random_carts(self):
        for discounts in (False, True):
            self._feature("sale.group_discount_per_so_line", discounts)
            for cart in self._carts(25):
                self._check(self._order(self.customer_a, cart), cart)

    def test_random_carts_up_and_down(self):
        """After a move each cart costs what it would cost if it were new."""
        carts = list(self._carts(12))
        orders = [self._order(self.customer_a, cart) for cart in carts]
        self.member_a._store({"state": "suspended"})
        for order, cart in zip(orders, carts, strict=True):
            fresh = self._order(self.stranger, cart)
            self.assertEqual(self._subtotals(order), self._subtotals(fresh))
            self.assertEqual(order.amount_total, fresh.amount_total)
        self.member_a._store({"state": "active"})
        for order, cart in zip(orders, carts, strict=True):
            self._check(order, cart)

    def test_random_carts_in_another_currency(self):
        self._feature("product.group_product_pricelist", True)
        currency = self.env["res.currency"].create(
            {"name": "TST", "symbol": "T", "rounding": 0.01,
             "rate_ids": [Command.create({"name": "2020-01-01", "rate": 2.5})]}
        )  # fmt: skip
        group = self.env["res.country.group"].create(
            {"name": "Test", "country_ids": [Command.set(self.env.ref("base.fj").ids)]}
        )
        self.env["product.pricelist"].create(
            {
                "name": "Test",
                "currency_id": currency.id,
                "country_group_ids": [Command.set(group.ids)],
            }
        )
        self.customer_a.country_id = self.env.ref("base.fj")
        for cart in self._carts(15):
            order = self._order(self.customer_a, cart)
            self.assertEqual(order.currency_id, currency)
            self._check(order, cart, rate=Decimal("2.5"))
        order.action_confirm()
        self.env.flush_all()
        given = self.env["crm.club.benefit.report"].search([("order_id", "=", order.id)])
        saved = sum(order.order_line.mapped("club_saving"))
        self.assertTrue(saved)
        self.assertAlmostEqual(sum(given.mapped("saving")), saved / 2.5, places=2)
