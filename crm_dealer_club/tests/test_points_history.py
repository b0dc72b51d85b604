"""Random lives of members, step by step against an independent oracle (M3)."""

import random
from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.points.crm_club_point_claim import Claim
from .common_points import PointsCase
from .points_oracle import Purse

STEPS = 150
START = date(2026, 1, 10)


@tagged("post_install", "-at_install")
class TestPointsHistory(PointsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.forfeit_on_leaving = True
        cls.program.points_validity_months = 2
        cls.program.giveback_days = 10

    def setUp(self):
        super().setUp()
        self.today = START
        membership = type(self.env["crm.club.membership"])
        self.startPatcher(patch.object(membership, "_today", lambda _self: self.today))

    def _last_day(self):
        return self.program._last_day_of_points(self.today)

    def test_random_lives(self):
        for seed in (1, 2):
            with self.subTest(seed=seed), self.env.cr.savepoint() as savepoint:
                self._live(random.Random(seed))
                savepoint.rollback()

    def _live(self, rng):
        self.today, self.random = START, rng
        self.orders, self.documents, self.cards = {}, {}, {}
        self.members = [self._new_member() for _n in range(3)]
        steps = (
            *([self._earn] * 4 + [self._document] * 6 + [self._spend] * 6 + [self._cancel] * 4),
            *([self._adjust] * 3 + [self._expire] * 2 + [self._pass_time] * 5),
            *([self._suspend] * 2 + [self._leave, self._merge, self._replay]),
        )
        names = {}
        for number in range(STEPS):
            step = rng.choice(steps)
            names[step.__name__] = names.get(step.__name__, 0) + 1
            step()
            self._compare(f"step {number} {step.__name__}")
        self.assertEqual(len(names), 11, "every kind of step took place")

    def _new_member(self):
        member = self._member(self._customer(self.dealer_a))
        member._store({"tier_id": self.tiers["O"].id})
        self.cards[member] = self._card_of(member)
        self.assertEqual(self.cards[member], member.card_ids)
        return [member, Purse()]

    def _any(self):
        return self.random.choice(self.members)

    def _compare(self, message):
        """What is past its last day is gone, whether the nightly job has been there or not."""
        cards = self.env["loyalty.card"].union(*(self.cards[m] for m, _p in self.members))
        cards.invalidate_recordset()
        entries = self.ledger.search_fetch(
            [("card_id", "in", cards.ids), ("remaining", ">", 0)],
            ["card_id", "expires_on", "remaining"],
        )
        entries = entries.grouped("card_id")
        for member, purse in self.members:
            card = self.cards[member].with_prefetch(cards.ids)
            left = [(e.expires_on, round(e.remaining * 100)) for e in entries.get(card, ())]
            past = sum(points for day, points in left if day < self.today)
            self.assertEqual(round(card.points * 100) - past, purse.total(), message)
            self.assertEqual(round(card.points_owed * 100), purse.debt, message)
            lots = sorted((lot.last_day, lot.left) for lot in purse.lots if lot.left)
            found = sorted((day, points) for day, points in left if day >= self.today)
            self.assertEqual(found, lots, message)
        self._check_books(cards)

    # ------------------------------------------------------------ steps

    def _earn(self):
        member, purse = self._any()
        points = self.random.randrange(1, 20000)
        member._post_points("bonus", points / 100)
        purse.earn(points, self._last_day())

    def _document(self):
        """A paid document that is credited, reopened and paid again."""
        if self.random.random() < 0.5 or not self.documents:
            partner = self._customer(self.dealer_a)
            self.documents[partner] = [self._any(), self.random.randrange(1, 300) * 100]
        partner = self.random.choice(list(self.documents))
        (member, purse), full = self.documents[partner]
        share = self.random.choice((0, 25, 50, 100, 100))
        claim = Claim(
            card=self.cards[member],
            kind="order",
            origin=partner,
            gross=full / 100,
            base=full / 100,
            share=share / 100,
            reason="Test",
        )
        self.ledger._settle_claims([claim])
        purse.document(partner.id, full, share, self._last_day())

    def _spend(self):
        member, purse = self._any()
        self.reward.discount_mode = "per_point"  # costs any number of points
        points = self.random.randrange(1, 15000)
        order = self._draft_order(member.partner_id, reward=False)
        order.order_line.write(
            {
                "coupon_id": self.cards[member].id,
                "reward_id": self.reward.id,
                "points_cost": points / 100,
            }
        )
        possible = purse.spend(order.id, points)
        try:
            with self.env.cr.savepoint():
                order.write({"state": "sale"})
                self.env.flush_all()
            self.assertTrue(possible)
            self.orders[order] = purse
        except UserError:
            self.assertFalse(possible)

    def _cancel(self):
        if self.orders:
            order = self.random.choice(list(self.orders))
            purse = self.orders.pop(order)
            order.write({"state": "cancel"})
            days = self.program.giveback_days
            purse.cancel(order.id, self.today, self.today + timedelta(days=days))

    def _adjust(self):
        member, purse = self._any()
        points = self.random.randrange(-10000, 10000) or 1
        possible = purse.adjust(points, self._last_day())
        try:
            with self.env.cr.savepoint():
                member.sudo()._adjust_points(points / 100, "Test")
            self.assertTrue(possible)
        except UserError:
            self.assertFalse(possible)

    def _expire(self):
        while self.ledger._expire_batch(2):
            pass
        self.assertFalse(self.ledger._overdue_card_ids())

    def _pass_time(self):
        self.today += timedelta(days=self.random.randrange(1, 25))
        for _member, purse in self.members:
            purse.expire(self.today)

    def _suspend(self):
        member, purse = self._any()
        purse.state = "suspended" if purse.state == "active" else "active"
        member._store({"state": purse.state})

    def _leave(self):
        member, purse = self._any()
        member._store({"state": "left"})
        purse.leave()

    def _merge(self):
        """Two become one, and somebody new comes."""
        (one, kept), (two, gone) = self.random.sample(self.members, 2)
        two._merge_into(one)
        self.assertEqual(self._card_of(one), self.cards[one])
        kept.take_over(gone)
        self.members = [pair for pair in self.members if pair[0] != two] + [self._new_member()]
        for record in self.documents.values():
            if record[0][1] is gone:
                record[0] = [one, kept]
        self.orders = {o: kept if p is gone else p for o, p in self.orders.items()}

    def _replay(self):
        """What was done is told once more: nothing happens."""
        self.env["sale.order"].union(*self.orders)._settle_club_redemptions(
            self.env["loyalty.card"].union(*(member.card_ids for member, _p in self.members))
        )
        before = self.ledger.search_count([])
        for member, _purse in self.members:
            lead = self.customer_b
            first = member._post_points("referral", 0.0, origin=lead)
            self.assertFalse(first)
        self.assertEqual(self.ledger.search_count([]), before)
