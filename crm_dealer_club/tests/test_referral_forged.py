from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_referral import ReferralCase


@tagged("post_install", "-at_install")
class TestReferralForged(ReferralCase):
    """A reward cannot be talked into being."""

    def _note(self, context=None, **vals):
        env = self._as("sales_a", self.customer_a).env
        env = env(context={**env.context, **(context or {})})
        return env["crm.club.referral"].create(
            {
                "recommender_id": self.customer_a.id,
                "person_name": "Zhang Wei",
                "phone": self.PHONE,
                **vals,
            }
        )

    def test_defaults_of_the_context(self):
        forged = {
            "rewarded_on": "2024-01-01", "reward_amount": 9999.0, "reward_points": 5,
            "consent": True, "refusal": "late",
            "delivered_on": "2024-01-01", "contacted_on": "2024-01-01",
        }  # fmt: skip
        forged = {f"default_{name}": value for name, value in forged.items()}
        referral = self._note(forged).sudo()
        self.assertEqual((referral.state, referral.membership_id), ("new", self.member_a))
        self.assertFalse(referral.reward_amount or referral.reward_points)
        self.assertFalse(referral.rewarded_on or referral.delivered_on or referral.contacted_on)
        self.assertFalse(referral.consent or referral.refusal)
        with self.assertRaises(AccessError):
            self._note({"default_membership_id": self.member_b.id})

    def test_defaults_of_the_context_by_a_card(self):
        lead = self._lead(None, dealer_id=self.dealer_a.id, contact_name="Zhang", phone=self.PHONE)
        lead = self._as("sales_a", lead).with_context(
            default_rewarded_on="2024-01-01", default_reward_amount=9999.0
        )
        lead.referred_by_id = self.customer_a.id
        referral = lead.sudo().club_referral_ids
        self.assertEqual((referral.state, referral.reward_amount), ("new", 0))

    def test_a_recommender_is_needed(self):
        env = self._as("sales_a", self.customer_a).env
        with self.assertRaises(UserError):
            env["crm.club.referral"].create({"person_name": "Somebody"})

    def test_the_recommender_of_the_context(self):
        env = self._as("sales_a", self.customer_a).env
        env = env(context={**env.context, "default_recommender_id": self.customer_a.id})
        referral = env["crm.club.referral"].create({"person_name": "Li", "phone": self.PHONE})
        self.assertEqual(referral.sudo().membership_id, self.member_a)

    def test_a_foreign_recommender(self):
        env = self._as("sales_a", self.customer_a).env
        for context in ({}, {"default_recommender_id": self.customer_b.id}):
            vals = {"person_name": "Li", "phone": self.PHONE}
            if not context:
                vals["recommender_id"] = self.customer_b.id
            with self.subTest(context), self.assertRaises(AccessError):
                env(context={**env.context, **context})["crm.club.referral"].create(vals)
        with self.assertRaises(AccessError):
            self._note(dealer_id=self.dealer_b.id)
        with self.assertRaises(AccessError):
            env["crm.lead"].create(
                {"name": "Card", "type": "opportunity", "referred_by_id": self.customer_b.id}
            )
        with self.assertRaises(AccessError):
            self._as("sales_a", self.customer_a).referred_by_id = self.customer_b.id

    def test_the_day_is_not_moved(self):
        today = self.env["crm.club.referral"]._today()
        for days in (-400, -30, 1, 30):
            with self.subTest(days), self.assertRaises(AccessError):
                self._note(date=today + timedelta(days))
            with self.subTest(days), self.assertRaises(AccessError):
                self._note({"default_date": str(today + timedelta(days))})

    def test_the_owner_has_the_recommenders_phone(self):
        """The number was another when the person was recommended."""
        for name, value in (("phone", "138 0000 1111"), ("email", "A@example.com")):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                referral = self._refer()
                twin = self._customer(self.dealer_a, name="Twin", **{name: value})
                referral.lead_id.partner_id = twin
                self._deliver(referral)
                self.assertEqual(referral.state, "refused")
                self.assertEqual(referral.refusal, "self")
                self.assertFalse(referral.reward_points)
                savepoint.rollback()

    def test_merged_cards_name_the_recommender(self):
        referral = self._refer()
        card = referral.lead_id
        other = self._lead(None, dealer_id=self.dealer_a.id, probability=90)
        card.probability = 1
        self.assertEqual((other | card)._merge_opportunity(auto_unlink=False), other)
        kept = referral.lead_id
        self.assertEqual(kept, other)
        self.assertEqual(kept.referred_by_id, self.customer_a)
        self.assertEqual(kept.club_referral_ids, referral)

    def test_merged_cards_of_two_recommenders(self):
        """The earlier one counts; the other is not left open without a card."""
        first = self._refer()
        other = self._member(self._customer(self.dealer_a, name="Other"))
        second = self._refer(other, name="Zhang's Wife", phone="+86 139 8765 4321")
        second.date = first.date - timedelta(1)
        (first.lead_id | second.lead_id)._merge_opportunity()
        self.env.flush_all()
        (first | second).invalidate_recordset()
        self.assertTrue(second.lead_id)
        self.assertEqual(second.state, "new")
        self.assertEqual(second.lead_id.referred_by_id, other.partner_id)
        self.assertEqual(first.refusal, "recommended")
        self.assertEqual(first.state, "refused")

    def test_merged_customers_keep_both_rewards(self):
        rewarded = self.env["crm.club.referral"]
        for number, vin in enumerate((self.VIN, self.OTHER_VIN)):
            referral = self._refer(phone=f"+86 139 1234 000{number}")
            self._deliver(referral, vin)
            rewarded |= referral
        self.assertEqual(set(rewarded.mapped("state")), {"rewarded"})
        one, other = (referral.recommended_id for referral in rewarded)
        self.assertNotEqual(one, other)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((one | other).ids, one, extra_checks=False)
        self.env.invalidate_all()
        self.assertEqual(len(rewarded.exists()), 2)
        self.assertEqual(rewarded[0].recommended_id, one)
