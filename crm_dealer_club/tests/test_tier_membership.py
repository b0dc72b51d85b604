from psycopg2.errors import UniqueViolation
from stdnum import luhn

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ClubCase


@tagged("post_install", "-at_install")
class TestMembership(ClubCase):
    """Who becomes a member, by whom, and with which card (M1)."""

    def _enrol(self, login, partners, dealer=None):
        members = self._as(login, self.env["crm.club.membership"])
        return members.enrol(self._as(login, partners), dealer)

    # -- Denials

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_others_cannot_enrol(self):
        """No role, read-only roles, and dealers whose customer it is not."""
        partner = self._customer(self.dealer_a)
        for login in ("clerk", "auditor", "credit", "sales_b", "greedy_b", "homeless"):
            with self.subTest(login), self.assertRaises(AccessError):
                self._enrol(login, partner)
            with self.subTest(login, way="create"), self.assertRaises(AccessError):
                self._as(login, self.env["crm.club.membership"]).create({"partner_id": partner.id})
        self.assertFalse(partner.club_membership_id)

    def test_serving_dealer_sees_the_card_and_changes_nothing(self):
        self.customer_a.serving_dealer_ids = [Command.link(self.dealer_b.id)]
        partner = self._customer(self.dealer_a, serving_dealer_ids=[Command.link(self.dealer_b.id)])
        with self.assertRaisesRegex(AccessError, "home dealer enrols"):
            self._enrol("sales_b", partner)
        member = self._as("sales_b", self.member_a)
        self.assertEqual(member.search([("id", "=", member.id)]), member)
        self.assertEqual(member.number, self.member_a.sudo().number)
        self.assertFalse(member.is_dealers_own)
        for step in (
            lambda: member.action_leave("x"),
            lambda: member.action_replace_card("x"),
            lambda: self._as("greedy_b", self.member_a).action_suspend("x"),
            lambda: member.write({"message_follower_ids": []}),
        ):
            with self.assertRaises(AccessError):
                step()

    def test_naming_an_id_tells_nothing(self):
        """Core words many2one fields with all rights."""
        for login in ("sales_b", "greedy_b", "homeless"):
            name = self._as(login, self.member_a).sudo().display_name
            self.assertEqual(name, "Customer of another dealer")
        for login in ("sales_a", "auditor", "agent"):
            name = self._as(login, self.member_a).display_name
            self.assertEqual(name, f"{self.member_a.number} Test Customer A")

    def test_dealer_given_must_be_an_own_one(self):
        partner = self._customer(self.dealer_a)
        with self.assertRaises(AccessError):
            self._enrol("sales_a", partner, self.dealer_b)
        self.assertEqual(
            self._enrol("oem", partner, self.dealer_b).enrolled_by_dealer_id, self.dealer_b
        )

    def test_without_a_dealer_only_the_manufacturer_enrols(self):
        partner = self._customer(None)
        for login in ("sales_a", "manager_a", "agent"):
            with self.subTest(login), self.assertRaises(AccessError):
                self._enrol(login, partner)
        self.assertFalse(self._enrol("oem", partner).dealer_id)
        # Everybody may see such a customer; a dealer does not change the card all the same.
        member = self._as("manager_a", partner.club_membership_id)
        self.assertEqual(member.state, "active")
        with self.assertRaises(AccessError):
            member.action_suspend("x")

    def test_archived_and_given_up(self):
        archived = self._customer(self.dealer_a, active=False)
        with self.assertRaisesRegex(UserError, "Restore the customer"):
            self._enrol("sales_a", archived)
        given_up = self._customer(self.dealer_a)
        given_up.sudo().given_up_on = "2026-01-01"
        with self.assertRaisesRegex(UserError, "Take the customer up again"):
            self._enrol("sales_a", given_up)
        both = archived | given_up
        self.assertFalse(self._as("sales_a", self.env["crm.club.membership"])._may_enrol(both))

    def test_values_are_not_the_callers_to_say(self):
        partner = self._customer(self.dealer_a)
        members = self._as("oem", self.env["crm.club.membership"])
        today = members._today()
        for vals in (
            {"tier_id": self.tiers["D"].id},
            {"state": "suspended"},
            {"number": "1"},
            {"valid_until": "2099-01-01"},
            {"join_date": "2001-01-01"},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                members.create({"partner_id": partner.id, **vals})
            name, value = next(iter(vals.items()))
            made = members.with_context(**{f"default_{name}": value})
            member = made.create({"partner_id": self._customer(self.dealer_a).id})
            self.assertEqual((member.tier_id, member.state), (self.tiers["O"], "active"))
            self.assertEqual(member.join_date, today)

    def test_nobody_writes_what_the_steps_write(self):
        values = {
            "tier_id": self.tiers["D"].id, "state": "left", "number": "1",
            "valid_until": "2099-01-01", "valid_from": "2020-01-01", "join_date": "2001-01-01",
            "partner_id": self.customer_b.id, "dealer_id": self.dealer_b.id,
            "notice_for": "2099-01-01", "suspended_on": False, "change_ids": [Command.clear()],
        }  # fmt: skip
        for login in ("sales_a", "manager_a", "agent", "oem", "auditor", "sales_b"):
            member = self._as(login, self.member_a)
            for name, value in values.items():
                for forged in (
                    {},
                    {"club_membership_step": True},
                    {"club_membership_step": object()},
                ):
                    with self.subTest(login, field=name), self.assertRaises(AccessError):
                        member.with_context(**forged).write({name: value})
            with self.subTest(login), self.assertRaises(UserError):
                member.unlink()
            with self.subTest(login), self.assertRaises(AccessError):
                member.change_ids.write({"reason": "x"})
        # Not even with all rights: a server action leaves no history.
        with self.assertRaises(AccessError):
            self.member_a.sudo().tier_id = self.tiers["D"]

    # -- What comes of it

    def test_enrol_once(self):
        partner = self._customer(self.dealer_a)
        member = self._enrol("sales_a", partner)
        self.assertEqual(member.partner_id, partner)
        self.assertEqual((member.dealer_id, member.enrolled_by_dealer_id), (self.dealer_a,) * 2)
        self.assertEqual(member.change_ids.mapped("kind"), ["enrolled"])
        self.assertEqual(member.change_ids.user_id, self.users["sales_a"])
        self.assertEqual(member.tier_id.code, "O")
        self.assertEqual(self._enrol("sales_a", partner), member)
        self.assertEqual(len(member.change_ids), 1)
        with self.assertRaisesRegex(UserError, "member of the club already"):
            member.create({"partner_id": partner.id})

    def test_tier_that_is_earned(self):
        partner = self._customer(self.dealer_a)
        self._level(partner, "G", 60000)
        member = self._enrol("sales_a", partner)
        self.assertEqual(member.tier_id.code, "G")
        self.assertEqual(member.valid_until, member._last_day(member._today(), member.tier_id))

    def test_contacts_lead_to_the_company(self):
        company = self._customer(self.dealer_a, is_company=True)
        one, other = (
            self._customer(self.dealer_a, parent_id=company.id, name=name) for name in "xy"
        )
        member = self._enrol("sales_a", one | other)
        self.assertEqual(member.partner_id, company)
        self.assertEqual((one | other | company).club_membership_id, member.with_env(self.env))
        self.assertEqual(self._enrol("sales_a", company), member)

    @mute_logger("odoo.sql_db")
    def test_one_membership_a_customer(self):
        self.env.flush_all()
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE crm_club_membership SET partner_id = %s WHERE id = %s",
                [self.customer_b.id, self.member_a.id],
            )

    def test_queries_do_not_grow(self):
        def partners(count):
            return self.env["res.partner"].create(
                [{"name": "Many", "dealer_id": self.dealer_a.id} for _index in range(count)]
            )

        few, many = partners(2), partners(800)
        self.env.flush_all()
        counts = []
        for some in (few, many):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertEqual(len(self._enrol("oem", some)), len(some))
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2, counts)

    def test_list_action(self):
        mine = self._customer(self.dealer_a) | self._customer(self.dealer_a)
        action = self._as("sales_a", mine | self.customer_a).action_enrol()
        self.assertIn("2 customers enrolled; 1 left out", action["params"]["message"])
        self.assertEqual(len(mine.club_membership_ids), 2)
        with self.assertRaisesRegex(UserError, "None of these"):
            self._as("sales_a", mine).action_enrol()

    def test_request_of_the_customer(self):
        partner = self._customer(self.dealer_a)
        member = self.env["crm.club.membership"]._enrol_by_request(partner)
        member.action_leave("moved")
        self.assertEqual(self.env["crm.club.membership"]._enrol_by_request(partner), member)
        self.assertEqual(member.state, "active")

    # -- Card numbers

    def test_numbers_have_a_check_digit(self):
        numbers = self.env["crm.club.membership"]._next_numbers(300)
        self.assertEqual(len(set(numbers)), 300)
        self.assertTrue(all(map(luhn.is_valid, numbers)))

    def test_a_number_that_was_taken_is_not_drawn(self):
        sequence = self.env.ref("crm_dealer_club.sequence_membership")
        after = self.env["crm.club.membership"]._next_numbers(1)[0]
        following = luhn_after(after)
        self.member_a._store({"number": following})
        drawn = self.env["crm.club.membership"]._next_numbers(3)
        self.assertNotIn(following, drawn)
        self.assertEqual(sequence.implementation, "standard")

    def test_find_by_number(self):
        members = self._as("sales_a", self.env["crm.club.membership"])
        number = self.member_a.number
        self.assertEqual(members.find_by_number(f" {number[:4]} {number[4:]} "), self.member_a)
        swapped = number[:-1] + str((int(number[-1]) + 1) % 10)
        with self.assertRaisesRegex(UserError, "mistyped"):
            members.find_by_number(swapped)
        with self.assertRaisesRegex(UserError, "another dealer"):
            members.find_by_number(self.member_b.number)
        with self.assertRaisesRegex(UserError, "No member"):
            members.find_by_number(luhn_after("99990000000"))
        with self.assertRaisesRegex(UserError, "Type the number"):
            members.find_by_number("  ")
        action = members.env["crm.club.find"].create({"number": number}).action_find()
        self.assertEqual(action["res_id"], self.member_a.id)

    def test_replaced_card_is_found(self):
        old = self.member_a.number
        self._as("sales_a", self.member_a).action_replace_card("Lost")
        self.assertNotEqual(self.member_a.number, old)
        members = self._as("sales_a", self.env["crm.club.membership"])
        for number in (old, self.member_a.number):
            self.assertEqual(members.find_by_number(number), self.member_a)
            self.assertEqual(members.name_search(number)[0][0], self.member_a.id)
            found = self._as("sales_a", self.env["res.partner"]).name_search(number)
            self.assertEqual([key for key, _name in found], self.customer_a.ids)
            domain = [("club_card_number", "ilike", number)]
            self.assertEqual(self.env["res.partner"].search(domain), self.customer_a)
        self.assertFalse(self._as("sales_b", self.env["res.partner"]).name_search(old))


def luhn_after(number):
    """The number that is drawn after this one."""
    digits = str(int(number[:-1]) + 1)
    return digits + luhn.calc_check_digit(digits)
