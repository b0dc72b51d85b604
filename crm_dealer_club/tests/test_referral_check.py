from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common_referral import ReferralCase


@tagged("post_install", "-at_install")
class TestReferralCheck(ReferralCase):
    """Which recommendations do not count (M9)."""

    def _card(self, recommender=None, **vals):
        """A card with a recommender, as staff make it."""
        return self._as("sales_a")["crm.lead"].create(
            {
                "name": "Test",
                "type": "opportunity",
                "contact_name": "Zhang Wei",
                "phone": self.PHONE,
                "dealer_id": self.dealer_a.id,
                "referred_by_id": (recommender or self.customer_a).id,
                **vals,
            }
        )

    def _refused(self, words, *args, **vals):
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            self._card(*args, **vals)

    def test_oneself(self):
        self._refused("oneself", phone="138 0000 1111")
        self._refused("oneself", phone=False, email_from="A <A@Example.com>")
        self._refused("oneself", partner_id=self.customer_a.id)

    def test_contacts_of_one_company(self):
        company = self._customer(self.dealer_a, name="Company", is_company=True)
        contact = self._customer(
            self.dealer_a, name="Driver", parent_id=company.id, phone="+86 137 2222 3333"
        )
        self._refused("one company", company, phone="137 2222 3333")
        self._refused("oneself|one company", contact, partner_id=company.id)
        card = self._card(contact)
        self.assertEqual(card.club_referral_ids.recommender_id.id, company.id)

    def test_customers_and_prospects(self):
        owner = self._customer(self.dealer_b, name="Owner", phone="+86 136 1111 2222")
        vehicle = self._vehicle(owner)
        vehicle.sudo().ownership_ids.date_from = "2024-01-01"
        self._refused("customer already", phone="136 1111 2222")
        buyer = self._customer(self.dealer_a, name="Buyer", email="buyer@example.com")
        self._order(buyer)
        self._refused("customer already", phone=False, email_from="buyer@example.com")

        self._lead(None, phone="+86 135 1111 2222", dealer_id=self.dealer_b.id)
        self._refused("open prospect card", phone="135 1111 2222")

    def test_the_first_who_recommends(self):
        self._card()
        other = self._customer(self.dealer_a, name="Other")
        self._refused("already", other)

    def test_a_known_contact_without_business_counts(self):
        known = self._customer(self.dealer_a, name="Known", phone=self.PHONE)
        card = self._card(partner_id=known.id)
        self.assertEqual(card.club_referral_ids.state, "new")

    def test_circles_of_any_length(self):
        people = [self._customer(self.dealer_a, name=f"P{i}") for i in range(5)]
        for one, other in zip(people, people[1:], strict=False):
            other.referred_by_id = one
        for link in people:
            with self.subTest(link.name), self.assertRaises(ValidationError):
                with self.env.cr.savepoint():
                    people[0].referred_by_id = link
        outsider = self._customer(self.dealer_a, name="Outsider")
        people[0].referred_by_id = outsider
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            outsider.referred_by_id = people[4]
        self._refused("circle", people[4], partner_id=people[0].id)
        self._card(people[4])

    def test_contacts_count_as_their_company(self):
        company = self._customer(self.dealer_a, name="Company", is_company=True)
        contact = self._customer(self.dealer_a, name="Driver", parent_id=company.id)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            company.referred_by_id = contact
        self.customer_a.referred_by_id = contact
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            company.referred_by_id = self.customer_a

    def test_a_merge_leaves_no_circle(self):
        one = self._customer(self.dealer_a, name="One", email="one@example.com")
        middle = self._customer(self.dealer_a, name="Middle", referred_by_id=one.id)
        twin = self._customer(
            self.dealer_a, name="One", email="one@example.com", referred_by_id=middle.id
        )
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((one | twin).ids, one)
        self.assertFalse(one.referred_by_id)
        self.assertEqual(middle.referred_by_id, one)

    def test_states_follow_the_card(self):
        card = self._card()
        referral = card.club_referral_ids.sudo()
        self.assertEqual(referral.state, "new")
        self.env["crm.contact.log"].create(
            {"lead_id": card.id, "summary": "Called", "date": fields.Datetime.now()}
        )
        self.assertEqual(referral.state, "contacted")
        lead = card.sudo()
        reason = self.env["crm.lost.reason"].create({"name": "Test"})
        lead.action_set_lost(lost_reason_id=reason.id)
        self.assertEqual(referral.state, "lost")
        lead.action_restore() if hasattr(lead, "action_restore") else lead.action_unarchive()
        self.assertEqual(referral.state, "contacted")
        lead.action_set_won()
        self.assertEqual(referral.state, "won")

    def test_a_moved_card_is_in_contact(self):
        card = self._card()
        stages = self.env["crm.stage"].search([("is_won", "=", False)])
        card.stage_id = (stages - card.stage_id)[:1]
        self.assertEqual(card.sudo().club_referral_ids.state, "contacted")

    def test_merged_cards_keep_one_referral(self):
        first, second = self._card(), self._lead(None, dealer_id=self.dealer_a.id)
        referral = first.sudo().club_referral_ids
        (second | first.sudo())._merge_opportunity(auto_unlink=False)
        self.assertTrue(referral.exists().lead_id)
