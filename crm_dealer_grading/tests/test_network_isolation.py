"""Who is staff of which dealer, how that changes, and that a changed right holds at once."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_network import IsolationCase


@tagged("post_install", "-at_install")
class TestNetworkScope(IsolationCase):
    """A changed right holds at once, from whichever side it is changed (design rule 0)."""

    def setUp(self):
        super().setUp()
        # Evaluated and cached before every change.
        self.assertTrue(self._sees("sales_a", self.customer_a))
        self.assertFalse(self._sees("sales_b", self.customer_a))

    def test_user_side(self):
        user = self.users["sales_b"]
        user.write({"dealer_ids": [Command.link(self.dealer_a.id)]})
        self.assertTrue(self._sees("sales_b", self.customer_a, self.customer_b))
        user.dealer_ids -= self.dealer_a
        self.assertFalse(self._sees("sales_b", self.customer_a))
        self.assertTrue(self._sees("sales_b", self.customer_b))

    def test_dealer_side(self):
        user = self.users["sales_b"]
        dealer = self.dealer_a.with_user(self.users["oem"])
        dealer.write({"user_ids": [Command.link(user.id)]})
        self.assertIn(dealer, user.dealer_ids)
        self.assertTrue(self._sees("sales_b", self.customer_a))
        dealer.write({"user_ids": [Command.unlink(user.id)]})
        self.assertNotIn(dealer, user.dealer_ids)
        self.assertFalse(self._sees("sales_b", self.customer_a))

    def test_dealer_created_with_staff(self):
        user = self.users["sales_b"]
        dealer = self.env["crm.dealer"].create(
            {"name": "C", "code": "T-C", "user_ids": [Command.set(user.ids)]}
        )
        self.assertTrue(self._sees("sales_b", self._customer(dealer)))

    def test_manager_is_staff(self):
        self.dealer_a.manager_id = self.users["sales_b"]
        self.assertTrue(self._sees("sales_b", self.customer_a))
        dealer = self.env["crm.dealer"].create(
            {"name": "C", "code": "T-C", "manager_id": self.users["sales_b"].id}
        )
        self.assertTrue(self._sees("sales_b", self._customer(dealer)))

    def test_archived_dealer(self):
        self.dealer_a.action_archive()
        self.assertFalse(self._sees("sales_a", self.customer_a))
        self.assertTrue(self._sees("oem", self.customer_a))
        self.dealer_a.action_unarchive()
        self.assertTrue(self._sees("sales_a", self.customer_a))

    def test_deleted_dealer(self):
        dealer = self.env["crm.dealer"].create(
            {"name": "C", "code": "T-C", "user_ids": [Command.set(self.users["sales_b"].ids)]}
        )
        self._as("sales_b", self.env["res.partner"]).search_count([])
        dealer.unlink()
        self.assertEqual(self.users["sales_b"].dealer_ids, self.dealer_b)

    def test_role_given_and_taken(self):
        clerk, group = self.users["clerk"], self.env.ref("crm_dealer_grading.group_dealer_user")
        self.assertTrue(self._sees("clerk", self.customer_a))
        clerk.group_ids += group
        self.assertFalse(self._sees("clerk", self.customer_a))
        clerk.group_ids -= group
        self.assertTrue(self._sees("clerk", self.customer_a))
        group.write({"user_ids": [Command.link(clerk.id)]})
        self.assertFalse(self._sees("clerk", self.customer_a))
        group.write({"user_ids": [Command.unlink(clerk.id)]})
        self.assertTrue(self._sees("clerk", self.customer_a))

    def test_role_by_implication(self):
        """A group that comes to imply the dealer role scopes its members."""
        group = self.env["res.groups"].create({"name": "Test"})
        self.users["clerk"].group_ids += group
        self.assertTrue(self._sees("clerk", self.customer_a))
        dealer = self.env.ref("crm_dealer_grading.group_dealer_user")
        group.implied_ids += dealer
        self.assertFalse(self._sees("clerk", self.customer_a))
        group.implied_ids -= dealer
        self.assertTrue(self._sees("clerk", self.customer_a))

    def test_no_dealer_no_customers(self):
        everyone = self._customer(None)
        self.assertFalse(self._sees("homeless", self.customer_a, self.customer_b))
        self.assertTrue(self._sees("homeless", everyone))
        dealers = self._as("homeless", self.env["res.partner"])._read_group([], ["dealer_id"])
        self.assertEqual(dealers, [(self.env["crm.dealer"],)])

    def test_no_oem_role_implies_a_dealer_role(self):
        dealer = self.env.ref("crm_dealer_grading.group_dealer_user")
        for name in ("credit_controller", "call_centre", "oem_auditor", "oem_manager"):
            group = self.env.ref(f"crm_dealer_grading.group_{name}")
            self.assertNotIn(dealer, group.all_implied_ids, name)

    def test_a_dealer_role_scopes_whatever_else(self):
        self.users["oem"].group_ids += self.env.ref("crm_dealer_grading.group_dealer_user")
        self.assertFalse(self._sees("oem", self.customer_a))

    def test_user_cannot_widen_the_own_scope(self):
        for login in ("sales_b", "greedy_b"):
            me = self._as(login, self.users[login])
            with self.assertRaises(AccessError):
                me.write({"dealer_ids": [Command.link(self.dealer_a.id)]})
            with self.assertRaises(AccessError):
                self._as(login, self.dealer_a).write({"user_ids": [Command.link(me.id)]})
