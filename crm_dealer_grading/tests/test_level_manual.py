from datetime import timedelta
from random import Random

from psycopg2.errors import ExclusionViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common_grading import TODAY
from .common_manual import ManualCommon


@tagged("post_install", "-at_install")
class TestLevelManual(ManualCommon):
    """A level given by hand wins in its half-open days, whatever the method (G13)."""

    # ---------------------------------------------------------------- denials

    def test_who_may_not_give_a_level(self):
        level = self.scheme.level_ids[0]
        for login in ("sales_a", "auditor", "credit", "agent", "clerk", "sales_b", "greedy_b",
                      "homeless"):  # fmt: skip
            with self.subTest(login), self.assertRaises(AccessError):
                self._give(
                    self.customers[5], level, self.today, self.today + timedelta(9),
                    self._as(login),
                )  # fmt: skip

    def test_serving_dealer_does_not_give_a_level(self):
        customer = self.customers[5]
        customer.serving_dealer_ids = self.dealer_b
        with self.assertRaises(AccessError):
            self._give(
                customer, self.scheme.level_ids[0], self.today, self.today + timedelta(9),
                self._as("greedy_b"),
            )  # fmt: skip

    def test_nobody_changes_or_deletes_one(self):
        manual = self._give(
            self.customers[5], self.scheme.level_ids[0], self.today, self.today + timedelta(9)
        )
        for login in ("manager_a", "oem", "auditor", "sales_a"):
            with self.subTest(login):
                with self.assertRaises(AccessError):
                    self._as(login, manual).write({"date_until": self.today + timedelta(99)})
                with self.assertRaises(AccessError):
                    self._as(login, manual).unlink()
        with self.assertRaises(UserError):
            manual.unlink()
        for login in ("sales_a", "auditor", "agent", "greedy_b"):
            with self.subTest(login), self.assertRaises(AccessError):
                self._as(login, manual).action_end()
        self.assertEqual(self._as("sales_a", manual).reason, "Named by the board")
        self.assertFalse(self._as("sales_b")["crm.grading.manual"].search([("id", "=", manual.id)]))

    def test_author_cannot_be_forged(self):
        manual = self._give(
            self.customers[5], self.scheme.level_ids[0], self.today, self.today + timedelta(9),
            self._as("manager_a"), user_id=self.users["oem"].id, dealer_id=self.dealer_b.id,
        )  # fmt: skip
        self.assertEqual(manual.sudo().user_id, self.users["manager_a"])
        self.assertEqual(manual.sudo().dealer_id, self.dealer_a)

    # ---------------------------------------------------------------- definitions

    def test_refused_definitions(self):
        top, rest = self.scheme.level_ids
        other = self._share_scheme("cumulative", [50, 50])
        customer, end = self.customers[5], self.today + timedelta(9)
        with self._refused(ValidationError, "until which day"):
            self._give(customer, top, self.today, False)
        with self._refused(ValidationError, "Choose a level"):
            self._give(customer, other.level_ids[0], self.today, end, scheme_id=self.scheme.id)
        with self._refused(ValidationError, "after the first day"):
            self._give(customer, top, self.today, self.today)
        self._give(customer, top, self.today, end)
        self._give(customer, rest, end, end + timedelta(1))  # the day after is free
        with self.assertRaises(ExclusionViolation), mute_logger("odoo.sql_db"):
            self._give(customer, rest, end - timedelta(1), end + timedelta(9))

    def test_manual_only_levels_are_never_computed(self):
        scheme = self._share_scheme("cumulative", [100])
        scheme.level_ids[0].copy({"code": "H", "sequence": -1, "manual_only": True, "share": 0})
        bands = self.Scheme.create(
            {
                "name": "Bands",
                "code": "test_bands",
                "domain": self.domain,
                "axis_ids": [(0, 0, {"metric_id": self.orders.id})],
                "level_ids": [
                    (0, 0, {"name": "Honoured", "code": "H", "manual_only": True}),
                    (0, 0, {"name": "All", "code": "A"}),
                ],
            }
        )
        (scheme | bands).regrade(date=TODAY)
        self.assertEqual(set(self._levels(scheme).values()), {"0"})
        self.assertEqual(set(self._levels(bands).values()), {"A"})

    # ---------------------------------------------------------------- the engine

    def test_half_open_days_and_history(self):
        """Against an oracle for each day around both bounds; the others keep their levels."""
        self.scheme.regrade(date=TODAY - timedelta(5))
        computed = self._levels(self.scheme)
        top = self.scheme.level_ids[0]
        start, end = TODAY - timedelta(3), TODAY - timedelta(1)
        customer = self.customers[8]
        self.assertEqual(computed[customer], "1")
        self._give(customer, top, start, end)
        since = {}
        for ago in range(5, -1, -1):
            day = TODAY - timedelta(ago)
            run = self.scheme.regrade(date=day)
            expected = dict(computed)
            if start <= day < end:
                expected[customer] = top.code
            self.assertEqual(self._levels(self.scheme), expected, day)
            result = self._result(customer)
            self.assertEqual(bool(result.manual_id), start <= day < end)
            self.assertEqual(
                result.computed_level_id.code, "1" if start <= day < end else False
            )
            since[day] = result.since
            line = run.line_ids.filtered(lambda line: line.level_id == top)
            self.assertEqual(line.customers, list(expected.values()).count(top.code))
            self.assertEqual(line.lowest, 950)  # what the figures say, not who was named
        self.assertEqual(since[start], start)
        self.assertEqual(since[end], end)
        moves = self.History.search([("partner_id", "=", customer.id)], order="date")
        self.assertEqual([(m.date, m.move) for m in moves], [(start, "up"), (end, "down")])

    def _bands(self, code, method, high):
        """A scheme whose level High takes the range ``high`` of the revenue or its score."""
        metric = {"metric_id": self.order_revenue.id}
        condition = Command.create({**metric, "value_range": high})
        return self.Scheme.create(
            {
                "name": f"Test {code}",
                "code": f"test_{code}",
                "method": method,
                "domain": self.domain,
                "axis_ids": [Command.create(metric)],
                "level_ids": [
                    Command.create({"name": "High", "code": "0", "condition_ids": [condition]}),
                    Command.create({"name": "Low", "code": "1"}),
                ],
            }
        )

    def _scheme_of_each_method(self):
        hand = {
            "name": "Test hand",
            "code": "test_hand",
            "method": "manual",
            "domain": self.domain,
            "level_ids": [Command.create({"name": x, "code": x}) for x in "01"],
        }
        return (
            self.scheme
            | self._share_scheme("cumulative", [40, 60])
            | self._bands("bands", "bands", "700..")
            | self._bands("quintile", "quintile", "4..")
            | self.Scheme.create(hand)
        )

    def test_every_method_at_random(self):
        """Manual levels of random customers and days; all others as without them."""
        rng = Random(13)
        schemes = self._scheme_of_each_method()
        schemes.regrade(date=TODAY)
        computed = {scheme: self._levels(scheme) for scheme in schemes}
        self.assertFalse(computed[schemes[-1]])
        for scheme in schemes:
            given = {}
            for customer in rng.sample(list(self.customers), 5):
                start = TODAY + timedelta(rng.randint(-2, 2))
                end = start + timedelta(rng.randint(1, 3))
                level = rng.choice(scheme.level_ids)
                self._give(customer, level, start, end)
                if start <= TODAY < end:
                    given[customer] = level.code
            scheme.regrade(date=TODAY)
            self.assertEqual(self._levels(scheme), {**computed[scheme], **given}, scheme.name)

    @freeze_time("2026-06-30 04:00:00")
    def test_at_once(self):
        """Entered and ended: right at once, also where only the night ranks, without figures."""
        self.scheme.regrade(date=TODAY)
        top, rest = self.scheme.level_ids
        for customer in (self.customers[8], self.customers[9]):
            before = self._result(customer).level_id
            manual = self._give(customer, top, TODAY, TODAY + timedelta(30), self._as("manager_a"))
            self.assertEqual(self._result(customer).level_id, top)
            self.assertIn("Named by the board", self._result(customer).why)
            self._as("manager_a", manual).action_end(reason="Enough")
            self.assertEqual(self._result(customer).level_id, before)
            self.assertEqual(manual.date_until, TODAY)
        self.assertEqual(before, self.env["crm.grading.level"])
        future = self._give(customer, rest, TODAY + timedelta(1), TODAY + timedelta(9))
        self.assertFalse(self._result(customer))
        future.action_end()
        self.assertEqual(future.date_until, future.date_from)
        with self._refused(UserError, "already"):
            future.action_end()
