from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_referral import ReferralCase


@tagged("post_install", "-at_install")
class TestReferralReward(ReferralCase):
    """The reward on delivery (M9)."""

    def _older(self, referral, days):
        referral.sudo().date = self._today() - timedelta(days)

    def _today(self):
        return self.env["crm.club.referral"]._today()

    def test_rewarded_on_delivery(self):
        referral = self._refer()
        self.assertEqual(referral.lead_id.dealer_id, self.dealer_a)
        referral.lead_id.action_set_won()
        self.assertFalse(referral.rewarded_on)
        vehicle = self._deliver(referral)
        self.assertEqual(referral.state, "rewarded")
        self.assertEqual((referral.reward_points, referral.reward_amount), (800, 50.0))
        self.assertEqual(referral.vehicle_id, vehicle)
        self.assertEqual(referral.recommended_id, vehicle.partner_id)
        self.assertEqual(vehicle.partner_id.referred_by_id, self.customer_a)
        with self.assertRaisesRegex(UserError, "Undo the delivery"):
            self._as("manager_a", referral.lead_id).referred_by_id = False
        with self.assertRaisesRegex(UserError, "Undo the delivery"):
            self._as("manager_a", referral).action_withdraw()
        with self.assertRaisesRegex(UserError, "archive it"):
            self._as("oem", referral).unlink()

    def test_the_tier_decides(self):
        self.tiers["G"].write({"referral_points": 2000, "referral_amount": 0})
        referral = self._refer()
        self.member_a._store({"tier_id": self.tiers["G"].id})
        self._deliver(referral)
        self.assertEqual(referral.reward_points, 2000)

    def test_taken_back_and_given_again(self):
        referral = self._refer()
        vehicle = self._deliver(referral)
        owner = vehicle.partner_id
        self._as("manager_a", referral.lead_id)._undo_delivery("Wrong vehicle")
        self.assertEqual(referral.state, "won")
        self.assertFalse(referral.reward_points or referral.vehicle_id or owner.referred_by_id)
        self._deliver(referral, vin=self.OTHER_VIN)
        self.assertEqual((referral.state, referral.reward_points), ("rewarded", 800))

    def test_statement_is_in_the_recommenders_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.customer_a.lang = "zh_CN"
        referral = self._refer()
        self._deliver(referral)
        self._as("manager_a", referral.lead_id)._undo_delivery("Wrong vehicle")
        told = {entry.description.partition("：")[0] for entry in self.member_a.point_entry_ids}
        self.assertLessEqual({"转介绍", "撤销交车"}, told)

    def test_too_late(self):
        # One day for the company and its staff, at any hour.
        self.env.company.partner_id.tz = "Asia/Shanghai"
        self.env.company.club_referral_days = 30
        late, punctual = self._refer(), self._refer(name="Li Na", phone="+86 139 8765 4321")
        self._older(late, 31)
        self._older(punctual, 30)
        self._deliver(late)
        self._deliver(punctual, vin=self.OTHER_VIN)
        self.assertEqual((late.state, late.refusal), ("refused", "late"))
        self.assertEqual(punctual.state, "rewarded")
        self._as("manager_a", late.lead_id)._undo_delivery("Test")
        self.assertEqual(late.state, "won")

    def test_delivered_to_the_recommender(self):
        referral = self._refer()
        self._deliver(referral, partner_id=self.customer_a.id)
        self.assertEqual((referral.state, referral.refusal), ("refused", "self"))
        self.assertFalse(self.customer_a.referred_by_id)

    def test_delivered_to_an_owner(self):
        owner = self._customer(self.dealer_a, name="Owner")
        self._vehicle(owner).sudo().ownership_ids.date_from = "2024-01-01"
        referral = self._refer()
        self._deliver(referral, partner_id=owner.id)
        self.assertEqual(referral.refusal, "customer")

    def test_one_reward_a_person(self):
        first = self._refer()
        vehicle = self._deliver(first)
        lead = self._lead(None, dealer_id=self.dealer_a.id, phone="+86 131 1111 1111")
        lead.referred_by_id = self._customer(self.dealer_a, name="Other")
        second = lead.club_referral_ids
        self._deliver(second, vin=self.OTHER_VIN, partner_id=vehicle.partner_id.id)
        self.assertEqual((second.state, second.refusal), ("refused", "rewarded"))
        with (
            self.assertRaises(UniqueViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            second.sudo().write({"refusal": False, "rewarded_on": "2026-01-01"})
            self.env.flush_all()

    def test_who_is_no_member_gets_none(self):
        referral = self._refer()
        self.member_a._store({"state": "left"})
        self._deliver(referral)
        self.assertEqual(referral.state, "delivered")
        self.assertFalse(referral.reward_points)

    def test_a_withdrawn_referral_is_not_rewarded(self):
        referral = self._refer()
        self._as("manager_a", referral).action_withdraw()
        self._deliver(referral)
        self.assertEqual((referral.state, referral.reward_points), ("refused", 0))

    def test_cards_without_a_recommender_are_delivered_as_before(self):
        vehicle = self._delivered(self._won())
        self.assertFalse(vehicle.partner_id.referred_by_id)
