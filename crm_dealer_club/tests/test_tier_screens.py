from datetime import timedelta

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common import ClubCase


@tagged("post_install", "-at_install")
class TestTierScreens(ClubCase):
    """Fields, searches and dialogs that people meet (M1)."""

    # -- Customers

    def test_tier_of_customers_filters_and_groups(self):
        company = self._customer(self.dealer_a, is_company=True, name="Firm")
        contact = self._customer(self.dealer_a, parent_id=company.id, name="Contact")
        self._member(company, "G")
        self._member(self.customer_a, "D").action_suspend("x")
        gold, partners = self.tiers["G"], self.env["res.partner"]
        ours = [("id", "in", (company | contact | self.customer_a | self.customer_b).ids)]
        self.assertEqual(
            partners.search([*ours, ("club_tier_id", "=", gold.id)]), company | contact
        )
        self.assertEqual(
            partners.search([*ours, ("club_tier_id.code", "=", "G")]), company | contact
        )
        self.assertEqual(partners.search([*ours, ("club_tier_id", "=", False)]), self.customer_a)
        self.assertEqual(
            partners.search([*ours, ("club_tier_id", "!=", gold.id)]),
            self.customer_a | self.customer_b,
        )
        groups = dict(partners._read_group(ours, ["club_tier_id"], ["__count"]))
        none = self.env["crm.club.tier"]
        self.assertEqual(groups, {gold: 2, none: 1, self.tiers["O"]: 1})
        members = [*ours, ("club_membership_id", "=", False)]
        self.assertFalse(partners.search(members))
        self.assertEqual(
            partners.search([*ours, ("club_membership_id", "=", self.member_b.id)]), self.customer_b
        )
        self.assertEqual(partners.search(ours, order="club_tier_id")[:2], company | contact)

    def test_queries_of_the_customer_list(self):
        partners = self.env["res.partner"].create(
            [{"name": f"L{i}", "dealer_id": self.dealer_a.id} for i in range(60)]
        )
        self.env["crm.club.membership"]._enrol(partners)
        names = ["club_tier_id", "club_tier_color", "club_card_number"]
        partners.read(names)
        counts = []
        for some in (partners[:1], partners):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some.read(names)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_lead_shows_the_tier(self):
        self._member(self.customer_a, "G")
        lead = self._lead(self.customer_a)
        self.assertEqual(self._as("sales_a", lead).club_tier_id.code, "G")
        self.assertIn(lead, lead.search([("club_tier_id", "=", self.tiers["G"].id)]))

    def test_counts(self):
        other = self._member(self._customer(self.dealer_a), "G")
        self.assertEqual(self.dealer_a.club_member_count, 2)
        other.action_leave("x")
        self.dealer_a.invalidate_recordset()
        self.assertEqual(self.dealer_a.club_member_count, 1)
        action = self.dealer_a.action_open_club_members()
        self.assertEqual(
            self.env["crm.club.membership"].search(action["domain"]), self.member_a | other
        )

    # -- Delivery

    def _delivery(self, login, partner, **vals):
        lead = self._lead(partner, dealer_id=vals.pop("dealer", self.dealer_a).id)
        lead.action_set_won()
        form = Form(
            self._as(login, self.env["crm.lead.delivery"]).with_context(default_lead_id=lead.id)
        )
        form.vin = "LSVAA4187E2000018"
        return form

    def test_delivery_enrols_the_owner(self):
        partner = self._customer(self.dealer_a, name="New Owner")
        form = self._delivery("sales_a", partner)
        self.assertTrue(form.club_enrol)
        form.save().action_deliver()
        self.assertEqual(partner.club_tier_id.code, "O")
        self.assertEqual(partner.club_membership_id.enrolled_by_dealer_id, self.dealer_a)

    def test_delivery_as_the_owner_wishes(self):
        partner = self._customer(self.dealer_a, name="New Owner")
        form = self._delivery("sales_a", partner)
        form.club_enrol = False
        form.save().action_deliver()
        self.assertFalse(partner.club_membership_id)

    def test_delivery_to_a_member_or_a_foreign_customer(self):
        form = self._delivery("sales_a", self.customer_a)
        self.assertFalse(form.can_enrol)
        self.assertFalse(form.club_enrol)
        foreign = self._customer(
            self.dealer_b, name="Foreign", serving_dealer_ids=[Command.link(self.dealer_a.id)]
        )
        form = self._delivery("sales_a", foreign)
        self.assertFalse(form.club_enrol)
        form.save().action_deliver()
        self.assertFalse(foreign.club_membership_id)

    # -- Tiers

    def test_text_on_a_card_can_be_read(self):
        gold = self.tiers["G"]
        with self.assertRaisesRegex(ValidationError, "hard to read"):
            gold.card_text_color = "#8a6a20"
        with self.assertRaisesRegex(ValidationError, "hard to read"):
            gold.card_color_end = "#f0f0f0"
        with self.assertRaisesRegex(ValidationError, "no colour"):
            gold.card_color = "red; background: url(x)"
        form = Form(gold)
        form.card_color, form.card_color_end, form.card_text_color = "#ffffff", "#eeeeee", "#111111"
        self.assertIn("#eeeeee", form.card_preview)

    def test_names_on_a_card_are_text(self):
        self.customer_a.name = "<script>x</script>"
        self.assertNotIn("<script>", self.member_a.card_preview)
        self.assertIn(self.member_a.number[:4], self.member_a.card_preview)

    def test_levels_of_the_scheme_only(self):
        with self.assertRaisesRegex(ValidationError, "alone"):
            self.tiers["G"].level_id = self.env.ref("crm_dealer_grading.scheme_value").level_ids[0]

    def test_one_tier_is_for_everybody(self):
        earned = self.env["crm.club.tier"].search([("by_invitation", "=", False)])
        with self.assertRaisesRegex(ValidationError, "not by invitation"):
            earned.active = False

    def test_in_grace_is_found(self):
        today = self.member_a._today()
        members = self.member_a | self.member_b
        self.member_a._store({"valid_until": today - timedelta(1)})
        self.member_b._store({"valid_until": today - timedelta(31)})
        found = members.search([("in_grace", "=", True), ("id", "in", members.ids)])
        self.assertEqual(found, members.filtered("in_grace"))
        self.assertEqual(found, self.member_a)
        rest = members.search([("in_grace", "=", False), ("id", "in", members.ids)])
        self.assertEqual(rest, self.member_b)
