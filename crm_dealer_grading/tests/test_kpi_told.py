"""Which means dealers see, and what they could work out from them (S10)."""

import doctest
import random
from datetime import date

import freezegun

from odoo.tests import TransactionCase, tagged

from odoo.addons.crm_dealer_grading.models.kpi import told as tool
from odoo.addons.crm_dealer_grading.tools import local_day

from .common import DealerFactories

DAY = date(2031, 3, 5)


class TestTold(TransactionCase):
    def test_doctests(self):
        self.assertEqual(doctest.testmod(tool).failed, 0)

    def test_first_days(self):
        day = date(2031, 9, 30)
        firsts = [local_day.period_begin(day, months).month for months in (1, 3, 6, 12)]
        self.assertEqual(firsts, [9, 7, 7, 1])

    def test_no_difference_tells_of_few(self):
        """Random trees: what is left of any mean without those below it, for any reader."""
        rng, seen = random.Random("told"), 0
        for _world in range(400):
            above = [None, *(rng.randrange(number) for number in range(1, rng.randint(2, 8)))]
            dealers = [set() for _region in above]
            for number in range(len(above)):
                for dealer in range(rng.choice([0, 1, 3, 4, 5, 6])):
                    region = number
                    while region is not None:
                        dealers[region].add((number, dealer))
                        region = above[region]
            found = tool.told({n: (above[n], len(dealers[n])) for n in range(len(above))})
            for own in (1, 2, 3):
                shown = [name for name, least in found.items() if least >= tool.OTHERS + own]
                for name in shown:
                    below = (dealers[o] for o in shown if o > name and dealers[o] <= dealers[name])
                    left = len(dealers[name].difference(*below))
                    self.assertFalse(0 < left < tool.OTHERS + own, (above, dealers, shown))
                    seen += left > 0
        self.assertGreater(seen, 400)


@tagged("post_install", "-at_install")
class TestToldValues(DealerFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_network()
        cls.env.company.partner_id.tz = "Asia/Shanghai"
        cls.values = cls.env["crm.kpi.value"]
        cls.values.search([]).unlink()
        cls.kpi = cls.env.ref("crm_dealer_grading.kpi_repurchase")
        cls.below = cls.env["crm.dealer.region"].create(
            {"name": "Below", "parent_id": cls.region_north.id}
        )

    def _dealers(self, count, region):
        return self.env["crm.dealer"].create(
            [{"name": f"{region.name} {n}", "code": f"{region.name}{n}", "region_id": region.id}
             for n in range(count)]
        )  # fmt: skip

    def _sell(self, dealers, purchase_type="new", day=DAY):
        for dealer in dealers:
            self._vehicle(self.customer_a, selling_dealer_id=dealer.id, delivery_date=day,
                          purchase_type=purchase_type)  # fmt: skip
        self.env.flush_all()

    def _measure(self):
        with freezegun.freeze_time("2031-03-20 04:00:00"):
            self.values._measure(self.kpi, "month", date(2031, 3, 1))

    def _measure_all(self, *periods):
        with freezegun.freeze_time("2031-03-20 04:00:00"):
            for kind, month in periods:
                self.values._measure(self.kpi, kind, date(2031, month, 1))

    def _means(self, kind="month"):
        """Names of the regions whose mean the dealer sees, and ``network``."""
        rows = self._as("manager_a", self.values).search(
            [("kpi_id", "=", self.kpi.id), ("level", "!=", "dealer"), ("period_kind", "=", kind)]
        )
        return {row.region_id.name or "network" for row in rows}

    def test_dealers_without_cases_hide_nobody(self):
        self._dealers(6, self.region_north)
        self._sell(self.dealer_a | self.dealer_b)
        self._measure()
        self.assertEqual(self._means(), set())

    def test_a_mean_of_three_others_is_told(self):
        self._sell(self.dealer_a | self._dealers(3, self.region_north))
        self._measure()
        self.assertEqual(self._means(), {"network", self.region_north.name})

    def test_the_rest_of_the_network_is_not_told(self):
        self._sell(self.dealer_a | self.dealer_b | self._dealers(4, self.region_north))
        self._measure()
        # The network without the north is one dealer.
        self.assertEqual(self._means(), {"network"})

    def test_the_rest_of_a_region_is_not_told(self):
        self._sell(self.dealer_a | self._dealers(4, self.below))
        self._measure()
        shown = self._means()
        self.assertIn("network", shown)
        self.assertNotIn("Below", shown, "the north without it is the dealer at hand")

    def test_a_quarter_tells_nothing_of_its_months(self):
        """The quarter less February and March would be dealer B's January."""
        self._sell(self.dealer_a | self._dealers(3, self.region_north))
        self._sell(self.dealer_b, day=date(2031, 1, 5))
        months = [("month", 1), ("month", 2), ("month", 3)]
        self._measure_all(*months, ("quarter", 1), ("half", 1), ("year", 1))
        self.assertEqual(self._means(), {"network", self.region_north.name}, "March")
        # In the north January and February had no cases.
        for kind in ("quarter", "half", "year"):
            self.assertEqual(self._means(kind), {self.region_north.name}, kind)

    def test_a_quarter_whose_months_are_told(self):
        north = self.dealer_a | self._dealers(3, self.region_north)
        self._sell(north)
        self._sell(north, day=date(2031, 1, 5))
        self._measure_all(("quarter", 1))
        shown = {"network", self.region_north.name}
        self.assertEqual(self._means("quarter"), shown, "no month that could be taken off")
        self._measure_all(("month", 3), ("quarter", 1))
        self.assertEqual(self._means("quarter"), set(), "who knows what January was")
        self._measure_all(("month", 1), ("month", 2), ("quarter", 1))
        self.assertEqual(self._means("quarter"), shown)

    def test_on_the_first_of_a_month_too(self):
        self._sell(self.dealer_a | self._dealers(3, self.region_north), day=date(2031, 1, 5))
        self._sell(self.dealer_b, day=date(2031, 3, 1))
        with freezegun.freeze_time("2031-03-01 04:00:00"):
            self.values._measure_open(self.kpi)
        quarter = self.values.search(
            [("kpi_id", "=", self.kpi.id), ("level", "=", "network"),
             ("period_kind", "=", "quarter"), ("period", "=", date(2031, 1, 1))]
        )  # fmt: skip
        self.assertEqual((quarter.denominator, quarter.told_dealers), (5, 0))

    def test_means_of_a_former_version_are_told(self):
        north = self.dealer_a | self._dealers(4, self.region_north)
        self._sell(north | self.dealer_b)
        self._sell(north, day=date(2031, 1, 5))
        with freezegun.freeze_time("2031-08-20 04:00:00"):
            self.values._measure_open(self.kpi)
        rows = self.values.search([("kpi_id", "=", self.kpi.id), ("level", "!=", "dealer")])
        self.assertEqual(set(rows.mapped("is_closed")), {False, True})
        wanted = {row: row.told_dealers for row in rows}
        self.assertGreater(len(set(wanted.values())), 1)
        self.env.cr.execute("UPDATE crm_kpi_value SET told_dealers = NULL")
        self.env.invalidate_all()
        with freezegun.freeze_time("2031-08-20 04:00:00"):
            self.values._tell_unsaid()
        self.assertEqual({row: row.told_dealers for row in rows}, wanted)

    def test_an_archived_dealer_is_closed_with_its_period(self):
        self._sell(self.dealer_a | self.dealer_b)
        self._measure()
        self.dealer_b.active = False
        with freezegun.freeze_time("2031-04-20 04:00:00"):
            self.values._measure(self.kpi, "month", date(2031, 3, 1))
        rows = self.values.search([("kpi_id", "=", self.kpi.id), ("dealer_id", "!=", False)])
        self.assertIn(self.dealer_b, rows.dealer_id)
        self.assertTrue(all(rows.mapped("is_closed")))

    def test_a_period_out_of_the_history_is_closed_all_the_same(self):
        self.kpi.history_months = 0
        with freezegun.freeze_time("2031-03-20 04:00:00"):
            self.values._measure_open(self.kpi)
        self._sell(self.dealer_a)
        with freezegun.freeze_time("2031-04-20 04:00:00"):
            self.values._measure_open(self.kpi)
        row = self.values.search(
            [("kpi_id", "=", self.kpi.id), ("period_kind", "=", "month"),
             ("period", "=", date(2031, 3, 1)), ("dealer_id", "=", self.dealer_a.id)]
        )  # fmt: skip
        self.assertEqual((row.denominator, row.is_closed), (1, True))

    def test_no_mean_of_what_is_not_comparable(self):
        self._sell(self.dealer_a | self.dealer_b, "additional")
        self._measure()
        other = self.env.ref("crm_dealer_grading.kpi_active_customers")
        with freezegun.freeze_time("2031-03-20 04:00:00"):
            self.values._measure(other, "month", date(2031, 3, 1))
        march = [("period", "=", date(2031, 3, 1)), ("level", "=", "dealer")]
        [[both]] = self.values._read_group(march, [], ["value:avg"])
        self.assertFalse(both)
        one = dict(self.values._read_group(march, ["kpi_id"], ["value:avg"]))
        self.assertEqual(one[self.kpi], 100)
