from datetime import date

from odoo.tests import tagged

from .common import ClubCase


@tagged("post_install", "-at_install")
class TestTierMerge(ClubCase):
    """Two members who are one; persons who join a company (M1, C3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twin = cls._customer(cls.dealer_a, name="Test Twin", email="t@example.com")

    def _merge(self, target, *others):
        partners = target.browse().union(target, *others)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge(partners.ids, target, extra_checks=False)
        self.env.invalidate_all()

    def test_higher_tier_and_older_join_date(self):
        until = date(2027, 5, 5)
        other = self._member(self.twin, "G", join_date="2020-02-02", valid_until=until)
        number, former = self.member_a.number, other.number
        other.action_replace_card("Lost")
        newer = other.number
        self._merge(self.customer_a, self.twin)
        self.assertFalse(other.exists())
        member = self.customer_a.club_membership_id
        self.assertEqual((member, member.number), (self.member_a, number))
        self.assertEqual((member.tier_id.code, member.valid_until), ("G", until))
        self.assertEqual(member.join_date, date(2020, 2, 2))
        self.assertEqual(
            sorted(member.change_ids.mapped("kind")),
            ["enrolled", "enrolled", "merged", "replaced"],
        )
        self.assertEqual(member.change_ids.partner_id, self.customer_a)
        self.assertEqual(set(member.former_card_ids.mapped("number")), {former, newer})
        for card in (former, newer):
            self.assertEqual(member.find_by_number(card), member)

    def test_messages_files_and_to_dos_stay(self):
        other = self._member(self.twin)
        message = other.message_post(body="Hello", attachments=[("a.txt", b"a")])
        file = self.env["ir.attachment"].create(
            {"name": "b.txt", "res_model": other._name, "res_id": other.id, "raw": b"b"}
        )
        to_do = other.activity_schedule("mail.mail_activity_data_call")
        other.activity_schedule("crm_dealer_club.mail_activity_type_tier_notice")
        self._merge(self.customer_a, self.twin)
        self.assertIn(message, self.member_a.message_ids)
        self.assertEqual(self.member_a.activity_ids, to_do)
        for kept in (file, message.attachment_ids):
            self.assertEqual(kept.exists().res_id, self.member_a.id)

    def test_only_the_other_is_a_member(self):
        other = self._member(self.twin, "S")
        lone = self._customer(self.dealer_b, name="Lone")
        self._merge(lone, self.twin)
        self.assertEqual(lone.club_membership_id, other)
        self.assertEqual((other.dealer_id, other.tier_id.code), (self.dealer_b, "S"))
        self.assertEqual(other.change_ids.partner_id, lone)
        self.assertEqual(other.change_ids.dealer_id, self.dealer_b)

    def test_a_merge_does_not_lift_a_suspension(self):
        other = self._member(self.twin)
        other.action_suspend("Fraud")
        self._merge(self.customer_a, self.twin)
        self.assertEqual(self.member_a.state, "suspended")
        self.assertTrue(self.member_a.suspended_on)

    def test_who_left_does_not_bring_a_tier(self):
        self._member(self.twin, "D").action_leave("x")
        self._merge(self.customer_a, self.twin)
        self.assertEqual((self.member_a.tier_id.code, self.member_a.state), ("O", "active"))

    def test_into_a_contact_of_a_company(self):
        company = self._customer(self.dealer_a, name="Firm", is_company=True)
        contact = self._customer(self.dealer_a, name="Contact", parent_id=company.id)
        kept = self._member(company)
        other = self._member(self.twin, "G")
        self._merge(contact, self.twin)
        self.assertFalse(other.exists())
        self.assertEqual(company.club_membership_id, kept)
        self.assertEqual(kept.tier_id.code, "G")

    def test_person_joins_a_company(self):
        member = self._member(self.twin, "S")
        company = self._customer(self.dealer_a, name="Firm", is_company=True)
        self._as("sales_a", self.twin).parent_id = company
        self.assertEqual(member.partner_id, company)
        self.assertEqual(self.twin.club_membership_id, member)
        self.assertEqual(member.change_ids.sorted("id")[-1].kind, "moved")

    def test_person_joins_a_company_that_is_a_member(self):
        other = self._member(self.twin, "S")
        company = self._customer(self.dealer_a, name="Firm", is_company=True)
        kept = self._member(company)
        self.twin.parent_id = company
        self.assertFalse(other.exists())
        self.assertEqual((kept.tier_id.code, self.twin.club_tier_id.code), ("S", "S"))

    def test_customer_moves_to_another_dealer(self):
        self.member_a.action_replace_card("Lost")
        self.customer_a.dealer_id = self.dealer_b
        self.assertEqual(self.member_a.dealer_id, self.dealer_b)
        self.assertEqual(self.member_a.change_ids.dealer_id, self.dealer_b)
        self.assertEqual(self.member_a.former_card_ids.dealer_id, self.dealer_b)
        seen = self._as("sales_a", self.env["crm.club.membership"])
        self.assertFalse(seen.search([("id", "=", self.member_a.id)]))
