from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_activity import ActivityCase


@tagged("post_install", "-at_install")
class TestActivityTickets(ActivityCase):
    """Activities with the ERP's tickets, and at several times, for members (M4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        [cls.member_c] = cls._members(1)

    def _with_tickets(self, *seats, **vals):
        tickets = [{"name": f"Ticket {most}", "seats_max": most, "seats_limited": True}
                   for most in seats]  # fmt: skip
        return self._activity(event_ticket_ids=[Command.create(t) for t in tickets], **vals)

    def _with_slots(self):
        end = self.now + timedelta(days=13)
        event = self._activity(is_multi_slots=True, seats_max=1, date_end=end)
        for hour in (9, 14):
            self.env["event.slot"].create(
                {
                    "event_id": event.id,
                    "date": event.date_begin.date() + timedelta(days=1),
                    "start_hour": hour,
                    "end_hour": hour + 1,
                }
            )
        return event

    def test_the_only_ticket_is_the_members(self):
        event = self._with_tickets(1, seats_max=5)
        own = event._club_register(self.member_a)
        self.assertEqual((own.state, own.event_ticket_id), ("open", event.event_ticket_ids))
        [offer] = [o for o in event._club_activities_for(self.member_c) if o["event"] == event]
        self.assertEqual(offer["seats_left"], 0)
        other = event._club_register(self.member_c)
        self.assertEqual(other.state, "draft")
        event._club_cancel(self.member_a)
        self.assertEqual(other.state, "open")

    def test_who_chooses_asks_the_dealer(self):
        for event in (self._with_tickets(1, 2), self._with_slots()):
            [offer] = [o for o in event._club_activities_for(self.member_a) if o["event"] == event]
            self.assertFalse(offer["can_register"])
            self.assertRegex(offer["reason"], "dealer")
            with self.assertRaisesRegex(UserError, "dealer"):
                event._club_register(self.member_a)

    def test_staff_chooses_and_the_next_moves_up(self):
        event = self._with_slots()
        first, second = event.event_slot_ids
        seats = self.env["event.registration"]
        common = {"event_id": event.id, "event_slot_id": first.id}
        own = seats.create({**common, "partner_id": self.customer_a.id})
        waiting = {**common, "partner_id": self.member_c.partner_id.id, "state": "draft"}
        other = seats.create(waiting)
        self.assertEqual((own.state, other.state), ("open", "draft"))
        own.action_cancel()
        self.assertEqual((other.state, other.event_slot_id), ("open", first))
        self.assertEqual(event._club_seats_left(second), 1)
