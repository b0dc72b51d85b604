"""Points of activities and recommendations: whose program, which card, and for how long."""

from datetime import timedelta

from odoo.tests import tagged

from .common_activity import make_activity
from .common_points import PointsCase
from .common_referral import ReferralCase


@tagged("post_install", "-at_install")
class TestPointsCompany(PointsCase, ReferralCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Test Company"})
        cls.own = cls.program.copy({"is_club": True, "company_id": cls.other.id})
        cls.card_own = cls.member_a._cards_of(cls.own)[cls.member_a]
        cls.tiers["O"].write({"referral_points": 800, "referral_amount": 0})
        cls.credit = cls.env["event.registration"]._club_credit_attendance

    def _attended(self, **vals):
        activity = make_activity(self.dealer_a, **{"club_points": 50, **vals})
        seat = activity._club_register(self.member_a)
        seat.action_set_done()
        begin = activity.date_begin - timedelta(20)
        activity.write({"date_begin": begin, "date_end": begin + timedelta(hours=1)})
        return seat

    def _points(self):
        self.env.flush_all()
        (self.card_a | self.card_own).invalidate_recordset()
        return self.card_a.points, self.card_own.points

    def _without_program(self):
        """The company the jobs run in has no program of points."""
        self.program.active = False

    # -- Whose program -------------------------------------------------------------------------

    def test_attendance_is_of_the_activitys_company(self):
        seat = self._attended(company_id=self.other.id)
        self._without_program()
        self.assertEqual(self.credit(), seat)
        self.assertEqual((seat.club_points, self._points()), (50, (0, 50)))

    def test_attendance_waits_for_a_program(self):
        seats = self._attended() | self._attended(company_id=False)
        self._without_program()
        self.assertFalse(self.credit())
        self.assertFalse(any(seats.mapped("club_points")))
        self.program.active = True
        self.assertEqual(self.credit(), seats)
        self.assertEqual(self._points(), (100, 0))

    def test_fee_is_of_the_activitys_company(self):
        self._give(self.member_a, 100)
        self.member_a._post_points("bonus", 100, company=self.other)
        activity = make_activity(self.dealer_a, club_fee_points=30, company_id=self.other.id)
        activity._club_register(self.member_a)
        self.assertEqual(self._points(), (100, 70))
        activity._club_cancel(self.member_a)
        self.assertEqual(self._points(), (100, 100))
        activity._club_register(self.member_a)
        activity.company_id = self.env.company
        activity._club_cancel(self.member_a)
        self.assertEqual(self._points(), (100, 100), "on the card that was used")

    def test_without_a_program_there_is_no_fee(self):
        activity = make_activity(self.dealer_a, club_fee_points=30)
        self._without_program()
        seat = activity._club_register(self.member_a)
        self.assertFalse(seat.club_fee_points)
        self.program.active = True
        activity._club_cancel(self.member_a)
        self.assertEqual(self._points(), (0, 0))

    def test_recommendation_is_of_the_leads_company(self):
        referral = self._refer()
        lead, seller = referral.lead_id, self.users["sales_a"]
        seller.company_ids |= self.other
        lead.user_id = seller
        lead.company_id = self.other
        lead.action_set_won()
        self._delivered(lead, "sales_a", self.VIN)
        self.assertEqual(lead.company_id, self.other)
        self.assertEqual((referral.reward_points, self._points()), (800, (0, 800)))
        referral.lead_id.company_id = False
        referral.sudo()._take_back()
        self.assertEqual(self._points(), (0, 0))
        self.assertFalse(self.card_a.points_owed)

    def test_no_reward_without_a_program(self):
        referral = self._refer()
        self._without_program()
        self._deliver(referral)
        self.assertFalse(referral.rewarded_on or referral.reward_points)
        self.assertIn("no program of points", str(referral.message_ids.mapped("body")))

    def test_money_without_a_program(self):
        self.tiers["O"].referral_amount = 50
        referral = self._refer()
        self._without_program()
        self._deliver(referral)
        self.assertTrue(referral.rewarded_on)
        self.assertEqual((referral.reward_points, referral.reward_amount), (0, 50))

    # -- For how long --------------------------------------------------------------------------

    def test_registering_and_cancelling_renews_nothing(self):
        today = self.member_a._today()
        old = self._give(self.member_a, 100)
        self._backdate(old, today + timedelta(5))
        new = self._give(self.member_a, 100)
        activity = make_activity(self.dealer_a, club_fee_points=150)
        for _round in range(2):
            seat = activity._club_register(self.member_a)
            self.env.invalidate_all()
            self.assertEqual((old.remaining, new.remaining), (0, 50))
            activity._club_cancel(self.member_a)
            self.env.invalidate_all()
            self.assertEqual((old.remaining, new.remaining), (100, 100))
        entries = self.ledger.search([("card_id", "=", self.card_a.id), ("remaining", ">", 0)])
        self.assertEqual(entries, old | new)
        fees = entries.search([("card_id", "=", self.card_a.id), ("kind", "=", "adjustment")])
        self.assertEqual(set(fees.mapped("origin_id")), set(seat.event_id.registration_ids.ids))

    def test_what_lapsed_meanwhile_comes_back_for_some_days(self):
        today = self.member_a._today()
        old = self._give(self.member_a, 100)
        activity = make_activity(self.dealer_a, club_fee_points=100)
        seat = activity._club_register(self.member_a)
        self._backdate(old, today - timedelta(1))
        seat.action_cancel()
        [back] = self.ledger.search([("card_id", "=", self.card_a.id), ("remaining", ">", 0)])
        days = timedelta(days=self.program.giveback_days)
        self.assertEqual((back.remaining, back.expires_on), (100, today + days))
        seat._club_give_fee_back()
        self.assertEqual(self._points(), (100, 0))

    def test_fee_that_the_ledger_knows_nothing_of(self):
        """Paid before the ledger named the registration."""
        self._give(self.member_a, 100)
        seat = make_activity(self.dealer_a)._club_register(self.member_a)
        seat.sudo().club_fee_points = 30
        seat.action_cancel()
        self.assertEqual(self._points(), (130, 0))
