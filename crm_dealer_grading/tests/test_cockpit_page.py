"""Cockpits: figures are what their records say, ranks tell no more than a place (P3)."""

import random
from datetime import date

import freezegun
from dateutil.relativedelta import relativedelta

from odoo.tests import TransactionCase, tagged

from .common import DealerFactories
from .common_cockpit import MARCH, CockpitChecks, KpiValueFactories

FILTERS = {"kind": "month", "begin": "2031-03-01"}


@tagged("post_install", "-at_install")
class TestCockpitPage(KpiValueFactories, CockpitChecks, DealerFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_network()
        cls._set_up_values()

    def _tile(self, login, kpi=None, **filters):
        cards = self._cards(self._page(login, **FILTERS, **filters))
        tiles = {tile["id"]: tile for tile in cards["kpi"]["tiles"]}
        return tiles.get((kpi or self.higher).code)

    # -- Ranks and means -------------------------------------------------------------------------

    def test_a_dealer_learns_the_place_alone(self):
        figures = dict(zip([self.dealer_a, *self.others], (30, 10, 50, 30, 70, 20, 5), strict=True))
        self._values({**figures, None: 33})
        tile = self._tile("manager_a")
        self.assertEqual(tile["rank"], [3, 7], "70 and 50 are better; 30 is held twice")
        self.assertEqual(tile["means"], [], "nobody was told any mean")
        self._values(figures, kpi=self.lower)
        self.assertEqual(self._tile("manager_a", self.lower)["rank"], [4, 7])

    def test_ranks_equal_an_oracle(self):
        rng = random.Random("ranks")
        dealers = [self.dealer_a, self.dealer_b, *self.others]
        for kpi in (self.higher, self.lower):
            figures = {dealer: rng.randrange(8) for dealer in dealers}
            self._values(figures, kpi=kpi)
            for login, dealer in (("manager_a", self.dealer_a), ("greedy_b", self.dealer_b)):
                mine = figures[dealer]
                better = sum(
                    value > mine if kpi == self.higher else value < mine
                    for value in figures.values()
                )
                self.assertEqual(self._tile(login, kpi)["rank"], [better + 1, len(dealers)])

    def test_no_rank_among_few(self):
        self._values(dict.fromkeys([self.dealer_a, *self.others[:2]], 5))
        self.assertFalse(self._tile("manager_a")["rank"], "two others: the order would tell")
        self._values(dict.fromkeys(self.others[2:3], 5))
        self.assertEqual(self._tile("manager_a")["rank"], [1, 4])

    def test_own_dealers_are_no_others(self):
        """Who works at two dealers knows both figures: three more are needed."""
        self.users["manager_a"].dealer_ids = self.dealer_a | self.dealer_b
        self._values(dict.fromkeys([self.dealer_a, self.dealer_b, *self.others[:2]], 5))
        self.assertFalse(self._tile("manager_a", dealer=self.dealer_a.id)["rank"])
        self._values(dict.fromkeys(self.others[2:3], 5))
        self.assertEqual(self._tile("manager_a", dealer=self.dealer_a.id)["rank"], [1, 5])

    def test_the_manufacturer_ranks_as_dealers_are_told(self):
        self._values(dict(zip([self.dealer_a, *self.others[:4]], (5, 9, 8, 7, 6), strict=True)),
                     basis="2")  # fmt: skip
        self._values(dict.fromkeys(self.others[4:], 99), basis="1")
        self.others[0].active = False
        card = self._cards(self._page("oem", kpi=self.higher.id, **FILTERS))["ranking"]
        self.assertEqual([line["value"] for line in card["lines"]], [8, 7, 6, 5])
        self.assertEqual(card["few"], 2, "of another questionnaire")
        self.assertEqual(self._tile("manager_a")["rank"], [4, 4])

    def test_what_is_not_comparable_is_not_ranked(self):
        self._values(dict.fromkeys([self.dealer_a, *self.others[:3]], 5))
        self._values({self.others[3]: 9}, few=True)
        self._values({self.others[4]: 9}, basis="7")
        self._values({self.others[5]: 9}, has_break=True)
        self.assertEqual(self._tile("manager_a")["rank"], [1, 4])
        self.others[2].active = False
        self.assertFalse(self._tile("manager_a")["rank"])

    def test_means_as_far_as_told(self):
        self._values({self.dealer_a: 5, None: 8}, told_dealers=4)
        self._values({self.region_north: 7}, told_dealers=3)
        self.assertEqual([mean["value"] for mean in self._tile("manager_a")["means"]], [8])
        whole = self._tile("oem", role="dealer", dealer=self.dealer_a.id)
        self.assertEqual({mean["value"] for mean in whole["means"]}, {7, 8})

    # -- Against target and the period before ----------------------------------------------------

    def test_weak_ones_come_first(self):
        before = MARCH - relativedelta(months=1)
        self.env["crm.kpi.target"].create(
            {"kpi_id": self.higher.id, "year": 2031, "target": 60, "dealer_id": self.dealer_a.id}
        )
        self._values({self.dealer_a: 50}, period=before)
        self._values({self.dealer_a: 40})
        self._values({self.dealer_a: 20}, kpi=self.lower)
        card = self._cards(self._page("manager_a", **FILTERS))["kpi"]
        self.assertEqual([tile["id"] for tile in card["tiles"]], ["conversion", "churn"])
        tile = card["tiles"][0]
        self.assertEqual((tile["standing"], tile["target"], tile["trend"], tile["change"]),
                         ("missed", 60, "worse", -10))  # fmt: skip
        self.assertEqual(tile["curve"], [None] * 10 + [50, 40])
        self.assertEqual(card["as_of"], "2031-04-02")

    def test_curves_end_at_a_new_questionnaire(self):
        self._values({self.dealer_a: 50}, period=MARCH - relativedelta(months=1), basis="1")
        self._values({self.dealer_a: 40}, basis="2")
        tile = self._tile("manager_a")
        self.assertEqual(tile["curve"], [None] * 11 + [40])
        self.assertFalse(tile["trend"])
        self.assertTrue(tile["note"])

    def test_values_of_several_questionnaires_are_no_line(self):
        before = MARCH - relativedelta(months=1)
        self._values({self.dealer_a: 50}, period=before, basis="1,2", has_break=True)
        self._values({self.dealer_a: 40}, basis="1,2", has_break=True)
        self.assertEqual(self._tile("manager_a")["curve"], [None] * 11 + [40])

    def test_dealers_below_target(self):
        self.env["crm.kpi.target"].create(
            [{"kpi_id": kpi.id, "year": 2031, "target": 30} for kpi in (self.higher, self.lower)]
        )
        self._values({self.dealer_a: 10, self.dealer_b: 10, self.others[0]: 80})
        self._values({self.dealer_a: 90, self.dealer_b: 10}, kpi=self.lower)
        cards = self._cards(self._page("auditor", **FILTERS))
        found = {bar["label"]: bar["value"] for bar in cards["missed"]["bars"]}
        self.assertEqual(found, {self.dealer_a.name: 2, self.dealer_b.name: 1})
        rows = [row["label"] for row in cards["dealers"]["rows"]]
        self.assertEqual(rows[:2], [self.dealer_a.name, self.dealer_b.name])
        north = self._cards(self._page("auditor", region=self.region_north.id, **FILTERS))
        self.assertEqual([bar["label"] for bar in north["missed"]["bars"]], [self.dealer_a.name])
        self.assertNotIn(self.dealer_b.name, str(north))

    def test_ranking_shows_the_ends(self):
        many = self._more_dealers(30, "Many")
        self._values({dealer: number for number, dealer in enumerate(many)})
        card = self._cards(self._page("oem", kpi=self.higher.id, **FILTERS))["ranking"]
        self.assertEqual([line["value"] for line in card["lines"]],
                         [*range(29, 17, -1), *range(7, -1, -1)])  # fmt: skip
        self.assertEqual([line["rank"] for line in card["lines"]][-1], 30)
        self.assertEqual(card["hidden"], 10)

    # -- Figures and their records ---------------------------------------------------------------

    def _live(self, dealer, customer):
        brand = self.env["fleet.vehicle.model.brand"].create({"name": f"Brand of {dealer.name}"})
        model = self.env["fleet.vehicle.model"].create({"name": "M", "brand_id": brand.id})
        for test_drive in ("done", "none"):
            self._lead(customer, dealer_id=dealer.id, test_drive=test_drive,
                       vehicle_model_id=model.id)  # fmt: skip
        reason = self.env["crm.lost.reason"].search([], limit=1)
        self._lead(customer, dealer_id=dealer.id).action_set_lost(lost_reason_id=reason.id)
        self._lead(customer, dealer_id=dealer.id).action_set_won()
        vehicle = self._vehicle(customer, model_id=model.id)
        self._visit(vehicle, dealer_id=dealer.id)
        self._visit(vehicle, dealer_id=dealer.id, visit_type="accident", stage="booked")
        self.env["crm.contact.due"].create(
            {"partner_id": customer.id, "dealer_id": dealer.id, "date": date(2020, 1, 1)}
        )
        return brand

    def test_each_figure_opens_its_records(self):
        """Own records of both dealers, beside whatever the network has."""
        brand = self._live(self.dealer_a, self.customer_a)
        self._live(self.dealer_b, self.customer_b)
        self._values({self.dealer_a: 5, self.dealer_b: 6, self.region_north: 5, None: 6})
        self.env.flush_all()
        self.env["crm.grading.scheme"].search([]).regrade()
        today = {"kind": "year", "begin": str(self.env.company._today_here())}
        for login, filters in (
            ("manager_a", {}), ("greedy_b", {}), ("manager_a", {"brand": brand.id}), ("agent", {}),
            ("auditor", {}), ("auditor", {"region": self.region_north.id}), ("oem", {}),
            ("oem", {"role": "dealer", "dealer": self.dealer_b.id}),
            ("oem", {"dealer": self.dealer_b.id}),
        ):  # fmt: skip
            page = self._page(login, **today, **filters)
            stored = () if page["filters"]["role"] == "dealer" else ("level",)
            with self.subTest(login=login, filters=filters):
                self.assertGreater(self._check_figures(login, page, stored), 0)

    def test_what_a_dealer_counts(self):
        brand = self._live(self.dealer_a, self.customer_a)
        self._live(self.dealer_b, self.customer_b)
        today = {"kind": "year", "begin": str(self.env.company._today_here())}
        cards = self._cards(self._page("manager_a", **today))
        self.assertEqual([bar["value"] for bar in cards["funnel"]["bars"]], [4, 1, 1, 0])
        self.assertEqual([bar["value"] for bar in cards["visits"]["bars"]], [1, 1])
        self.assertEqual(sum(bar["value"] for bar in cards["lifecycle"]["bars"]), 1)
        waiting = {line["open"]["action"]: line["value"] for line in cards["waiting"]["lines"]}
        self.assertEqual(waiting["crm_dealer_grading.crm_contact_due_action"], 1)
        branded = self._cards(self._page("manager_a", brand=brand.id, **today))
        self.assertEqual([bar["value"] for bar in branded["funnel"]["bars"]], [2, 1, 0, 0])
        # What does not depend on the brand says so, and stays as it is.
        self.assertTrue(branded["level"]["note"] != cards["level"]["note"])
        self.assertEqual(branded["level"]["bars"], cards["level"]["bars"])
        self.assertEqual(branded["funnel"]["note"], cards["funnel"]["note"])

    def test_the_last_month_that_is_over_by_the_companys_day(self):
        for moment, begin in (
            ("2031-03-31 15:59:00", "2031-02-01"),
            ("2031-03-31 16:01:00", "2031-03-01"),
        ):
            with freezegun.freeze_time(moment):
                self.assertEqual(self._page("oem")["filters"]["begin"], begin)
        half = self._page("oem", kind="half", begin="2031-08-15")["filters"]
        self.assertEqual((half["begin"], half["before"], half["after"], half["period"]),
                         ("2031-07-01", "2031-01-01", "2032-01-01", "2031 H2"))  # fmt: skip

    # -- At any size -----------------------------------------------------------------------------

    def test_as_many_queries_for_many_as_for_few(self):
        pages = (("manager_a", {}), ("agent", {}), ("auditor", {}), ("oem", {}),
                 ("auditor", {"region": self.region_north.id}))  # fmt: skip
        self._live(self.dealer_a, self.customer_a)
        few = [self.dealer_a, self.dealer_b]
        self._values(dict.fromkeys([*few, self.region_north, None], 5))
        small = [self._queries(login, filters) for login, filters in pages]
        many = self._more_dealers(40, "Many")
        self._values(dict.fromkeys(many, 5))
        self._values(dict.fromkeys([*few, *many, None], 7), kpi=self.lower)
        for _again in range(10):
            self._live(self.dealer_a, self._customer(self.dealer_a))
            self.env.flush_all()
        large = [self._queries(login, filters) for login, filters in pages]
        for (login, _filters), less, more in zip(pages, small, large, strict=True):
            # A kind of record that was not there at all may ask for its names.
            self.assertLessEqual(more, less + 2, login)

    def _queries(self, login, filters):
        self._page(login, **FILTERS, **filters)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._page(login, **FILTERS, **filters)
        return self.env.cr.sql_log_count - before
