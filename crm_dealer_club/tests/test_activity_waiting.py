from odoo import Command
from odoo.tests import tagged

from .common_activity import ActivityCase


@tagged("post_install", "-at_install")
class TestActivityWaiting(ActivityCase):
    """Whoever frees a seat, in whatever way, frees it for those who wait (M4)."""

    def test_seat_of_an_erased_member(self):
        first, second = self._members(2)
        activity = self._activity(seats_max=2)
        own = activity._club_register(first, ["Child"])
        waiting = activity._club_register(second)
        first.partner_id.with_user(self.users["oem"])._privacy_erase("Letter")
        self.assertEqual((own | own.guest_ids).mapped("state"), ["cancel", "cancel"])
        self.assertEqual(waiting.state, "open")

    def test_more_seats_of_a_ticket(self):
        ticket = {"name": "Ticket", "seats_max": 1, "seats_limited": True}
        activity = self._activity(seats_max=5, event_ticket_ids=[Command.create(ticket)])
        members = self._members(3)
        seats = [activity._club_register(member) for member in members]
        self.assertEqual([seat.state for seat in seats], ["open", "draft", "draft"])
        activity.event_ticket_ids.seats_max = 2
        self.assertEqual([seat.state for seat in seats], ["open", "open", "draft"])
        activity.event_ticket_ids = [Command.update(activity.event_ticket_ids.id, {"seats_max": 0})]
        self.assertEqual(seats[2].state, "open")

    def test_guest_of_who_waits(self):
        """No guest takes the last seat while the member has none."""
        first, second = self._members(2)
        activity = self._activity(seats_max=2, club_guests_max=2)
        activity._club_register(first)
        own = activity._club_register(second, ["Child"])
        self.assertEqual(own.state, "draft")
        guest = self._register(second, activity, guest_of_id=own.id, name="Aunt")
        self.assertEqual((own.state, guest.state), ("draft", "draft"))
        self.assertEqual(activity.seats_taken, 1)
        activity.seats_max = 4
        self.assertEqual((own.state, guest.state), ("open", "open"))

    def test_taken_up_again_without_those_who_cannot_pay(self):
        """Cancelled by mistake: who has spent the points meanwhile waits, with a note."""
        rich, poor, next_one = self._members(3)
        activity = self._activity(seats_max=3, club_fee_points=30)
        for member in (rich, poor, next_one):
            member._post_points("bonus", 60, description="Test")
        seats = [activity._club_register(m, g) for m, g in ((poor, ["Child"]), (rich, []))]
        waiting = activity._club_register(next_one)
        self.assertEqual(waiting.state, "draft")
        activity.kanban_state = "cancel"
        self.assertEqual(poor.points_balance, 60)
        poor._adjust_points(-40, "Spent")
        activity.kanban_state = "normal"
        host, seat = seats
        self.assertEqual((host | host.guest_ids).mapped("state"), ["draft", "draft"])
        self.assertIn("20 points, 30 are needed", host.message_ids[0].body)
        self.assertEqual((poor.points_balance, rich.points_balance), (20, 30))
        self.assertEqual((seat.state, seat.club_fee_points), ("open", 30))
        self.assertEqual((waiting.state, waiting.club_fee_points), ("open", 30))
        self.assertEqual(len(host.message_ids.filtered(lambda m: "30 are needed" in m.body)), 1)

    def test_taken_up_again_with_seats_left(self):
        """Seats given back while it was cancelled go to those who wait."""
        seated, waiting_one = self._members(2)
        activity = self._activity(seats_max=1)
        seat, waiting = (activity._club_register(m) for m in (seated, waiting_one))
        activity.kanban_state = "cancel"
        seat.state = "cancel"
        self.assertEqual(waiting.state, "draft")
        activity.kanban_state = "normal"
        self.assertEqual((seat.state, waiting.state), ("cancel", "open"))

    def test_a_guest_who_came_has_come(self):
        [member] = self._members(1)
        activity = self._activity(club_fee_points=30)
        member._post_points("bonus", 60, description="Test")
        host = activity._club_register(member, ["Child"])
        host.guest_ids.state = "done"
        activity.kanban_state = "cancel"
        member._adjust_points(-40, "Spent")
        activity.kanban_state = "normal"
        self.assertEqual((host.state, host.guest_ids.state), ("draft", "done"))
