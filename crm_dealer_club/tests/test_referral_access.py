from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common_referral import ReferralCase


@tagged("post_install", "-at_install")
class TestReferralAccess(ReferralCase):
    """Who sees and writes referrals: denials first."""

    def test_another_dealers_referral_is_out_of_sight(self):
        referral = self._refer()
        with self.assertRaises(AccessError):
            self._as("clerk", referral).read(["person_name"])
        for login in ("sales_b", "greedy_b", "homeless"):
            with self.subTest(login):
                self.assertFalse(self._as(login)["crm.club.referral"].search([]) & referral)
                with self.assertRaises(AccessError):
                    self._as(login, referral).read(["person_name"])
                with self.assertRaises(AccessError):
                    self._as(login, referral).action_contacted()

    def test_read_only_roles(self):
        referral = self._refer()
        for login in ("auditor", "agent"):
            with self.subTest(login):
                self.assertTrue(self._as(login, referral).read(["person_name"]))
                with self.assertRaises(AccessError):
                    self._as(login, referral).action_contacted()
                with self.assertRaises(AccessError):
                    self._as(login)["crm.club.referral"].create(
                        {"recommender_id": self.customer_a.id, "person_name": "X"}
                    )

    def test_nobody_writes_what_the_steps_write(self):
        referral = self._refer()
        for login in ("sales_a", "manager_a", "oem"):
            mine = self._as(login, referral)
            for vals in (
                {"rewarded_on": "2026-01-01"},
                {"reward_points": 9999},
                {"refusal": False},
                {"recommender_id": self.customer_b.id},
                {"lead_id": False},
                {"date": "2020-01-01"},
                {"state": "rewarded"},
            ):
                with self.subTest(login=login, vals=vals), self.assertRaises(AccessError):
                    mine.write(vals)
            self.assertEqual(referral.state, "new")
        with self.assertRaises(AccessError):
            self._as("sales_a")["crm.club.referral"].create(
                {"recommender_id": self.customer_a.id, "person_name": "X",
                 "rewarded_on": "2026-01-01"}
            )  # fmt: skip

    def test_only_managers_withdraw(self):
        referral = self._refer()
        with self.assertRaises(AccessError):
            self._as("sales_a", referral).action_withdraw()
        with self.assertRaises(AccessError):
            self._as("greedy_b", referral).action_withdraw()
        self._as("manager_a", referral).action_withdraw()
        self.assertEqual((referral.state, referral.refusal), ("refused", "withdrawn"))

    def test_staff_do_not_name_customers_of_others(self):
        env = self._as("sales_a")
        with self.assertRaises(AccessError):
            env["crm.club.referral"].create(
                {"recommender_id": self.customer_b.id, "person_name": "X"}
            )
        lead = self._lead(None, dealer_id=self.dealer_a.id)
        with self.assertRaises(AccessError):
            self._as("sales_a", lead).referred_by_id = self.customer_b.id

    def test_a_recommender_of_another_dealer_stays_unnamed(self):
        referral = self._refer()
        referral.lead_id.dealer_id = self.dealer_b
        referral.sudo().dealer_id = self.dealer_b
        self.env.invalidate_all()
        [seen] = self._as("sales_b", referral).read(["recommender_id", "person_name"])
        self.assertEqual(seen["recommender_id"][1], "Customer of another dealer")
        [card] = self._as("sales_b", referral.lead_id).read(["referred_by_id"])
        self.assertEqual(card["referred_by_id"][1], "Customer of another dealer")

    def test_only_managers_change_a_recommender(self):
        other = self._customer(self.dealer_a, name="Other")
        partner = self._customer(self.dealer_a, name="New")
        lead = self._refer().lead_id
        mine = self._as("sales_a", partner)
        mine.referred_by_id = self.customer_a.id
        for record in (mine, self._as("sales_a", lead)):
            for value in (other.id, False):
                with self.subTest(record=record, value=value), self.assertRaises(AccessError):
                    record.referred_by_id = value
        self._as("manager_a", partner).referred_by_id = other.id
        self._as("manager_a", lead).referred_by_id = other.id
        self.assertEqual(lead.club_referral_ids.recommender_id, other)

    def test_staff_note_a_referral(self):
        form = Form(self._as("sales_a")["crm.club.referral"])
        form.recommender_id = self._as("sales_a", self.customer_a)
        form.person_name = "Li Na"
        form.phone = "139 8765 4321"
        referral = form.save()
        card = self.env["crm.lead"].browse(referral.lead_id.id)
        self.assertEqual(card.dealer_id, self.dealer_a)
        self.assertEqual(card.referred_by_id, self.customer_a)
        self.assertEqual(referral.state, "new")
        with self.assertRaisesRegex(UserError, "already"):
            self._as("sales_a")["crm.club.referral"].create(
                {"recommender_id": self.customer_a.id, "person_name": "Li Na",
                 "phone": "+86 139 8765 4321"}
            )  # fmt: skip

    def test_users_without_a_role_notice_nothing(self):
        env = self._as("clerk")
        lead = env["crm.lead"].create({"name": "Test", "type": "opportunity"})
        lead.invalidate_recordset()
        self.assertTrue(lead.read())
        self.assertTrue(lead.partner_id.create({"name": "X"}).read())
