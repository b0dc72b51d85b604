"""KPI targets: by quarter, set for many at once, imported (S8, S10)."""

import random
from contextlib import suppress
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from ..models.kpi.crm_kpi_target import of_period_sql
from ..models.kpi.crm_kpi_value import PERIODS
from .common import DealerFactories
from .kpi_oracle import target_of_period


@tagged("post_install", "-at_install")
class TestKpiTargets(DealerFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_network()
        cls.rate = cls.env.ref("crm_dealer_grading.kpi_retention")
        cls.lost = cls.env.ref("crm_dealer_grading.kpi_churn")
        cls.Target = cls.env["crm.kpi.target"]
        cls.Target.search([]).unlink()

    def _target(self, kpi, target, year=2031, **vals):
        return self.Target.create({"kpi_id": kpi.id, "year": year, "target": target, **vals})

    def _value(self, value, kind="year", month=1, dealer=None, kpi=None, year=2031):
        dealer = dealer or self.dealer_a
        return self.env["crm.kpi.value"].create(
            {"kpi_id": (kpi or self.rate).id, "level": "dealer", "dealer_id": dealer.id,
             "region_id": dealer.region_id.id, "period_kind": kind, "value": value,
             "period": date(year, month, 1), "has_value": True}
        )  # fmt: skip

    def _make(self, **vals):
        makes = self.env["crm.kpi.target.make"].with_user(self.users["oem"])
        return makes.create({"year": 2032, "from_year": 2031, **vals})

    def _found(self, year=2032):
        return {
            (row.kpi_id, row.dealer_id or row.region_id): row.target
            for row in self.Target.search([("year", "=", year)])
        }

    def test_nobody_else_sets_targets(self):
        for login in ("manager_a", "sales_a", "agent", "auditor", "clerk"):
            with self.assertRaises(AccessError):
                self.env["crm.kpi.target.make"].with_user(self.users[login]).create({})
            mine = self.Target.with_user(self.users[login]).with_context(import_file=True)
            target = self._target(self.rate, 1)
            for year in ("2031", "2032"):  # known, new
                row = [year, str(self.rate.id), "5"]
                with suppress(AccessError):
                    self.assertTrue(mine.load(["year", "kpi_id/.id", "target"], [row])["messages"])
            target.invalidate_recordset()
            self.assertEqual((self.Target.search([]), target.target), (target, 1))
            with self.assertRaises(AccessError):
                target.with_user(self.users[login]).target = 2
            target.unlink()

    def test_quarters(self):
        """Months and quarters by their quarter, the rest by the year; the nearest scope first."""
        quarters = {f"quarter{number}": 10 * number for number in range(1, 5)}
        self._target(self.rate, 99, has_quarters=True, **quarters)
        expected = {("month", 3): 10, ("month", 4): 20, ("quarter", 7): 30, ("quarter", 10): 40,
                    ("half", 7): 99, ("year", 1): 99}  # fmt: skip
        rows = {key: self._value(15, *key) for key in expected}
        self.assertEqual({key: row.target for key, row in rows.items()}, expected)
        self.assertEqual(rows["month", 3].standing, "reached")
        self.assertEqual(rows["month", 4].standing, "missed")
        self._target(self.rate, 50, dealer_id=self.dealer_a.id)
        self.env["crm.kpi.value"].invalidate_model()
        self.assertEqual({row.target for row in rows.values()}, {50})

    def _in_sql(self, target, month, months):
        row = SQL(
            "SELECT %s FROM crm_kpi_target t JOIN crm_kpi k ON k.id = t.kpi_id WHERE t.id = %s",
            of_period_sql(SQL("t"), SQL("k"), SQL("%s", month), SQL("%s", months)),
            target.id,
        )
        return self.env.execute_query(row)[0][0]

    def test_shares_of_the_year(self):
        """Of each period, with each way to add up: records, SQL and plain words say the same."""
        rng, told = random.Random(19), set()
        values = {
            (kind, month): self._value(1, kind, month)
            for kind, months in PERIODS.items() for month in range(1, 13, months)
        }  # fmt: skip
        for adds_up in ("no", "period", "year"):
            self.rate.adds_up = adds_up
            for has_quarters in (False, True):
                quarters = [rng.randint(1, 999) for _ in range(3)] + [0]
                rng.shuffle(quarters)
                vals = {f"quarter{n + 1}": quarter for n, quarter in enumerate(quarters)}
                target = self._target(self.rate, 1200, has_quarters=has_quarters, **vals)
                self.env.flush_all()
                for (kind, month), value in values.items():
                    asked = (month, PERIODS[kind])
                    wanted = target_of_period(
                        adds_up, 1200, quarters if has_quarters else None, *asked
                    )
                    with self.subTest(adds_up=adds_up, quarters=has_quarters, period=asked):
                        self.assertAlmostEqual(target._of_period(value), wanted, 6)
                        self.assertAlmostEqual(self._in_sql(target, *asked), wanted, 6)
                        told.add(round(wanted, 6))
                target.unlink()
        self.assertGreater(len(told), 25)

    def test_quarters_that_nobody_filled_in(self):
        """As an import by SQL, or a row of a former version, leaves them: nothing, not NULL."""
        self.rate.adds_up = "year"
        target, value = self._target(self.rate, 1200), self._value(1, "quarter", 7)
        self.env.flush_all()
        for has_quarters in (None, True):
            self.env.cr.execute(
                """UPDATE crm_kpi_target SET has_quarters = %s, quarter1 = NULL, quarter2 = NULL,
                          quarter3 = NULL, quarter4 = 5 WHERE id = %s""",
                [has_quarters, target.id],
            )
            target.invalidate_recordset()
            wanted = 0 if has_quarters else 900
            self.assertEqual(target._of_period(value), wanted)
            self.assertEqual(self._in_sql(target, 7, 3), wanted)

    def test_copied(self):
        self._target(self.rate, 98, dealer_id=self.dealer_a.id, has_quarters=True, quarter1=50,
                     quarter2=60, quarter3=70, quarter4=98)  # fmt: skip
        self._target(self.lost, 20, dealer_id=self.dealer_b.id)
        self._target(self.rate, 1)
        self._make(percent=10).action_make()
        self.assertEqual(
            self._found(), {(self.rate, self.dealer_a): 100, (self.lost, self.dealer_b): 18}
        )
        copied = self.Target.search([("year", "=", 2032), ("kpi_id", "=", self.rate.id)])
        self.assertEqual((copied.has_quarters, copied.quarter1), (True, 55))
        with self.assertRaisesRegex(UserError, "Overwrite"):
            self._make().action_make()
        self._make(overwrite=True, region_id=self.region_north.id).action_make()
        self.assertEqual(
            self._found(), {(self.rate, self.dealer_a): 98, (self.lost, self.dealer_b): 18}
        )
        with self.assertRaisesRegex(UserError, "nothing"):
            self._make(from_year=2040).action_make()

    def test_from_figures(self):
        self._value(60)
        self._value(30, kpi=self.lost, dealer=self.dealer_b)
        self._make(method="actual", percent=5).action_make()
        self.assertEqual(
            self._found(), {(self.rate, self.dealer_a): 63, (self.lost, self.dealer_b): 28.5}
        )

    def test_one_for_all(self):
        with self.assertRaises(UserError):
            self._make(method="set", target=5).action_make()
        vals = {"method": "set", "target": 5, "kpi_ids": [(6, 0, self.rate.ids)]}
        self._make(**vals, region_id=self.region_south.id).action_make()
        self.assertEqual(self._found(), {(self.rate, self.dealer_b): 5})
        self._make(**vals, level="region", region_id=self.region_north.id).action_make()
        self._make(**vals, level="network").action_make()
        places = {place for _kpi, place in self._found()}
        self.assertEqual(len(places), 3)
        self.assertIn(self.region_north, places)

    def test_imported_again(self):
        """Names as a planner writes them; known targets change, others come in."""
        targets = self.Target.with_user(self.users["oem"]).with_context(import_file=True)
        names = ["year", "kpi_id", "dealer_id", "region_id", "target"]
        rows = [
            ["2032", self.rate.name, self.dealer_a.code, "", "70"],
            ["2032", self.rate.name, "", self.region_north.complete_name, "71"],
            ["2032", self.lost.name, "", "", "20"],
        ]
        for number in (0, 1):
            rows[0][-1] = str(70 + number)
            result = targets.load(names, rows)
            self.assertFalse(result["messages"])
        self.assertEqual(
            self._found(),
            {(self.rate, self.dealer_a): 71, (self.rate, self.region_north): 71,
             (self.lost, self.env["crm.dealer.region"]): 20},
        )  # fmt: skip
