from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ClubCase


@tagged("post_install", "-at_install")
class TestMembership(ClubCase):
    def test_others_cannot_enrol(self):
        """Denials first: no role, read-only roles, and dealers whose customer it is not."""
        partner = self._customer(self.dealer_a)
        for login in ("clerk", "auditor", "sales_b"):
            with self.subTest(login), self.assertRaises(AccessError):
                members = self.env["crm.club.membership"].with_user(self.users[login])
                members.enrol(partner.with_user(self.users[login]))

    def test_enrol_once(self):
        partner = self._customer(self.dealer_a)
        members = self.env["crm.club.membership"].with_user(self.users["sales_a"])
        member = members.enrol(partner.with_user(self.users["sales_a"]))
        self.assertEqual(member.partner_id, partner)
        self.assertEqual(member.dealer_id, self.dealer_a)
        self.assertEqual(member.change_ids.mapped("kind"), ["enrolled"])
        self.assertEqual(members.enrol(partner), member)

    @mute_logger("odoo.sql_db")
    def test_one_membership_a_customer(self):
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.env.cr.execute(
                "UPDATE crm_club_membership SET partner_id = %s WHERE id = %s",
                [self.customer_b.id, self.member_a.id],
            )
