from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_referral import ReferralCase


@tagged("post_install", "-at_install")
class TestReferralPortal(ReferralCase):
    """A member recommends without any right of its own (M9, M10)."""

    def test_what_the_member_can_put_right(self):
        refer = self.env["crm.club.referral"]._refer
        before = self.env["crm.club.referral"].search_count([])
        with self.assertRaisesRegex(UserError, "agreed"):
            refer(self.member_a, "Zhang Wei", self.PHONE)
        for phone in ("", "12", None, "call me"):
            with self.subTest(phone), self.assertRaisesRegex(UserError, "phone number"):
                refer(self.member_a, "Zhang Wei", phone, consent=True)
        with self.assertRaisesRegex(UserError, "name"):
            refer(self.member_a, "  ", self.PHONE, consent=True)
        self.member_a._store({"state": "suspended"})
        with self.assertRaisesRegex(UserError, "not active"):
            refer(self.member_a, "Zhang Wei", self.PHONE, consent=True)
        self.assertEqual(self.env["crm.club.referral"].search_count([]), before)

    def test_a_card_for_the_members_dealer(self):
        referral = self._refer(model=self.car)
        card = referral.lead_id
        self.assertEqual(card.dealer_id, self.dealer_a)
        self.assertEqual(card.vehicle_model_id, self.car)
        self.assertEqual((card.visit_reason, card.type), ("recommended", "opportunity"))
        self.assertEqual(card.referred_by_id, self.customer_a)
        self.assertEqual((referral.source, referral.consent), ("portal", True))
        self.assertTrue(referral.consent_date)
        seen = self._as("sales_a")["crm.lead"].search([("id", "=", card.id)])
        self.assertTrue(seen)

    def test_the_answer_does_not_tell_who_is_known(self):
        refer = self.env["crm.club.referral"]._refer
        owner = self._customer(self.dealer_b, name="Owner", phone="+86 136 1111 2222")
        self._vehicle(owner).sudo().ownership_ids.date_from = "2024-01-01"
        cards = self.env["crm.lead"].search_count([])
        known = refer(self.member_a, "Zhang Wei", "136 1111 2222", consent=True)
        self.assertEqual(self.env["crm.lead"].search_count([]), cards)
        unknown = refer(self.member_a, "Zhang Wei", self.PHONE, consent=True)
        own = refer(self.member_a, "Zhang Wei", "138 0000 1111", consent=True)
        again = refer(self.member_a, "Zhang Wei", self.PHONE, consent=True)
        self.assertEqual({known, own, again}, {unknown})
        self.assertEqual(self.env["crm.lead"].search_count([]), cards + 1)
        kept = self.env["crm.club.referral"].search(
            [("recommender_id", "=", self.customer_a.id)], order="id"
        )
        self.assertEqual(kept.mapped("refusal"), ["customer", False, "self", "recommended"])

    def test_links(self):
        referrals = self.env["crm.club.referral"]
        token = referrals._token(self.member_a)
        self.assertEqual(referrals._from_token(token), self.member_a)
        other = referrals._token(self.member_b)
        forged = f"{self.member_b.id}-{token.partition('-')[2]}"
        self.assertNotEqual(token, other)
        for bad in (forged, token[:-1], token + "0", "", None, "x", "-", "²-a", f"{10**12}-a",
                    str(self.member_a.id), f"{self.member_a.id}-é", {"a": 1}):  # fmt: skip
            with self.subTest(bad):
                self.assertFalse(referrals._from_token(bad))
        self.member_a._store({"state": "left"})
        self.assertFalse(referrals._from_token(token))
