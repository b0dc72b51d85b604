"""A night's expiry of random points against plain Python that shares no line with it (M3)."""

from datetime import timedelta
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import tagged
from odoo.tools import SQL

from ..models.points import crm_club_point_expiry
from .common_points import PointsCase

# Last day counted from today or none, points in hundredths, and how much of a hundred is used.
LOT = st.tuples(
    st.one_of(st.none(), st.integers(-3, 2)),
    st.integers(1, 5_000_000),
    st.sampled_from((0, 0, 33, 50, 100)),
)
CARDS = st.lists(st.lists(LOT, max_size=5), min_size=4, max_size=4)

ENTRY = """
INSERT INTO crm_club_point_entry (card_id, membership_id, program_id, company_id, partner_id,
       date, kind, flow, points, remaining, owed, expires_on, key)
SELECT id, club_membership_id, program_id, company_id, partner_id, now(), %(kind)s, 'adjusted',
       %(points)s / 100.0, %(left)s / 100.0, 0, %(day)s, 'oracle' || %(number)s::int
  FROM loyalty_card WHERE id = %(card)s
RETURNING id"""
USE = "INSERT INTO crm_club_point_use (entry_id, credit_id, points) VALUES (%s, %s, %s / 100.0)"


@tagged("post_install", "-at_install")
class TestPointsExpiryOracle(PointsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.execute(
            SQL("UPDATE crm_club_point_entry SET expires_on = '2099-12-31' WHERE remaining > 0")
        )
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.customer_b.lang = "zh_CN"
        cls.today = cls.member_a._today()
        company = cls.env["res.company"].create({"name": "Test Company"})
        own = cls.program.copy({"is_club": True, "company_id": company.id})
        both = cls.member_a | cls.member_b
        cls.cards = cls.card_a | cls.card_b | both._cards_of(own)[cls.member_a]
        cls.cards |= both._cards_of(own)[cls.member_b]

    @settings(max_examples=60, deadline=None)
    @given(CARDS, st.integers(1, 4))
    def test_expires_what_the_oracle_says(self, cards, batch):
        with self.env.cr.savepoint() as savepoint:
            self.number = 0
            lots = {
                card: [self._lot(card, *lot) for lot in lots]
                for card, lots in zip(self.cards, cards, strict=True)
            }
            self._night(batch)
            self._compare(lots)
            before = self.ledger.search_count([])
            self._night(batch)
            self.assertEqual(self.ledger.search_count([]), before, "each once")
            savepoint.rollback()

    def _lot(self, card, days, points, used):
        """Points of a card, some of them used; return ``(id, last day, what is left)``."""
        day = None if days is None else self.today + timedelta(days=days)
        gone = points * used // 100
        credit = self._entry(card, "bonus", points, points - gone, day)
        if gone:
            debit = self._entry(card, "redemption", -gone, 0, None)
            self.env.cr.execute(SQL(USE, debit, credit, gone))
        self.env.cr.execute(
            SQL(
                "UPDATE loyalty_card SET points = round((points + %s)::numeric, 2) WHERE id = %s",
                (points - gone) / 100,
                card.id,
            )
        )
        return credit, day, points - gone

    def _entry(self, card, kind, points, left, day):
        self.number += 1
        values = {"kind": kind, "points": points, "left": left, "day": day}
        [[number]] = self.env.execute_query(
            SQL(ENTRY, card=card.id, number=self.number, **values)
        )
        return number

    def _night(self, batch):
        """The job; it says of each card that it looked at it, and commits nothing here."""
        told = []

        def progress(_cron, processed=0, remaining=None):
            told.append((processed, remaining))
            return 10

        with (
            patch.object(self.registry["ir.cron"], "_commit_progress", progress),
            patch.object(crm_club_point_expiry, "_BATCH", batch),
        ):
            self.ledger._cron_expire()
        self.assertEqual(sum(done for done, _left in told), told[0][1])

    def _compare(self, lots):
        self.env.invalidate_all()
        for card, found in lots.items():
            past = sorted(
                (day, number, left) for number, day, left in found if day and day < self.today
            )
            past = [(number, left) for _day, number, left in past if left]
            booked = self.ledger.search(
                [("card_id", "=", card.id), ("kind", "=", "expiry")], order="id"
            )
            self.assertEqual([self._told(entry) for entry in booked], past)
            for number, day, left in found:
                lapsed = day and day < self.today
                self.assertEqual(
                    round(self.ledger.browse(number).remaining * 100), 0 if lapsed else left
                )
            rest = sum(left for _n, day, left in found if not day or day >= self.today)
            self.assertEqual(card.points, rest / 100)
            for entry in booked:
                self._check_entry(entry, card)
        self._check_books(self.cards)

    def _told(self, entry):
        """From which credit an entry took how many hundredths."""
        [use] = entry.use_ids
        self.assertEqual(use.points, -entry.points)
        return use.credit_id.id, round(use.points * 100)

    def _check_entry(self, entry, card):
        """All that an entry says besides its points."""
        words = {"zh_CN": "积分已过有效期。", "en_US": "Points past their last day."}
        expected = {
            "membership_id": card.club_membership_id,
            "program_id": card.program_id,
            "company_id": card.company_id,
            "partner_id": card.partner_id,
            "dealer_id": card.dealer_id,
            "source_dealer_id": self.env["crm.dealer"],
            "user_id": self.env.user,
            "create_uid": self.env.user,
            "flow": "expired",
            "key": f"expiry:{entry.use_ids.credit_id.id}",
            "description": words[card.partner_id.lang],
            "origin_model": False,
            "origin_id": 0,
            "expires_on": False,
            **dict.fromkeys(("remaining", "owed", "lapsed", "gross_points", "base_amount"), 0),
        }
        self.assertEqual({name: entry[name] for name in expected}, expected)
