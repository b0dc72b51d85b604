"""KPI values: measured every night, closed in time, told to whom they concern (S10)."""

from contextlib import suppress
from datetime import date
from unittest.mock import patch

import freezegun

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import DealerFactories
from .common_rpc import RpcCalls

READERS = ("manager_a", "agent", "auditor", "oem")


@tagged("post_install", "-at_install")
class TestKpiValues(RpcCalls, DealerFactories, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_network()
        cls.env.company.partner_id.tz = "Asia/Shanghai"
        cls.Value = cls.env["crm.kpi.value"]
        cls.Value.search([]).unlink()
        cls.kpi = cls.env.ref("crm_dealer_grading.kpi_repurchase")
        (cls.env["crm.kpi"].search([]) - cls.kpi).active = False
        cls.vehicle = cls._sell(cls.dealer_a, "replace_same")
        cls._sell(cls.dealer_a, "new")
        cls._sell(cls.dealer_b, "additional")

    @classmethod
    def _sell(cls, dealer, purchase_type, day=date(2031, 3, 5)):
        vehicle = cls._vehicle(cls.customer_a, selling_dealer_id=dealer.id,
                               delivery_date=day, purchase_type=purchase_type)  # fmt: skip
        cls.env.flush_all()
        return vehicle

    def _night(self, day):
        """The job on ``day`` at noon in Shanghai."""
        commit = patch.object(
            self.registry["ir.cron"], "_commit_progress", lambda *args, **kwargs: 60
        )
        with freezegun.freeze_time(f"{day} 04:00:00"), commit:
            self.Value._cron_measure()

    def _value(self, kind="month", period=date(2031, 3, 1), dealer=None, kpi=None):
        level = "dealer" if dealer else "network"
        domain = [("kpi_id", "=", (kpi or self.kpi).id), ("period_kind", "=", kind),
                  ("period", "=", period), ("level", "=", level)]  # fmt: skip
        return self.Value.search([*domain, ("dealer_id", "=", dealer.id if dealer else False)])

    # -- Denials ---------------------------------------------------------------------------------

    def test_nobody_writes_values(self):
        self._night("2031-03-20")
        row = self._value(dealer=self.dealer_a)
        for login in (*READERS, "sales_a", "credit", "clerk", "greedy_b"):
            mine = self._as(login, row)
            for attempt in (
                lambda mine=mine: mine.write({"value": 99}),
                mine.unlink,
                lambda mine=mine: mine.create({"kpi_id": self.kpi.id}),
            ):
                with self.assertRaises(AccessError):
                    attempt()
        for login in ("sales_a", "credit", "clerk"):
            self.assertFalse(self._as(login, row).has_access("read"), login)

    def test_a_dealer_sees_no_other_dealer(self):
        self._night("2031-03-20")
        rows = self._as("manager_a", self.Value).search([("kpi_id", "=", self.kpi.id)])
        self.assertEqual(rows.dealer_id, self.dealer_a)
        with self.assertRaises(AccessError):
            self._as("greedy_b", self._value(dealer=self.dealer_a)).read(["value"])
        self.assertFalse(self._as("homeless", self.Value).has_access("read"))
        # Only two dealers sold anything: a mean would tell the other one's value.
        self.assertEqual(set(rows.mapped("level")), {"dealer"})
        for login in ("agent", "auditor", "oem"):
            everybody = self._as(login, self.Value).search([("kpi_id", "=", self.kpi.id)])
            self.assertLessEqual(self.dealer_a | self.dealer_b, everybody.dealer_id)

    def test_over_rpc(self):
        self._night("2031-03-20")
        self.env.cr.flush()
        row = self._value(dealer=self.dealer_a)
        self.authenticate("manager_a", "manager_a")
        self._denied("crm.kpi.value", "write", row.ids, {"value": 100})
        self._denied("crm.kpi", "figures", self.kpi.ids, "2031-01-01", "2032-01-01")
        self._denied("crm.kpi.value", "_measure", self.kpi.id, "month", "2031-03-01")
        self._denied("crm.kpi", "action_measure", self.kpi.ids)
        self._denied("crm.kpi.target", "create", {"kpi_id": self.kpi.id, "target": 1})
        found = self._call("crm.kpi.value", "search_read", [], ["dealer_id"])
        self.assertLessEqual({r["dealer_id"] and r["dealer_id"][0] for r in found},
                             {False, self.dealer_a.id})  # fmt: skip

    def test_only_the_manager_sets(self):
        for login in ("manager_a", "agent", "auditor", "sales_a"):
            kpi = self._as(login, self.kpi)
            with self.assertRaises(AccessError):
                kpi.min_base = 1
            with self.assertRaises(AccessError):
                kpi.action_measure()
        kpi = self._as("oem", self.kpi)
        kpi.min_base = 1
        self.assertEqual(kpi.action_measure()["res_model"], "crm.kpi.value")
        with self.assertRaises(AccessError):
            kpi.create({"name": "X", "code": "repurchase_2", "topic": "sales"})
        with self.assertRaises(UserError):
            self.kpi.copy()
        with self.assertRaises(ValidationError):
            self.kpi.create({"name": "X", "code": "nothing_such", "topic": "sales"})

    # -- Measuring -------------------------------------------------------------------------------

    def test_periods_are_measured_until_closed(self):
        self._night("2031-03-20")
        row = self._value(dealer=self.dealer_a)
        self.assertEqual((row.numerator, row.denominator, row.value), (1, 2, 50))
        self.assertEqual(self._value(dealer=self.dealer_b).value, 100)
        for kind, begin in (("quarter", date(2031, 1, 1)), ("half", date(2031, 1, 1)),
                            ("year", date(2031, 1, 1))):  # fmt: skip
            self.assertEqual(self._value(kind, begin, self.dealer_a).value, 50)
        self._sell(self.dealer_a, "replace_same", date(2031, 3, 31))
        self._sell(self.dealer_a, "new", date(2031, 4, 1))
        self._night("2031-04-07")
        self.assertEqual((row.denominator, row.is_closed), (3, False))
        self._night("2031-04-08")
        self.assertTrue(row.is_closed)
        self._sell(self.dealer_a, "new", date(2031, 3, 30))
        self._night("2031-04-09")
        self.assertEqual((row.denominator, str(row.measured_on)), (3, "2031-04-08"))
        self.Value._measure(self.kpi, "month", date(2031, 3, 1))
        self.assertEqual(row.denominator, 3)
        self.assertEqual(self._value("year", date(2031, 1, 1), self.dealer_a).denominator, 5)

    def test_again_changes_nothing(self):
        self._night("2031-03-20")
        before = self.Value.search([]).read()
        with patch.object(type(self.env["crm.kpi"]), "figures") as asked:
            self._night("2031-03-20")
        asked.assert_not_called()
        self._night("2031-03-21")
        after = self.Value.search([]).read()
        for row in (*before, *after):
            row.pop("measured_on")
        self.assertEqual(before, after)

    def test_a_killed_night_goes_on(self):
        measure = type(self.Value)._measure
        made = []

        def dying(values, kpi, kind, begin):
            if len(made) == 3:
                raise KeyboardInterrupt
            made.append((kpi, kind, begin))
            return measure(values, kpi, kind, begin)

        # Not assertRaises, which takes back what was done.
        with patch.object(type(self.Value), "_measure", dying), suppress(KeyboardInterrupt):
            self._night("2031-03-20")
        with freezegun.freeze_time("2031-03-20 04:00:00"):
            left = self.Value._open_periods(self.kpi)
        self.assertFalse(set(left) & set(made))
        self.assertEqual(len(left) + 3, 13 + 5 + 3 + 2, "months, quarters, half-years, years")
        self._night("2031-03-20")
        self.assertEqual(self._value(dealer=self.dealer_a).value, 50)

    def test_a_kpi_that_fails_holds_up_no_other(self):
        behind = self.env.ref("crm_dealer_grading.kpi_completeness")
        behind.write({"active": True, "sequence": self.kpi.sequence + 1})
        with (
            patch.object(type(self.kpi), "_kpi_repurchase", side_effect=ValueError("broken")),
            self.assertLogs("odoo.addons.crm_dealer_grading.tools.alone", "ERROR") as logs,
        ):
            self._night("2031-03-20")
        self.assertIn(self.kpi.code, logs.output[0])
        self.assertTrue(self._value(kpi=behind))
        self.assertFalse(self._value())
        self._night("2031-03-20")
        self.assertTrue(self._value(), "the next night, or the next time, it is tried again")

    def test_a_figure_of_the_day_is_closed_as_it_was(self):
        kpi = self.env.ref("crm_dealer_grading.kpi_completeness")
        kpi.active = True
        self._night("2031-03-31")
        self.assertFalse(self._value(period=date(2031, 2, 1), kpi=kpi), "nobody knows it any more")
        row = self._value(kpi=kpi, dealer=self.dealer_a)
        was = row.value
        self.env.cr.execute("UPDATE crm_customer_quality SET completeness = 1")
        self._night("2031-04-01")
        self.assertEqual((row.value, row.is_closed), (was, True))
        self.assertEqual(self._value(kpi=kpi, period=date(2031, 4, 1)).value, 1)

    # -- What a value tells ----------------------------------------------------------------------

    def test_trend_target_and_base(self):
        self._sell(self.dealer_a, "new", date(2031, 2, 10))
        self._night("2031-03-20")
        row = self._value(dealer=self.dealer_a)
        self.assertEqual((row.previous, row.change, row.trend), (0, 50, "better"))
        self.kpi.better = "lower"
        self.Value.invalidate_model()
        self.assertEqual(row.trend, "worse")
        self.kpi.better = "higher"
        self.assertTrue(row.few, "two vehicles are fewer than five")
        targets = self.env["crm.kpi.target"]
        self.assertFalse(row.standing)
        for vals, target, standing in (
            ({}, 60, "missed"),
            ({"region_id": self.region_north.id}, 50, "reached"),
            ({"region_id": self.region_south.id}, 99, "reached"),
            ({"dealer_id": self.dealer_a.id}, 51, "missed"),
        ):
            targets.create({"kpi_id": self.kpi.id, "year": 2031, "target": target, **vals})
            self.Value.invalidate_model()
            self.assertEqual(row.standing, standing, vals)
        self.assertEqual(self._value(dealer=self.dealer_b).target, 99)

    def test_a_count_is_compared_with_its_share_of_the_year(self):
        kpi = self.env.ref("crm_dealer_grading.kpi_active_customers")
        self.assertEqual(kpi.adds_up, "year")
        self.env["crm.kpi.target"].create({"kpi_id": kpi.id, "year": 2031, "target": 120})
        for kind, month in (("month", 3), ("quarter", 4), ("half", 7), ("year", 1)):
            self.Value._measure(kpi, kind, date(2031, month, 1))
        rows = self.Value.search([("kpi_id", "=", kpi.id), ("level", "=", "network")])
        for adds_up, wanted in (
            ("year", {"month": 30, "quarter": 60, "half": 120, "year": 120}),
            ("period", {"month": 10, "quarter": 30, "half": 60, "year": 120}),
            ("no", dict.fromkeys(("month", "quarter", "half", "year"), 120)),
        ):
            kpi.adds_up = adds_up
            self.Value.invalidate_model()
            self.assertEqual({row.period_kind: row.target for row in rows}, wanted, adds_up)

    def test_a_closed_figure_says_what_has_changed_since(self):
        self._night("2031-03-20")
        row = self._value(dealer=self.dealer_a)
        self.assertEqual(row.action_open_denominator()["name"], row.display_name)
        self._night("2031-04-08")
        self._sell(self.dealer_a, "new", date(2031, 3, 30))
        for user in ("manager_a", "oem"):
            mine = self._as(user, row)
            self.assertIn("2 when closed, 3 today", mine.action_open_denominator()["name"])
            self.assertIn("1 when closed, 1 today", mine.action_open_numerator()["name"])
        network = self._value()
        network.told_dealers = 9
        self.assertIn("4 today", self._as("oem", network).action_open_denominator()["name"])
        # A dealer sees only its own of the network's records.
        name = self._as("manager_a", network).action_open_denominator()["name"]
        self.assertNotIn("today", name)

    @mute_logger("odoo.sql_db")
    def test_a_scope_has_one_target(self):
        from psycopg2.errors import CheckViolation, UniqueViolation

        targets = self.env["crm.kpi.target"]
        vals = {"kpi_id": self.kpi.id, "year": 2031, "target": 1}
        targets.create(vals)
        both = {"dealer_id": self.dealer_a.id, "region_id": self.region_north.id}
        for error, bad in ((UniqueViolation, {}), (CheckViolation, both),
                           (CheckViolation, {"year": 31})):  # fmt: skip
            with self.assertRaises(error), self.env.cr.savepoint():
                targets.create({**vals, **bad})
                self.env.flush_all()

    def test_a_list_costs_the_same_for_many(self):
        self._night("2031-03-20")
        rows = self.Value.search([])
        names = ["display_name", "trend", "target", "standing", "unit"]
        rows[:1].read(names)
        counts = []
        for some in (rows[:1], rows):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            some.read(names)
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0] + 2)
