from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common_activity import ActivityCase


@tagged("post_install", "-at_install")
class TestActivityForged(ActivityCase):
    """What is not the user's to say is not said by the context or by other records either."""

    def test_defaults_of_the_context_forge_no_points(self):
        env = self._as("sales_a", self.activity).env
        env = env(context={
            **env.context, "default_club_fee_points": 5000, "default_club_points": 7,
            "default_club_tier_id": self.tiers["D"].id,
        })  # fmt: skip
        foreign = env(context={**env.context, "default_membership_id": self.member_b.id})
        with self.assertRaises(AccessError):
            self._register(self.member_a, env=foreign)
        seat = self._register(self.member_a, env=env).sudo()
        self.assertEqual(seat.club_fee_points, 0)
        self.assertEqual(seat.club_points, 0)
        self.assertEqual(seat.membership_id, self.member_a)
        self.assertEqual(seat.club_tier_id, self.member_a.tier_id)

    def test_defaults_of_the_user_forge_no_points(self):
        self.env["ir.default"].set("event.registration", "club_fee_points", 5000)
        self.assertEqual(self._register(self.member_a).club_fee_points, 0)

    def test_defaults_make_no_members_seat_at_other_events(self):
        event = self.env["event.event"].create(
            {"name": "Fair", "is_club_activity": False, "date_begin": self.now,
             "date_end": self.now + timedelta(hours=1)}
        )  # fmt: skip
        env = self.env(context={**self.env.context, "default_membership_id": self.member_b.id})
        seat = env["event.registration"].create({"event_id": event.id, "name": "Somebody"})
        self.assertFalse(seat.membership_id)

    def test_deleting_a_member_gives_the_guests_fee_back(self):
        self.activity.club_fee_points = 10
        self.member_a._adjust_points(100, "Test")
        seat = self._register(self.member_a)
        self._register(self.member_a, guest_of_id=seat.id, name="Guest")
        self.env.flush_all()
        before = self.member_a.points_balance
        seat.unlink()
        self.env.flush_all()
        self.assertEqual(self.member_a.points_balance, before + 20)

    def test_planners_create_events_with_registrations(self):
        user = new_test_user(
            self.env, "planner", groups="base.group_user,event.group_event_manager"
        )
        event = (
            self.env["event.event"]
            .with_user(user)
            .create(
                {
                    "name": "Fair",
                    "date_begin": self.now,
                    "date_end": self.now,
                    "registration_ids": [Command.create({"name": "Somebody"})],
                }
            )
        )
        self.assertEqual(len(event.registration_ids), 1)
        with self.assertRaises(UserError):
            event.sudo().is_club_activity = True

    def test_a_cancelled_activity_gives_the_fees_back(self):
        self.activity.club_fee_points = 10
        self.member_a._adjust_points(25, "Test")
        seat = self._register(self.member_a)
        guest = self._register(self.member_a, guest_of_id=seat.id, name="Guest")
        self.assertEqual(self.member_a.points_balance, 5)
        self.activity.kanban_state = "cancel"
        self.env.flush_all()
        self.member_a.invalidate_recordset()
        self.assertEqual(self.member_a.points_balance, 25)
        self.assertEqual((seat | guest).mapped("club_fee_points"), [0, 0])
        self.activity.kanban_state = "normal"
        self.env.flush_all()
        self.member_a.invalidate_recordset()
        self.assertEqual(self.member_a.points_balance, 5)

    def test_points_for_attendance_wait_for_the_membership(self):
        self.activity.club_points = 30
        seat = self._register(self.member_a)
        seat.action_set_done()
        self._past(self.activity)
        self.member_a.action_suspend("Checked")
        credit = self.env["event.registration"]._club_credit_attendance
        self.assertFalse(credit(self.activity))
        self.assertEqual(seat.club_points, 0)
        self.member_a.action_resume()
        self.assertEqual(credit(self.activity, limit=1), seat)
        self.assertFalse(credit(self.activity))
        self.assertEqual((seat.club_points, self.member_a.points_balance), (30, 30))

    def test_a_foreign_activity_is_not_named(self):
        theirs = self._activity(name="Secret Launch", dealer_id=self.dealer_b.id)
        with self.assertRaises(AccessError) as caught:
            self._register(self.member_a, theirs, env=self._as("sales_a", self.activity).env)
        self.assertNotIn("Secret Launch", str(caught.exception))
