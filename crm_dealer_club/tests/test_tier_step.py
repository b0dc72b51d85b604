from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ClubCase


@tagged("post_install", "-at_install")
class TestSteps(ClubCase):
    """Suspended, left, invited, replaced: who may, when, and what is kept (M1)."""

    def setUp(self):
        super().setUp()
        self.today = self.member_a._today()
        self.soon = self.today + timedelta(200)

    def _steps(self, member):
        vip = self.tiers["V"]
        return {
            "suspend": lambda: member.action_suspend("x"),
            "resume": lambda: member.action_resume(),
            "leave": lambda: member.action_leave("x"),
            "return": lambda: member.action_return(),
            "invite": lambda: member.action_invite(vip.id, self.soon, "x"),
            "end_invitation": lambda: member.action_end_invitation("x"),
            "replace": lambda: member.action_replace_card("x"),
        }

    # -- Denials

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_who_may_not(self):
        managers_only = {"suspend", "resume", "invite", "end_invitation"}
        everything = set(self._steps(self.member_a))
        denied = {
            "clerk": everything, "auditor": everything, "credit": everything,
            "sales_b": everything, "greedy_b": everything, "homeless": everything,
            "sales_a": managers_only, "agent": managers_only,
        }  # fmt: skip
        for login, names in denied.items():
            steps = self._steps(self._as(login, self.member_a))
            for name in names:
                with self.subTest(login, step=name), self.assertRaises(AccessError):
                    steps[name]()
        self.assertEqual(self.member_a.change_ids.mapped("kind"), ["enrolled"])

    def test_states_that_do_not_fit(self):
        fitting = {
            "active": {"suspend", "leave", "invite", "replace"},
            "suspended": {"resume", "leave", "replace"},
            "expired": {"leave"},
            "left": {"return"},
        }
        for state, names in fitting.items():
            for name, step in self._steps(self.member_a).items():
                if name not in names:
                    self.member_a._store({"state": state})
                    with self.subTest(state, step=name), self.assertRaises(UserError):
                        step()

    def test_a_dialog_asks_for_the_reason(self):
        for name in ("suspend", "leave", "replace_card", "invite"):
            action = getattr(self._as("manager_a", self.member_a), f"action_{name}")()
            self.assertEqual(action["res_model"], "crm.club.step")
        self.assertEqual(self.member_a.change_ids.mapped("kind"), ["enrolled"])

    # -- What they do

    def test_suspended_keeps_the_tier_without_benefits(self):
        member = self._as("manager_a", self._member(self.customer_a, "G"))
        member.action_suspend("Fraud?")
        self.assertEqual((member.state, member.tier_id.code), ("suspended", "G"))
        self.assertFalse(self.customer_a.club_tier_id)
        self.assertEqual(self.customer_a.club_membership_id, self.member_a)
        change = member.change_ids.sorted("id")[-1]
        self.assertEqual((change.kind, change.reason), ("suspended", "Fraud?"))
        self.assertEqual(change.user_id, self.users["manager_a"])
        # The computation leaves it alone, and catches up when it is resumed.
        later = member.valid_until + timedelta(400)
        self.assertFalse(member._run_tiers(later, [self.customer_a.id]))
        member.action_resume("Cleared")
        self.assertEqual((member.state, member.suspended_on), ("active", False))
        self.assertEqual(self.customer_a.club_tier_id.code, "G")

    def test_resuming_catches_up(self):
        member = self._member(self.customer_a, "S", state="suspended", suspended_on=self.today)
        self._level(self.customer_a, "D", 300000)
        self._as("manager_a", member).action_resume()
        self.assertEqual(member.tier_id.code, "D")

    def test_left_and_back(self):
        member = self._as("sales_a", self.member_a)
        number = member.number
        member.action_leave("Moved away")
        self.assertEqual((member.state, self.customer_a.club_tier_id.id), ("left", False))
        self._level(self.customer_a, "G", 60000)
        self.assertFalse(member._run_tiers(partner_ids=self.customer_a.ids))
        member.action_return()
        self.assertEqual((member.state, member.tier_id.code), ("active", "G"))
        self.assertEqual((member.number, member.join_date), (number, self.today))
        self.assertEqual(
            member.change_ids.sorted("id").mapped("kind"), ["enrolled", "left", "returned"]
        )

    def test_leaving_does_not_lift_a_suspension(self):
        member = self._as("manager_a", self.member_a)
        member.action_suspend("Fraud")
        member.action_leave("x")
        self._as("sales_a", member).action_return()
        self.assertEqual(member.state, "suspended")

    def test_who_was_given_up_is_not_taken_back(self):
        self.member_a.action_leave("x")
        self.customer_a.sudo().given_up_on = self.today
        with self.assertRaisesRegex(UserError, "given up"):
            self._as("sales_a", self.member_a).action_return()

    def test_invitation(self):
        member = self._as("manager_a", self.member_a)
        with self.assertRaisesRegex(UserError, "earned, not given"):
            member.action_invite(self.tiers["D"].id, self.soon, "x")
        with self.assertRaisesRegex(UserError, "future"):
            member.action_invite(self.tiers["V"].id, self.today, "x")
        dialog = member.env["crm.club.step"].create(
            {"membership_ids": member.ids, "step": "invite", "reason": "Ambassador"}
        )
        self.assertEqual(dialog.tier_id.code, "V")
        dialog.valid_until = self.soon
        dialog.action_done()
        self.assertEqual((member.tier_id.code, member.valid_until), ("V", self.soon))
        self.assertEqual(member.change_ids.sorted("id")[-1].reason, "Ambassador")
        # Neither given nor taken by the computation, until its last day.
        self._level(self.customer_a, "D", 300000)
        for day in (self.today, self.soon):
            self.assertFalse(member._run_tiers(day, self.customer_a.ids))
        member.action_end_invitation("Scandal")
        self.assertEqual(member.tier_id.code, "D")

    def test_several_at_once(self):
        other = self._member(self._customer(self.dealer_a))
        both = self._as("sales_a", self.member_a | other)
        both.action_replace_card("Fire")
        self.assertEqual(len(set(both.mapped("number"))), 2)
        self.assertEqual(len(both.former_card_ids), 2)
        both.action_leave("x")
        self.assertEqual(set(both.mapped("state")), {"left"})
