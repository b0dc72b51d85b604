from datetime import datetime, timedelta
from random import Random

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.tests import tagged

from . import grading_oracle as oracle
from .common_grading import TODAY, GradingCommon


@tagged("post_install", "-at_install")
class TestGradingCustomers(GradingCommon):
    """What counts for whom and when (design.md, Meanings)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.count_scheme = cls.Scheme.create(
            {
                "name": "Orders",
                "code": "test_orders",
                "method": "bands",
                "domain": cls.domain,
                "axis_ids": [Command.create({"metric_id": cls.orders.id})],
                "level_ids": [Command.create({"name": "All", "code": "all"})],
            }
        )

    def _score(self, scheme, customer):
        scheme.regrade(date=TODAY)
        return self.Result.search(
            [("scheme_id", "=", scheme.id), ("partner_id", "=", customer.id)]
        ).score

    def test_window_is_half_open_in_local_time(self):
        """Twelve months up to the end of 30 June in Shanghai, which is 16:00 UTC."""
        [customer] = self._customers(1)
        cases = [
            (datetime(2025, 6, 30, 15, 59, 59), 0),  # still 30 June 2025 in Shanghai
            (datetime(2025, 6, 30, 16, 0, 0), 1),  # 1 July 2025, 00:00
            (datetime(2026, 6, 30, 15, 59, 59), 1),  # today, last second
            (datetime(2026, 6, 30, 16, 0, 0), 0),  # tomorrow
        ]
        for moment, expected in cases:
            with self.subTest(moment), self.env.cr.savepoint() as savepoint:
                self._insert_orders([(customer, 10, moment)])
                self.assertEqual(self._score(self.count_scheme, customer), expected)
                savepoint.rollback()

    def test_contacts_count_for_their_company(self):
        [company] = self._customers(1, is_company=True)
        buyer = self.env["res.partner"].create({"name": "Buyer", "parent_id": company.id})
        self._insert_orders([(buyer, 10, datetime(2026, 6, 1)), (company, 5, datetime(2026, 6, 1))])
        self.assertEqual(self._score(self.count_scheme, company), 2)
        self.assertFalse(self.Result.search([("partner_id", "=", buyer.id)]))

    def test_archived_customer_is_not_graded(self):
        [customer] = self._customers(1)
        self._insert_orders([(customer, 10, datetime(2026, 6, 1))])
        self.count_scheme.regrade(date=TODAY)
        self.assertIn(customer, self._levels(self.count_scheme))
        customer.active = False
        self.count_scheme.regrade(date=TODAY)
        self.assertNotIn(customer, self._levels(self.count_scheme))

    def test_quotation_and_cancelled_order_do_not_count(self):
        [customer] = self._customers(1)
        order = self._order(customer, 100, "2026-06-01")
        self.assertEqual(self._score(self.count_scheme, customer), 1)
        order._action_cancel()
        self.assertEqual(self._score(self.count_scheme, customer), 0)

    def test_money_counts_once(self):
        [customer] = self._customers(1)
        vehicle = self._vehicle(customer)
        order = self._order(customer, 300, "2026-06-01")
        self._visit(
            vehicle,
            date="2026-06-01 08:00:00",
            stage="delivered",
            labour_amount=300,
            order_id=order.id,
        )
        self._visit(
            vehicle, date="2026-06-02 08:00:00", stage="delivered", labour_amount=40, parts_amount=2
        )
        scheme = self._share_scheme(
            "rank", [50, 50], self.env.ref("crm_dealer_grading.metric_revenue_12m")
        )
        self.assertEqual(self._score(scheme, customer), 342)

    def test_refund_counts_negative(self):
        [customer] = self._customers(1)
        self._insert_orders(
            [(customer, 100, datetime(2026, 6, 1)), (customer, -130, datetime(2026, 6, 2))]
        )
        scheme = self._share_scheme("rank", [50, 50])
        self.assertEqual(self._score(scheme, customer), -30)

    def test_who_buys_again_is_new(self):
        """Of an owner under 12 months; another plate makes nobody a new owner (G5)."""
        scheme = self.env.ref("crm_dealer_grading.scheme_activity")
        scheme.domain = self.domain
        again, renamed = self._customers(2)
        for customer in (again, renamed):
            vehicle = self._vehicle(customer)
            vehicle.ownership_ids.date_from = TODAY - timedelta(2000)
            if customer == again:
                day = TODAY - timedelta(900)
                vehicle.with_context(ownership_date=day).partner_id = self.customer_b
                self._vehicle(customer, delivery_date=TODAY - timedelta(20))
            else:
                vehicle.with_context(ownership_date=TODAY - timedelta(20)).plate = "沪A00007"
        scheme.regrade(date=TODAY)
        levels = self._levels(scheme)
        self.assertEqual((levels[again], levels[renamed]), ("N", "L"))

    def test_activity_equals_the_sentence_of_the_specification(self):
        """G5 on random visit dates, against the oracle."""
        random = Random(19)
        customers = self._customers(30)
        scheme = self.env.ref("crm_dealer_grading.scheme_activity")
        scheme.domain = self.domain
        expected = {}
        end = TODAY + timedelta(days=1)
        for customer in customers:
            taken_over = TODAY - timedelta(days=random.choice([20, 200, 364, 366, 800]))
            vehicle = self._vehicle(customer, purchase_date=taken_over, delivery_date=taken_over)
            vehicle.ownership_ids.date_from = taken_over
            dates = [
                TODAY - timedelta(days=random.randrange(0, 500)) for _ in range(random.randrange(5))
            ]
            for date in dates:
                self._visit(
                    vehicle, date=f"{date} 03:00:00", stage="delivered", partner_id=customer.id
                )
            self._visit(vehicle, date=f"{TODAY} 03:00:00", stage="booked", partner_id=customer.id)
            expected[customer] = oracle.activity(
                sum(end - relativedelta(months=12) <= date for date in dates),
                sum(end - relativedelta(months=3) <= date for date in dates),
                taken_over < end - relativedelta(months=12),
            )
        scheme.regrade(date=TODAY)
        self.assertEqual(self._levels(scheme), expected)
        self.assertLess(2, len(set(expected.values())))

    def test_merged_customers(self):
        """The survivor has one level in each scheme, of both customers' visits; no orphan."""
        mine, theirs = self._customers(1), self._customers(1, self.dealer_b)
        self._visit(self._vehicle(mine), stage="delivered")
        for _number in range(2):
            self._visit(self._vehicle(theirs), stage="delivered")
        self._grade_pending()
        self.assertEqual(mine.activity_level_id.code, "B")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((mine | theirs).ids, theirs)
        self._grade_pending()
        self.env.invalidate_all()
        self.assertFalse(mine.exists())
        self.assertEqual(theirs.activity_level_id.code, "A")
        results = theirs.grading_result_ids
        self.assertEqual(len(results), len(results.scheme_id))
        self.assertEqual((results.dealer_id, theirs.vehicle_count), (self.dealer_b, 3))
