"""KPIs against an oracle in plain Python, over random customers, vehicles, visits and cards."""

import random
from datetime import date, datetime, timedelta

from odoo.tests import freeze_time

from .common import DealerCommon
from .kpi_oracle import EAST, KpiOracle

# Years in which the demo network has nothing.
BEGIN, DAYS = date(2031, 1, 1), 900
TYPES = (False, "new", "replace_same", "replace_other", "additional")


class TestKpiFigures(KpiOracle, DealerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.partner_id.tz = "Asia/Shanghai"
        cls.random = random.Random("kpi")
        cls.region_below = cls.env["crm.dealer.region"].create(
            {"name": "Below", "parent_id": cls.region_north.id}
        )
        cls.dealer_c = cls.env["crm.dealer"].create(
            {"name": "C", "code": "T-C", "region_id": cls.region_below.id}
        )
        cls.dealers = [cls.dealer_a, cls.dealer_b, cls.dealer_c]
        cls.people = cls.env["res.partner"].create(
            [{"name": f"P{n}", "dealer_id": cls.random.choice(cls.dealers).id} for n in range(40)]
        )
        cls._make_vehicles()
        cls._make_owners()
        cls._make_visits()
        cls._make_cards()
        cls._make_files()
        cls.env.flush_all()
        cls.periods = [
            (date(2032, 1, 1), date(2033, 1, 1)),
            (date(2032, 4, 1), date(2032, 7, 1)),
            (date(2033, 2, 1), date(2033, 3, 1)),
            (date(2040, 1, 1), date(2040, 2, 1)),
        ]

    @classmethod
    def _day(cls):
        # Often the ends of a period, where a day too many or too few shows.
        edges = [date(2032, 1, 1), date(2032, 12, 31), date(2032, 7, 1), date(2032, 6, 30)]
        if cls.random.random() < 0.3:
            return cls.random.choice(edges)
        return BEGIN + timedelta(cls.random.randrange(DAYS))

    @classmethod
    def _moment(cls):
        at = datetime.combine(cls._day(), datetime.min.time())
        return at + timedelta(minutes=cls.random.choice([0, 1, 600, 1439])) - EAST

    @classmethod
    def _make_vehicles(cls):
        cls.vehicles = cls.env["crm.vehicle"].create(
            [
                {
                    "partner_id": cls.random.choice(cls.people).id,
                    "selling_dealer_id": cls.random.choice([*(d.id for d in cls.dealers), False]),
                    "delivery_date": cls.random.choice([cls._day(), cls._day(), False]),
                    "purchase_type": cls.random.choice(TYPES),
                    "active": cls.random.random() > 0.1,
                }
                for _number in range(70)
            ]
        )

    @classmethod
    def _make_owners(cls):
        """``{vehicle: [(customer, from, until)]}``: sold on, sometimes before the handover."""
        cls.owners = {}
        for vehicle in cls.vehicles:
            [line] = vehicle.ownership_ids
            day = vehicle.delivery_date or cls._day()
            line.date_from = day + timedelta(cls.random.randrange(-60, 150))
            cls.owners[vehicle] = [(line.commercial_partner_id, line.date_from, None)]
            if cls.random.random() < 0.4:
                day = line.date_from + timedelta(cls.random.randrange(1, 400))
                buyer = cls.random.choice(cls.people)
                former = line.commercial_partner_id
                vehicle.with_context(ownership_date=day).partner_id = buyer
                if buyer != former:
                    cls.owners[vehicle] = [(former, line.date_from, day), (buyer, day, None)]

    @classmethod
    def _make_visits(cls):
        stages = ("booked", "in_work", "delivered", "delivered", "followed_up", "cancelled")
        cls.visits = cls.env["crm.service.visit"].create(
            [
                {
                    "vehicle_id": cls.random.choice(cls.vehicles).id,
                    "dealer_id": cls.random.choice(cls.dealers).id,
                    "visit_type": "maintenance",
                    "stage": cls.random.choice(stages),
                    "date": cls._moment(),
                }
                for _number in range(160)
            ]
        )

    @classmethod
    def _make_cards(cls):
        cls.cards = cls.env["crm.lead"].create(
            [
                {
                    "name": f"L{number}",
                    "type": "opportunity",
                    "partner_id": (partner := cls.random.choice(cls.people)).id,
                    "dealer_id": partner.dealer_id.id,
                    "purchase_type": cls.random.choice(TYPES),
                }
                for number in range(60)
            ]
        )
        reason = cls.env["crm.lost.reason"].create({"name": "Too far"})
        for card in cls.cards:
            fate = cls.random.choice(["open", "won", "lost", "archived"])
            if fate == "won":
                card.action_set_won()
            elif fate == "lost":
                card.action_set_lost(lost_reason_id=reason.id)
            elif fate == "archived":
                card.active = False
        cls.env.flush_all()
        for card in cls.cards:
            delivered = cls._day() if card.won_status == "won" and card.id % 2 else None
            cls.env.cr.execute(
                "UPDATE crm_lead SET create_date = %s, date_closed = %s, delivered_on = %s"
                " WHERE id = %s",
                [cls._moment(), cls._moment() if card.date_closed else None, delivered, card.id],
            )
        cls.env.invalidate_all()

    @classmethod
    def _make_files(cls):
        """Files as if the call centre had verified some of them."""
        quality = cls.env["crm.customer.quality"]
        quality._refresh()
        for partner in cls.people:
            full = cls.random.random() < 0.5
            cls.env.cr.execute(
                "UPDATE crm_customer_quality SET completeness = %s, is_effective = %s"
                " WHERE partner_id = %s",
                [cls.random.choice([50, 75, 100]), full, partner.id],
            )
        cls.env.invalidate_all()

    # -- Tests -----------------------------------------------------------------------------------

    def _kpi(self, code):
        return self.env.ref(f"crm_dealer_grading.kpi_{code}")

    def _ours(self):
        """The codes whose records are in this addon."""
        data = self.env["ir.model.data"].search(
            [("model", "=", "crm.kpi"), ("module", "=", "crm_dealer_grading")]
        )
        return self.env["crm.kpi"].browse(data.mapped("res_id")).mapped("code")

    @freeze_time("2032-03-10 18:00:00")
    def test_churn_of_running_periods(self):
        """It is Thursday already in Shanghai; who came last week has not gone."""
        told = 0
        running = [(date(2032, 1, 1), date(2033, 1, 1)), (date(2032, 3, 1), date(2032, 4, 1))]
        for begin, end in running:
            figures = self._kpi("churn").figures(begin, end)
            for scope in self._scopes():
                wanted = self._expected("churn", begin, end, self._dealers_of(scope))
                self.assertEqual(figures[scope][:2], wanted, (begin, scope))
                told += 0 < wanted[0] < wanted[1]
        self.assertGreater(told, 3)

    @freeze_time("2041-01-01 12:00:00")
    def test_against_the_oracle(self):
        told = 0
        for code in self._ours():
            for begin, end in self.periods:
                figures = self._kpi(code).figures(begin, end)
                for scope in self._scopes():
                    with self.subTest(code=code, begin=begin, scope=scope):
                        above, below, value, _base, dealers, *ends = figures[scope]
                        wanted = self._expected(code, begin, end, self._dealers_of(scope))
                        self.assertAlmostEqual(above, wanted[0])  # percents are added up
                        self.assertEqual(below, wanted[1])
                        self.assertEqual(dealers, len(self._dealers_of(scope)))
                        told += above > 0
                        self._check_value(code, above, below, value)
                        wanted = self._expected_ends(code, begin, end, self._dealers_of(scope))
                        self._check_ends(ends, wanted)
        self.assertGreater(told, 80, "the random world tells something")

    def test_who_came_back_is_searched(self):
        """By any condition that a list can ask."""
        lines = self.env["crm.vehicle.ownership"].with_context(active_test=False)
        mine = [("vehicle_id", "in", self.vehicles.ids), ("delivery_date", "!=", False)]
        told = {line: line.returned_on for line in lines.search(mine)}
        day = datetime(2032, 6, 1)
        self.assertTrue(0 < sum(map(bool, told.values())) < len(told))
        for condition, holds in (
            (("returned_on", "=", False), lambda moment: not moment),
            (("returned_on", "!=", False), bool),
            (("returned_on", "<", day), lambda moment: moment and moment < day),
            (("returned_on", ">=", day), lambda moment: moment and moment >= day),
        ):
            found = lines.search([*mine, condition])
            wanted = {line for line, moment in told.items() if holds(moment)}
            self.assertEqual(set(found), wanted, condition)

    def _check_value(self, code, above, below, value):
        if code == "active_customers":
            self.assertEqual(value, above)
        elif not below:
            self.assertIsNone(value)
        else:
            factor = 1 if code == "completeness" else 100
            self.assertAlmostEqual(value, factor * above / below)

    def _check_ends(self, ends, wanted):
        for found, right in zip(ends, wanted, strict=True):
            if right is None:
                self.assertIsNone(found)
            else:
                self.assertAlmostEqual(found, right, 4)

    def test_the_network_counts_a_customer_once(self):
        begin, end = self.periods[0]
        for code in ("retention", "active_customers", "effective_sold", "repurchase"):
            figures = self._kpi(code).figures(begin, end)
            self.assertEqual(
                figures["network", False][:2], self._expected(code, begin, end, self.dealers), code
            )

    @freeze_time("2032-12-31 12:00:00")
    def test_drill_down_opens_what_was_counted(self):
        begin, end = date(2032, 1, 1), date(2033, 1, 1)
        values = self.env["crm.kpi.value"]
        for kpi in self.env["crm.kpi"].search([("code", "in", self._ours())]):
            values._measure(kpi, "year", begin)
            figures = kpi.figures(begin, end)
            for row in values.search([("kpi_id", "=", kpi.id), ("period", "=", begin)]):
                scope = (row.level, row.dealer_id.id if row.level == "dealer" else row.region_id.id)
                if scope not in self._scopes():
                    continue
                self.assertAlmostEqual(row.numerator, figures[scope][0])
                for number, action in enumerate(
                    (row.action_open_numerator(), row.action_open_denominator())
                ):
                    if number and not row.denominator:
                        continue
                    counted = self._counted(kpi._parts(begin, end)[number].measure, action)
                    wanted = row.denominator if number else row.numerator
                    self.assertAlmostEqual(counted, wanted, 2, (kpi.code, scope, number))

    def _counted(self, measure, action):
        records = self.env[action["res_model"]].with_context(**action["context"])
        records = records.search(action["domain"])
        if measure == "__count":
            return len(records)
        name, how = measure.split(":")
        return len(records[name]) if how == "count_distinct" else sum(records.mapped(name))

    def test_queries_do_not_grow_with_dealers(self):
        begin, end = self.periods[0]
        kpi = self._kpi("conversion")
        kpi.figures(begin, end)
        with self.assertQueryCount(5):
            kpi.figures(begin, end)
        self.env["crm.dealer"].create(
            [{"name": f"D{n}", "code": f"D{n}", "region_id": self.region_south.id}
             for n in range(20)]
        )  # fmt: skip
        self.env.flush_all()
        with self.assertQueryCount(5):
            kpi.figures(begin, end)
