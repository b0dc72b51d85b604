import random
from datetime import date, datetime, timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .common_referral import ReferralCase
from .four_r_oracle import related_sales, repeat_purchases, retention


@tagged("post_install", "-at_install")
class TestFourR(ReferralCase):
    """The 4R figures on random owners, against plain Python."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tz": "Asia/Shanghai"})
        cls.this_year = cls.env["crm.club.referral"]._today().year
        cls.rng = random.Random(11)
        category = cls.env["product.category"].create({"name": "Cars", "is_vehicle": True})
        below = cls.env["product.category"].create({"name": "SUV", "parent_id": category.id})
        cls.car_product = cls.env["product.product"].create(
            {"name": "SUV", "categ_id": below.id, "taxes_id": False}
        )
        cls.people = [cls._customer(cls.dealer_a, name=f"Owner {i}") for i in range(14)]
        cls.ownerships, cls.orders, cls.visits, cls.paid = [], [], [], []
        for person in cls.people:
            cls._story(person)
        cls.env.flush_all()

    @classmethod
    def _day(cls):
        year = cls.this_year - cls.rng.randint(0, 4)
        return date(year, 1, 1) + timedelta(cls.rng.randint(0, 300))

    @classmethod
    def _story(cls, person):
        for _number in range(cls.rng.randint(0, 3)):
            start = min(cls._day(), cls.env["crm.club.referral"]._today())
            end = cls.rng.choice((None, None, start + timedelta(cls.rng.randint(1, 700))))
            vehicle = cls._vehicle(None)
            lines = [(start, end)]
            if end and cls.rng.random() < 0.4:
                middle = start + (end - start) / 2
                if start < middle < end:
                    lines = [(start, middle), (middle, end)]
            for first, last in lines:
                line = cls.env["crm.vehicle.ownership"].sudo().create(
                    {"vehicle_id": vehicle.id, "partner_id": person.id,
                     "date_from": first, "date_to": last}
                )  # fmt: skip
                cls.ownerships.append((line.id, person.id, vehicle.id, first, last))
        for _number in range(cls.rng.randint(0, 4)):
            cls._sale(person)
        for _number in range(cls.rng.randint(0, 4)):
            cls._came(person)

    @classmethod
    def _sale(cls, person):
        day, parts = cls._day(), float(cls.rng.randint(1, 900))
        # Half past midnight in Shanghai is the day before in UTC.
        moment = datetime.combine(day, datetime.min.time()) - timedelta(hours=7, minutes=30)
        order = cls._order(
            person,
            parts,
            order_line=[
                Command.create({"product_id": cls.product.id, "price_unit": parts,
                                "tax_ids": [Command.clear()]}),
                Command.create({"product_id": cls.car_product.id, "price_unit": 90_000,
                                "tax_ids": [Command.clear()]}),
            ],
        )  # fmt: skip
        order.date_order = moment
        cls.orders.append((person.id, day, parts))

    @classmethod
    def _came(cls, person):
        day, amount = cls._day(), float(cls.rng.randint(1, 900))
        moment = datetime.combine(day, datetime.min.time()) - timedelta(hours=7, minutes=30)
        stage = cls.rng.choice(("delivered", "in_work", "cancelled"))
        visit = cls.env["crm.service.visit"].create(
            {"vehicle_id": cls._vehicle(None).id, "stage": stage, "date": moment,
             "labour_amount": amount, "dealer_id": cls.dealer_a.id, "partner_id": person.id}
        )  # fmt: skip
        if stage != "cancelled":
            assert visit.commercial_partner_id == person
            cls.visits.append((person.id, day))
            cls.paid.append((person.id, day, amount))

    def _rows(self, kind):
        domain = [("kind", "=", kind), ("partner_id", "in", [p.id for p in self.people])]
        return self.env["crm.club.four.r"].search(domain)

    def test_repeat_purchase(self):
        expected = repeat_purchases(self.ownerships)
        rows = self._rows("repeat")
        self.assertEqual({row.record_id: row.repeats for row in rows}, expected)
        self.assertIn(1, expected.values())
        self.assertEqual(set(rows.mapped("purchases")), {1})

    def test_retention(self):
        expected = retention(self.ownerships, self.visits, self.this_year)
        rows = self._rows("retention")
        self.assertEqual({(r.partner_id.id, r.date.year): r.returned for r in rows}, expected)
        self.assertEqual(set(expected.values()), {0, 1})

    def test_related_sales(self):
        expected = related_sales(self.ownerships, self.orders, self.paid)
        found = {}
        for row in self._rows("order") | self._rows("visit"):
            found[row.partner_id.id] = found.get(row.partner_id.id, 0) + row.related_amount
        self.assertEqual(found, expected)

    def test_rates_are_right_in_every_group(self):
        domain = [("partner_id", "in", [p.id for p in self.people])]
        groups = self.env["crm.club.four.r"]._read_group(
            domain,
            ["date:year"],
            ["repeats:sum", "purchases:sum", "repeat_rate:avg", "owners:sum", "returned:sum",
             "retention_rate:avg"],
        )  # fmt: skip
        self.assertTrue(groups)
        for _year, repeats, purchases, rate, owners, returned, kept in groups:
            if purchases:
                self.assertAlmostEqual(rate, 100.0 * repeats / purchases)
            if owners:
                self.assertAlmostEqual(kept, 100.0 * returned / owners)

    def test_referrals_and_drill_down(self):
        won, refused = self._refer(), self._refer()
        self._deliver(won)
        open_one = self._refer(name="Li Na", phone="+86 139 8765 4321")
        self.env.flush_all()
        rows = self.env["crm.club.four.r"].search(
            [("kind", "=", "referral"), ("partner_id", "=", self.customer_a.id)]
        )
        self.assertEqual(
            {row.record_id: row.conversion_rate for row in rows}, {won.id: 100, open_one.id: 0}
        )
        self.assertEqual(refused.refusal, "recommended")
        action = rows.action_open_records()
        self.assertEqual(action["res_model"], "crm.club.referral")
        for kind in ("repeat", "order", "visit", "retention"):
            self.assertTrue(self._rows(kind).action_open_records()["res_model"])

    def test_other_dealers_rows_are_out_of_sight(self):
        for login in ("sales_b", "greedy_b"):
            seen = self._as(login)["crm.club.four.r"].search([])
            self.assertFalse(seen.dealer_id - self._as(login, self.dealer_b))
        self.assertTrue(self._as("sales_a")["crm.club.four.r"].search([("kind", "=", "repeat")]))

    def test_against_an_own_count_of_all_that_is_there(self):
        """Whatever the database holds, the demo network for instance, is counted alike."""
        lines = self.env["crm.vehicle.ownership"].search([])
        ownerships = [
            (line.id, line.commercial_partner_id.id, line.vehicle_id.id, line.date_from,
             line.date_to or None) for line in lines
        ]  # fmt: skip
        visits = self.env["crm.service.visit"].search(
            [("stage", "not in", ("booked", "cancelled"))]
        )
        came = [
            (visit.commercial_partner_id.id, self._local(visit.date)) for visit in visits
        ]
        paid = [
            (*key, visit.amount_total)
            for key, visit in zip(came, visits, strict=True)
            if not visit.order_id
        ]
        rows = self.env["crm.club.four.r"].search([])
        kinds = rows.grouped("kind")
        self.assertEqual(
            {row.record_id: row.repeats for row in kinds["repeat"]}, repeat_purchases(ownerships)
        )
        self.assertEqual(
            {(row.partner_id.id, row.date.year): row.returned for row in kinds["retention"]},
            retention(ownerships, came, self.this_year),
        )
        found = sum((kinds["order"] | kinds["visit"]).mapped("related_amount"))
        expected = sum(related_sales(ownerships, self._all_orders(), paid).values())
        self.assertAlmostEqual(found, expected, 2)

    def _local(self, moment):
        return fields.Datetime.context_timestamp(self.env["crm.club.four.r"], moment).date()

    def _all_orders(self):
        """``(customer, day, amount)`` of all confirmed orders without their vehicles."""
        cars = self.env["product.category"].search([("is_vehicle", "=", True)])
        below = self.env["product.category"].search([("id", "child_of", cars.ids)])
        found = []
        for order in self.env["sale.order"].search([("state", "=", "sale")]):
            lines = order.order_line.filtered(
                lambda line: line.product_id and line.product_id.categ_id not in below
            )
            amount = sum(lines.mapped("price_subtotal")) / (order.currency_rate or 1)
            customer = order.partner_id.commercial_partner_id.id
            found.append((customer, self._local(order.date_order), amount))
        return found
