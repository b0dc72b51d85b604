from odoo import models
from odoo.exceptions import UserError

from odoo.addons.crm_dealer_grading.tools.touch import touch


class EventEvent(models.Model):
    """Seats and the waiting list of club activities (M4).

    Unconfirmed registrations of a club activity wait. Whoever takes or frees a seat changes the
    event's row: of two at the same instant the second is repeated by the server.
    """

    _inherit = "event.event"

    def _club_hold(self):
        """Let nobody else take or free seats of these activities in this instant."""
        touch(self.filtered("is_club_activity"))

    def _club_seats_left(self, slot=None, ticket=None):
        """Free seats; None where they are not limited."""
        self.ensure_one()
        slots = slot or self.env["event.slot"]
        tickets = ticket or self.env["event.event.ticket"]
        [left] = self._get_seats_availability([(slots, tickets)])
        return left

    def _club_move_up(self, left_out=()):
        """Give free seats to those who wait, the longest waiting first.

        A member and the guests move up together; a party that is too large is passed over, and
        so is one whose points do not pay the fee any more. Safe to call at any time.

        :param left_out: ids of members' registrations that keep waiting
        """
        # sudo: who waits may be a member of another dealer than the one that frees the seat.
        for event in self.sudo().filtered(lambda e: e.is_club_activity and e.club_waiting_list):
            if event._club_is_over():
                continue
            waiting = event.env["event.registration"].search(
                [("event_id", "=", event.id), ("state", "=", "draft")], order="id"
            )
            if not waiting:
                continue
            event._club_hold()
            first = waiting.filtered(lambda r: not r.guest_of_id and r.id not in left_out)
            for member in first:
                event._club_seat(member | (member.guest_ids & waiting))

    def _club_seat(self, party):
        self.invalidate_recordset(["seats_available"])
        left = self._club_seats_left(party[0].event_slot_id, party[0].event_ticket_id)
        if left is not None and left < len(party):
            return
        try:
            with self.env.cr.savepoint():
                party.write({"state": "open"})
        except UserError as error:
            party[0].message_post(
                body=self.env._("A seat was free, but this party keeps waiting: %s", error)
            )

    def _club_settle_all(self):
        """Fees back when the activity is cancelled, taken when it takes place after all.

        Who has spent the points meanwhile does not hold up the others, and waits. What is free
        then goes to those who waited before.
        """
        seated = self.registration_ids.filtered(lambda seat: seat._club_has_seat())
        (self.registration_ids - seated)._club_settle_fee()
        parties = seated.sorted("id").grouped(lambda seat: seat.guest_of_id or seat)
        unpaid = [host.id for host, party in parties.items() if not self._club_pay_or_wait(party)]
        self._club_move_up(left_out=unpaid)

    def _club_pay_or_wait(self, party):
        """Take the fee of a member and guests; return whether they can pay it."""
        try:
            with self.env.cr.savepoint():
                party._club_settle_fee()
        except UserError as error:
            # Who came has come.
            party.filtered(lambda seat: seat.state == "open").write({"state": "draft"})
            party[0].message_post(
                body=self.env._(
                    "The activity takes place after all, but the fee was given back and is not "
                    "there any more: this party waits. %s",
                    error,
                )
            )
            return False
        return True

    def write(self, vals):
        before = {event: event.kanban_state for event in self} if "kanban_state" in vals else {}
        result = super().write(vals)
        changed = self.browse(e.id for e, state in before.items() if state != e.kanban_state)
        # sudo: who cancels an activity, or takes it up again, does so for all members.
        for event in changed.filtered("is_club_activity").sudo():
            event._club_settle_all()
        if {"seats_max", "seats_limited", "club_waiting_list"} & vals.keys():
            self._club_move_up()
        return result
