import json
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import DealerCommon


@tagged("post_install", "-at_install")
class TestToday(DealerCommon):
    """Every figure of the page *Today* is what its records are (P3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now().replace(microsecond=0)
        vehicle = cls._vehicle(cls.customer_a)
        mine = cls.users["sales_a"].id
        cls._visit(vehicle, stage="received", user_id=mine, date=cls.now)
        cls._visit(vehicle, stage="cancelled", user_id=mine, date=cls.now)
        cls._visit(
            vehicle,
            stage="in_work",
            user_id=False,
            date=cls.now - timedelta(days=3),
            date_promised=cls.now - timedelta(hours=1),
        )
        cls._visit(vehicle, stage="booked", user_id=False, date=cls.now + timedelta(days=2))
        cls._lead(cls.customer_a, user_id=mine, date_deadline=cls.now + timedelta(days=2))
        cls._lead(cls.customer_a, date_deadline=cls.now + timedelta(days=60))
        cls._lead(cls.customer_a, user_id=mine).action_set_won()
        cls.env["crm.contact.due"].create(
            [
                {
                    "partner_id": customer.id,
                    "dealer_id": customer.dealer_id.id,
                    "user_id": mine,
                    "date": cls.now.date() + timedelta(days),
                    "state": "planned",
                }
                for customer, days in (
                    (cls.customer_a, 0),
                    (cls._customer(cls.dealer_a, name="Later"), 3),
                )
            ]
        )
        cls._visit(cls._vehicle(cls.customer_b), stage="received", date=cls.now)
        cls._move_down(cls.customer_a, days=2)
        cls._move_down(cls.customer_a, days=20)
        cls.customer_a.user_id = mine
        cls.env.flush_all()

    @classmethod
    def _move_down(cls, customer, days):
        levels = cls.env.ref("crm_dealer_grading.scheme_value").level_ids
        cls.env["crm.grading.history"].create(
            {
                "scheme_id": levels.scheme_id.id,
                "partner_id": customer.id,
                "dealer_id": customer.dealer_id.id,
                "from_level_id": levels[0].id,
                "to_level_id": levels[1].id,
                "move": "down",
                "date": cls.now.date() - timedelta(days),
            }
        )

    def _figures(self, login, dealer):
        dealer = self._as(login, dealer)
        return {
            name: (dealer[f"today_{name}_count"], dealer[f"today_{name}_mine"])
            for name in dealer._today_figures()
        }

    def _expected(self, **figures):
        names = self.dealer_a._today_figures()
        return {name: figures.get(name, (0, 0)) for name in names}

    def test_own_dealer(self):
        expected = self._expected(
            contact=(1, 1),
            visit=(1, 1),
            late=(1, 0),
            lead=(2, 1),
            hot=(1, 1),
            deliver=(1, 1),
            down=(1, 1),
        )
        self.assertEqual(self._figures("sales_a", self.dealer_a), expected)
        expected = {name: (count, 0) for name, (count, _mine) in expected.items()}
        self.assertEqual(self._figures("oem", self.dealer_a), expected)

    def test_another_dealer_counts_nothing(self):
        for login in ("sales_b", "greedy_b", "homeless"):
            self.assertEqual(self._figures(login, self.dealer_a), self._expected(), login)

    def test_user_without_role_counts_only_what_the_user_may_read(self):
        figures = self._figures("clerk", self.dealer_a)
        self.assertEqual(figures["visit"], (0, 0))
        self.assertEqual(figures["down"], (0, 0))

    def test_each_figure_opens_its_records(self):
        for login in ("sales_a", "oem", "auditor"):
            dealer = self._as(login, self.dealer_a)
            for name in dealer._today_figures():
                for mine in (False, True):
                    asked = dealer.with_context(today_figure=name, today_mine=mine)
                    action = asked.action_open_today()
                    records = dealer.env[action["res_model"]]
                    # What somebody may not read is nothing on that person's page.
                    may = records.has_access("read")
                    count = records.search_count(action["domain"]) if may else 0
                    field = f"today_{name}_{'mine' if mine else 'count'}"
                    self.assertEqual(count, dealer[field], (login, field))

    def test_scope(self):
        Dealer = self.env["crm.dealer"]
        domain = [("in_my_scope", "=", True), ("code", "=like", "T-_")]
        self.assertEqual(self._as("sales_a", Dealer).search(domain), self.dealer_a)
        self.assertFalse(self._as("homeless", Dealer).search(domain))
        both = self.dealer_a | self.dealer_b
        self.assertEqual(self._as("auditor", Dealer).search(domain), both)
        self.assertEqual(self._as("sales_a", both).mapped("in_my_scope"), [True, False])

    def test_bars_of_the_week(self):
        dealer = self._as("sales_a", self.dealer_a)
        [series] = json.loads(dealer.today_graph)
        self.assertEqual([bar["value"] for bar in series["values"]], [1, 0, 1, 0, 0, 0, 0])

    def test_same_number_of_queries_for_one_and_many(self):
        def count(dealers):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self._as("oem", dealers).read(["today_visit_count", "today_down_mine", "today_graph"])
            return self.env.cr.sql_log_count - start

        many = self.env["crm.dealer"].create(
            [{"name": f"Many {n}", "code": f"T-M{n}"} for n in range(100)]
        )
        count(many)
        self.assertEqual(count(many), count(self.dealer_a))
