import random
from datetime import datetime, timedelta
from statistics import fmean

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tests.common import BaseCase

from ..models.activity.crm_club_effect_measured import PAIR_FIGURES
from ..tools.effect import Subject, difference, match
from .common_activity import ActivityCase
from .effect_oracle import binomial_quantile, members_figures


@tagged("post_install", "-at_install")
class TestEffectArithmetic(BaseCase):
    """Pairs, differences and intervals, against other ways to get them."""

    def _subjects(self, rng, count, start):
        return [
            Subject(start + i, rng.choice((1, 2)), 7, rng.choice((1, 2)),
                    float(rng.randrange(0, 50_000)), rng.randrange(5))
            for i in range(count)
        ]  # fmt: skip

    def test_pairs(self):
        rng = random.Random(3)
        participants, others = self._subjects(rng, 60, 0), self._subjects(rng, 200, 1000)
        pairs = match(participants, others)
        self.assertEqual(len(pairs), 60)
        self.assertEqual(len({other.key for _one, other in pairs}), 60)
        mixed = others[:]
        rng.shuffle(mixed)
        self.assertEqual(match(list(reversed(participants)), mixed), pairs)
        for one, other in pairs:
            self.assertEqual(one.tier, other.tier)
            self.assertEqual(one.dealer, other.dealer)

    def test_the_nearest_is_taken_and_the_region_is_second_choice(self):
        near, far = Subject(2, 1, 7, 1, 900.0, 2), Subject(3, 1, 7, 1, 100.0, 0)
        elsewhere, foreign = Subject(4, 2, 7, 1, 1000.0, 2), Subject(5, 3, 8, 1, 1000.0, 2)
        first, second = Subject(10, 1, 7, 1, 1000.0, 2), Subject(11, 1, 7, 1, 950.0, 2)
        third = Subject(12, 1, 7, 1, 1.0, 0)
        others = [foreign, elsewhere, far, near]
        self.assertEqual(match([first], others), [(first, near)])
        # The richest chooses first, a member is used once, and a dealer's own go before others.
        self.assertEqual(
            match([third, second, first], others),
            [(first, near), (second, far), (third, elsewhere)],
        )
        self.assertEqual(match([Subject(9, 1, 7, 2, 0.0, 0)], others), [])
        self.assertEqual(match([Subject(9, 0, 0, 1, 0.0, 0)], [Subject(8, 0, 0, 1, 0.0, 0)]), [])

    def test_too_few(self):
        effect = difference([((1, 2), (1, 1))] * 9, 10)
        self.assertEqual(effect, (9, None, None, None))
        self.assertEqual(difference([((1, 2), (1, 1))] * 10, 10), (10, 1, 1, 1))

    def test_interval_against_the_binomial(self):
        """Where differences are 0 or 1 the bootstrap's means are binomial: known exactly."""
        n, ones = 40, 12
        pairs = [((0, int(i < ones)), (5, 5)) for i in range(n)]
        effect = difference(pairs, 10)
        self.assertAlmostEqual(effect.mean, ones / n)
        for value, share in ((effect.low, 0.025), (effect.high, 0.975)):
            exact = binomial_quantile(n, ones / n, share) / n
            self.assertLessEqual(abs(value - exact), 1 / n + 1e-9)
        self.assertEqual(difference(pairs, 10), effect)

    def test_the_change_of_similar_members_is_taken_off(self):
        rng = random.Random(8)
        pairs = [((rng.random(), rng.random()), (rng.random(), rng.random())) for _i in range(30)]
        effect = difference(pairs, 10)
        (t0, t1), (c0, c1) = (zip(*side, strict=True) for side in zip(*pairs, strict=True))
        expected = (fmean(t1) - fmean(t0)) - (fmean(c1) - fmean(c0))
        self.assertAlmostEqual(effect.mean, expected)
        self.assertTrue(effect.low < expected < effect.high)


@tagged("post_install", "-at_install")
class TestEffect(ActivityCase):
    """An effect measured on visits and orders in the database."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.write({"club_effect_days": 30, "club_effect_minimum": 3})
        cls.people = cls._members(12)
        for member in cls.people:
            member._store({"join_date": "2020-01-01"})
        cls.event = cls._activity(seats_limited=False, club_guests_max=2)
        for member in cls.people[:4]:
            own = cls.event._club_register(member, ["Child"])
            (own | own.guest_ids).action_set_done()
        cls.event._club_register(cls.people[4])
        cls.begin = datetime(2026, 3, 10, 2)  # ten o'clock in Shanghai
        cls.event.write({"date_begin": cls.begin, "date_end": cls.begin + timedelta(hours=30)})
        cls.rows = cls._history()

    @classmethod
    def _history(cls):
        """Visits and orders around the activity, also on its own days and at the very ends."""
        rng, rows = random.Random(5), []
        days = [
            fields.Date.to_date("2026-03-10") + timedelta(offset)
            for offset in (-31, -30, -29, -12, -1, 0, 1, 2, 3, 17, 31, 32, 33)
        ]
        for member in cls.people:
            vehicle = cls._vehicle(member.partner_id)
            cls.env["crm.vehicle.ownership"].sudo().search(
                [("vehicle_id", "=", vehicle.id)]
            ).date_from = "2025-01-01"
            for day in rng.sample(days, 6):
                # 23:30 in Shanghai is the same day; 00:30 is the day before in UTC.
                moment = datetime.combine(day, datetime.min.time()) + rng.choice(
                    (timedelta(hours=15, minutes=30), timedelta(hours=-7, minutes=-30))
                )
                amount = float(rng.randrange(100, 900))
                order = cls.env["sale.order"]
                if rng.random() < 0.5:
                    order = cls._order(member.partner_id, amount, date=moment)
                    rows.append((member.id, "order", day, amount, False))
                if not order or rng.random() < 0.5:
                    cls._visit(
                        vehicle, date=moment, labour_amount=amount, order_id=order.id,
                        stage=rng.choice(("delivered", "in_work")),
                    )  # fmt: skip
                    rows.append((member.id, "visit", day, amount, bool(order)))
                cls._visit(vehicle, date=moment, labour_amount=amount, stage="cancelled")
        return rows

    def _oracle(self):
        day = fields.Date.to_date("2026-03-10")
        return members_figures(
            self.rows,
            ((day - timedelta(30), day), (day + timedelta(2), day + timedelta(32))),
        )

    def test_only_managers_measure(self):
        for login in ("sales_a", "auditor", "agent"):
            with self.subTest(login), self.assertRaises(AccessError):
                self._as(login, self.event).action_club_measure()
        self.event.dealer_id = False
        with self.assertRaises(AccessError):
            self._as("manager_a", self.event).action_club_measure()
        with self.assertRaises(AccessError):
            self._as("oem")["crm.club.effect"].create({"event_id": self.event.id})
        with self.assertRaisesRegex(UserError, "can be measured from"):
            self._as("manager_a", self.activity).action_club_measure()

    def test_figures(self):
        found = self.env["crm.club.effect"]._figures(self.event, 30)
        expected = self._oracle()
        self.assertTrue({m.id for m in self.people} <= set(found))
        for member in self.people:
            row = found[member.id]
            figures = [row[name] for name in PAIR_FIGURES]
            self.assertEqual(figures, expected.get(member.id, [0, 0, 0.0, 0.0]))

    def test_measured(self):
        self._as("manager_a", self.event).action_club_measure()
        effect = self.event.club_effect_ids
        self.assertEqual((effect.participants, effect.pairs, effect.too_few), (4, 4, False))
        came = self.env["crm.club.membership"].union(*self.people[:4])
        self.assertEqual(effect.pair_ids.membership_id, came)
        # Who was registered and did not come may be compared; who came may not.
        self.assertFalse(effect.pair_ids.control_id & effect.pair_ids.membership_id)
        figures, changes = self._oracle(), []
        for pair in effect.pair_ids:
            one = figures.get(pair.membership_id.id, [0] * 4)
            other = figures.get(pair.control_id.id, [0] * 4)
            changes.append((one[3] - one[2]) - (other[3] - other[2]))
            self.assertEqual([pair.revenue_before, pair.control_revenue_after], [one[2], other[3]])
        self.assertAlmostEqual(effect.revenue_effect, sum(changes) / 4, 2)
        before = effect.pair_ids.mapped("control_id.id"), effect.visits_low, effect.revenue_high
        self._as("manager_a", effect).action_measure_again()
        effect = self.event.club_effect_ids
        after = effect.pair_ids.mapped("control_id.id"), effect.visits_low, effect.revenue_high
        self.assertEqual(before, after)

    def test_too_few_pairs_tell_nothing(self):
        self.env.company.club_effect_minimum = 5
        self._as("manager_a", self.event).action_club_measure()
        effect = self.event.club_effect_ids
        self.assertTrue(effect.too_few)
        self.assertFalse(effect.visits_effect or effect.revenue_effect)
        self.assertIn("Too few", effect.summary)

    def test_due_only_when_the_days_have_passed(self):
        self.assertEqual(self.event._club_effect_due(), fields.Date.to_date("2026-04-11"))

    def test_pairs_of_another_dealer_are_out_of_sight(self):
        self._as("manager_a", self.event).action_club_measure()
        pairs = self.event.club_effect_ids.pair_ids
        for login in ("sales_b", "greedy_b"):
            self.assertFalse(self._as(login)["crm.club.effect.pair"].search([]) & pairs)
            self.assertFalse(
                self._as(login)["crm.club.effect"].search([]) & self.event.club_effect_ids
            )
