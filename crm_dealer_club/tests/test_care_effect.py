import random
from datetime import date, datetime, timedelta
from statistics import fmean

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from odoo.addons.crm_dealer_grading.tests.common import DealerCommon

from ..models.activity.crm_club_effect_measured import PAIR_FIGURES

MONTH = date(2026, 3, 1)
DAYS = 30
CLOSED = ("booked", "cancelled")


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 08:00:00")
class TestCareEffect(DealerCommon):
    """Visits and revenue after messages of care, against plain Python."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.partner_id.tz = "Asia/Shanghai"
        cls.env.company.club_effect_minimum = 3
        cls.rule = cls.env["crm.care.rule"].create(
            {"name": "Inspection", "trigger": "inspection", "effect_days": DAYS, "dealer_id": False}
        )
        rng = random.Random(4)
        dealers = [cls.dealer_a.id] * 14 + [cls.dealer_b.id] * 14
        cls.people = cls.env["res.partner"].create(
            [{"name": f"Person {n}", "dealer_id": dealer} for n, dealer in enumerate(dealers)]
        )
        cls.vehicles = cls.env["crm.vehicle"].create(
            [{"partner_id": p.id, "delivery_date": "2024-01-01"} for p in cls.people]
        )
        cls._history(rng)
        # Five of each dealer: the last one at the very end of March in Shanghai.
        chosen = cls.vehicles[:5] | cls.vehicles[14:19]
        moments = [datetime(2026, 3, 2 + 2 * n, 9) for n in range(9)] + [
            datetime(2026, 3, 31, 15, 59)
        ]
        cls.reminders = cls._reminders(chosen, moments)

    @classmethod
    def _history(cls, rng):
        """Visits and orders around the messages, also at their very moments."""
        visits = []
        for vehicle in cls.vehicles:
            for _n in range(rng.randrange(6)):
                moment = datetime(2026, 3, 2, 9) + timedelta(rng.randrange(-45, 75))
                order = cls.env["sale.order"]
                if rng.random() < 0.12:
                    order = cls._order(vehicle.partner_id, rng.randrange(50, 900), date=moment)
                visits.append(
                    {
                        "vehicle_id": vehicle.id,
                        "date": moment,
                        "labour_amount": rng.randrange(100, 900),
                        "order_id": order.id,
                        "stage": rng.choice(("delivered", "in_work", "cancelled", "delivered")),
                    }
                )
        cls.env["crm.service.visit"].create(visits)

    @classmethod
    def _reminders(cls, vehicles, moments, **vals):
        return cls.env["crm.care.reminder"].create(
            [
                {
                    "rule_id": cls.rule.id,
                    "partner_id": vehicle.partner_id.id,
                    "vehicle_id": vehicle.id,
                    "dealer_id": vehicle.dealer_id.id,
                    "due_date": moment.date() + timedelta(30),
                    "date": moment.date(),
                    "date_sent": moment,
                    "state": "sent",
                    **vals,
                }
                for vehicle, moment in zip(vehicles, moments, strict=True)
            ]
        )

    def _oracle(self, partner, begin, end):
        """Visits and money of a customer in ``[begin, end)``, from the records."""
        visits = self.env["crm.service.visit"].search(
            [("commercial_partner_id", "=", partner.id), ("stage", "not in", CLOSED)]
        )
        visits = visits.filtered(lambda v: begin <= v.date < end)
        orders = self.env["sale.order"].search([("partner_id", "=", partner.id)])
        orders = orders.filtered(lambda o: begin <= o.date_order < end)
        money = sum(visits.filtered(lambda v: not v.order_id).mapped("amount_total"))
        return visits.sorted("date"), money + sum(orders.mapped("amount_untaxed"))

    def _figures(self, partner, moment):
        """Figures of a pair's side: visits before, after, revenue before, after."""
        before, spent = self._oracle(partner, moment - timedelta(DAYS), moment)
        after, spends = self._oracle(partner, moment, moment + timedelta(DAYS))
        return len(before), len(after), spent, spends

    # -- The report --------------------------------------------------------------------------

    def test_report_against_the_records(self):
        rows = self.env["crm.care.report"].search([("rule_id", "=", self.rule.id)])
        self.assertEqual(set(rows.ids), set(self.reminders.ids))
        for row in rows:
            moment = row.date
            visits, money = self._oracle(
                row.commercial_partner_id, moment, moment + timedelta(DAYS)
            )
            self.assertEqual(row.visits, len(visits))
            self.assertAlmostEqual(row.revenue, money, 2)
            self.assertEqual(row.visited, 100.0 if visits else 0.0)
            if visits:
                self.assertAlmostEqual(row.days, (visits[0].date - moment) / timedelta(1), 6)
        self.assertTrue(0 < sum(rows.mapped("visited")) < 1000)
        [(share, money)] = rows._read_group(
            [("rule_id", "=", self.rule.id)], [], ["visited:avg", "revenue:sum"]
        )
        self.assertAlmostEqual(share, fmean(rows.mapped("visited")))
        self.assertAlmostEqual(money, sum(rows.mapped("revenue")), 2)

    def test_what_is_not_sent_or_not_over_does_not_count(self):
        vehicles = self.vehicles[5:7]
        self._reminders(vehicles[0], [datetime(2026, 3, 5)], state="skipped")
        # The real clock decides here: SQL does not know the frozen one.
        late = self._reminders(vehicles[1], [datetime.now() + timedelta(5000)])
        rows = self.env["crm.care.report"].search([("rule_id", "=", self.rule.id)])
        self.assertEqual(set(rows.ids), set((self.reminders | late).ids))
        row = rows.filtered(lambda r: r.id == late.id)
        self.assertFalse(row.over)
        [(share, count)] = rows._read_group(
            [("id", "in", [late.id, self.reminders[0].id])], [], ["visited:avg", "sent:sum"]
        )
        self.assertEqual((share, count), (rows.browse(self.reminders[0].id).visited, 2))

    # -- The comparison ----------------------------------------------------------------------

    def _measure(self):
        return self.env["crm.care.effect"]._measure(self.rule, MONTH)

    def test_measured(self):
        network, *dealers = self._measure()
        self.assertEqual(
            [(e.dealer_id, e.participants, e.pairs) for e in (network, *dealers)],
            [(self.env["crm.dealer"], 10, 10), (self.dealer_a, 5, 5), (self.dealer_b, 5, 5)],
        )
        pairs = network.pair_ids
        written = self.reminders.partner_id
        self.assertEqual(pairs.partner_id, written)
        self.assertEqual(len(pairs.control_id), 10)
        self.assertFalse(pairs.control_id & written)
        sent = {r.partner_id: r.date_sent for r in self.reminders}
        changes = {"visits": [], "revenue": [], "came": []}
        for pair in pairs:
            self.assertEqual(pair.date, sent[pair.partner_id])
            one = self._figures(pair.partner_id, pair.date)
            other = self._figures(pair.control_id, pair.date)
            for number, name in enumerate(PAIR_FIGURES):
                self.assertAlmostEqual(pair[name], one[number], 2)
                self.assertAlmostEqual(pair[f"control_{name}"], other[number], 2)
            for name, at, scale in (("visits", 0, 1), ("revenue", 2, 1), ("came", 0, 100)):
                sides = [
                    [scale * bool(v) if name == "came" else v for v in side[at : at + 2]]
                    for side in (one, other)
                ]
                changes[name].append(
                    (pair.dealer_id, sides[0][1] - sides[0][0] - sides[1][1] + sides[1][0])
                )
        for effect in (network, *dealers):
            for name, values in changes.items():
                own = [v for d, v in values if not effect.dealer_id or d == effect.dealer_id]
                self.assertAlmostEqual(effect[f"{name}_effect"], fmean(own), 2)
                self.assertLessEqual(effect[f"{name}_low"], effect[f"{name}_effect"])
        before = network.read(["came_low", "revenue_high"])[0]
        again = self._measure()[0].read(["came_low", "revenue_high"])[0]
        self.assertEqual({**before, "id": 0}, {**again, "id": 0})

    def test_who_was_written_to_around_the_month_is_not_compared(self):
        near = self.vehicles[5:14]
        self._reminders(near, [datetime(2026, 4, 10)] * 9)
        network, first, second = self._measure()
        self.assertEqual((network.pairs, first.pairs, second.pairs), (5, 0, 5))
        self.assertTrue(first.too_few)
        self.assertIn("Too few", first.summary)
        self.assertFalse(network.pair_ids.control_id & near.partner_id)

    def test_averages_count_each_pair_and_no_effect_of_too_few(self):
        shared = {
            "rule_id": self.rule.id,
            "currency_id": self.env.company.currency_id.id,
            "measured_on": date(2026, 7, 1),
        }
        self.env["crm.care.effect"].create(
            [
                {**shared, "month": date(2026, month, 1), "pairs": pairs, "too_few": too_few}
                | {"came_effect": effect, "came_after": after, "revenue_effect": money}
                for month, pairs, too_few, effect, after, money in (
                    (1, 30, False, 10, 50, 400),
                    (2, 10, False, -6, 30, 0),
                    (3, 5, True, 0, 100, 0),
                )
            ]
        )
        names = [f"{name}:avg" for name in ("came_effect", "came_after", "revenue_effect")]
        own = [("rule_id", "=", self.rule.id), ("dealer_id", "=", False)]
        effects = self._as("oem", self.env["crm.care.effect"])
        ((*averages,),) = effects._read_group(own, [], names)
        self.assertEqual(averages, [6, (50 * 30 + 30 * 10 + 100 * 5) / 45, 300])
        ((*few,),) = effects._read_group([*own, ("too_few", "=", True)], [], names)
        self.assertEqual(few, [False, 100, False])

    def test_due_once_the_days_have_passed(self):
        effects = self.env["crm.care.effect"]
        self._reminders(self.vehicles[:1], [datetime(2026, 5, 20)])
        # In Shanghai it is April already.
        self._reminders(self.vehicles[5:6], [datetime(2026, 3, 31, 16, 30)])

        def due():
            return [month for rule, month in effects._due_months() if rule == self.rule]

        self.assertEqual(due(), [MONTH, date(2026, 4, 1)])
        self._measure()
        self.assertEqual(due(), [date(2026, 4, 1)])
        self.assertEqual(effects._due_on(self.rule, MONTH), date(2026, 5, 2))

    def test_rights(self):
        network, first, second = self._measure()
        effects, reports = self.env["crm.care.effect"], self.env["crm.care.report"]
        domain = [("rule_id", "=", self.rule.id)]
        for login, seen in (("sales_a", first), ("manager_a", first), ("greedy_b", second),
                            ("homeless", effects), ("auditor", network | first | second),
                            ("agent", network | first | second)):  # fmt: skip
            with self.subTest(login):
                found = self._as(login, effects).search(domain)
                self.assertEqual(found, seen)
                rows = self._as(login, reports).search(domain)
                self.assertEqual(rows.dealer_id, seen.dealer_id)
                if found:
                    with self.assertRaises(AccessError):
                        found.action_measure_again()
                    with self.assertRaises(AccessError):
                        found.write({"pairs": 1})
        for model in (effects, reports, network.pair_ids):
            with self.assertRaises(AccessError):
                self._as("clerk", model).search([])
        for pair in self._as("sales_a", network.pair_ids).search([("effect_id", "=", network.id)]):
            self.assertEqual(pair.dealer_id | pair.control_dealer_id, self.dealer_a)
        self._as("oem", network).action_measure_again()
        self.assertEqual(len(effects.search(domain)), 3)

    def test_overall_figures_are_not_mixed_with_those_of_dealers(self):
        effects = self.env["crm.care.effect"]._measure(self.rule, MONTH)
        of_rule = [("rule_id", "=", self.rule.id)]
        for login, dealer in (("oem", self.env["crm.dealer"]), ("manager_a", self.dealer_a)):
            seen = effects.filtered(lambda effect, dealer=dealer: effect.dealer_id == dealer)
            mine = self._as(login, self.env["crm.care.effect"])
            found = mine.search([*of_rule, ("is_overall", "=", True)])
            self.assertEqual((len(seen), found.sudo()), (1, seen), login)
            self.assertEqual(mine.search(of_rule).filtered("is_overall"), found)
        action = self.env.ref("crm_dealer_club.crm_care_effect_action")
        self.assertIn("search_default_overall", action.context)

    def test_screens(self):
        self._measure()
        for login in ("sales_a", "manager_a", "agent", "auditor", "oem"):
            for name in ("crm_care_effect_action", "crm_care_report_action",
                         "crm_care_festival_action", "crm_vehicle_usual_pace_action"):  # fmt: skip
                action = self.env.ref(f"crm_dealer_club.{name}")
                model = self._as(login)[action.res_model]
                views = [(False, kind) for kind in action.view_mode.split(",")]
                model.get_views([*views, (False, "search")])
                model.web_search_read([], {"display_name": {}}, limit=5)
            rows = self._as(login)["crm.care.report"]
            rows.formatted_read_group([], ["rule_id"], ["visited:avg", "days:avg", "revenue:sum"])
            self._as(login)["crm.vehicle"].get_views([(False, "form"), (False, "list")])
