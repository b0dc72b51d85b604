from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime


class EventEvent(models.Model):
    """Club activities as a member meets them, in the portal for instance (M4).

    The caller has made sure that it acts for the member; everything here is done as superuser.
    """

    _inherit = "event.event"

    def _club_refusal(self, membership):
        """Why this member cannot register, in words that say what to do; empty if nothing speaks
        against it. Seats do not count here: who finds none waits."""
        self.ensure_one()
        event, membership = self.sudo(), membership.sudo()
        if membership.state != "active":
            return self.env._("The membership is not active. Renew it first.")
        if event._club_is_over():
            return self.env._("The activity is over or cancelled.")
        deadline = event.club_deadline or event.date_begin
        if deadline < fields.Datetime.now():
            day = format_datetime(self.env, deadline, tz=event.date_tz)
            return self.env._("Registration ended on %s.", day)
        if not event._club_invites_tier(membership.tier_id):
            return self.env._("Invited: %s.", event._club_tiers_in_words())
        if not event._club_invites_dealer(membership.partner_id):
            return self.env._("Only members of %s are invited.", event._club_host_in_words())
        return ""

    def _club_invites_tier(self, tier):
        if self.club_tier_ids:
            return tier in self.club_tier_ids
        lowest = self.club_min_tier_id
        return not lowest or tier == lowest or tier._is_above(lowest)

    def _club_tiers_in_words(self):
        if self.club_tier_ids:
            return ", ".join(self.club_tier_ids.sorted().mapped("name"))
        return self.env._("%s and above", self.club_min_tier_id.name)

    def _club_invites_dealer(self, partner):
        dealers = partner.dealer_id | partner.serving_dealer_ids
        if self.dealer_id:
            return self.dealer_id in dealers
        if self.club_region_id:
            path = self.club_region_id.parent_path
            return any((d.region_id.parent_path or "").startswith(path) for d in dealers)
        return True

    def _club_host_in_words(self):
        return (self.dealer_id or self.club_region_id).display_name

    def _club_activities_for(self, membership):
        """What the club offers to a member (M4, M10).

        :param membership: one record of ``crm.club.membership``
        :return: a list of dictionaries, the next activity first: ``event``; ``registration`` (the
            member's own, may be empty) with ``state`` (``open``, ``draft``: waiting, ``done``, or
            False); ``guests``, the names of the member's guests; ``can_register``; ``reason``, why
            not; ``seats_left`` (None: not limited); ``waits``: who registers now will wait
        """
        events = self.sudo().search(
            [
                ("is_club_activity", "=", True),
                ("club_announced", "=", True),
                ("date_end", ">=", fields.Datetime.now()),
                ("kanban_state", "!=", "cancel"),
            ],
            order="date_begin, id",
        )
        events = events.filtered(lambda e: e._club_invites_dealer(membership.sudo().partner_id))
        own = (
            self.env["event.registration"]
            .sudo()
            .search(
                [
                    ("event_id", "in", events.ids),
                    ("membership_id", "=", membership.id),
                    ("state", "!=", "cancel"),
                ]
            )
        )
        mine = {r.event_id: r for r in own if not r.guest_of_id}
        return [event._club_offer(membership, mine.get(event, own.browse())) for event in events]

    def _club_offer(self, membership, registration):
        left = self._club_seats_left(ticket=self._club_ticket())
        full = left is not None and left <= 0
        reason = "" if registration else self._club_refusal(membership) or self._club_choice()
        if not reason and not registration and full and not self.club_waiting_list:
            reason = self.env._("All seats are taken.")
        guests = registration.guest_ids.filtered(lambda r: r.state != "cancel")
        return {
            "event": self,
            "registration": registration,
            "state": registration.state,
            "guests": guests.mapped("name"),
            "can_register": not registration and not reason,
            "reason": reason,
            "seats_left": left if left is None else max(left, 0),
            "waits": full and self.club_waiting_list,
        }

    def _club_ticket(self):
        """The ticket that members get who register by themselves: the only one, if any."""
        return self.event_ticket_ids if len(self.event_ticket_ids) == 1 else None

    def _club_choice(self):
        """Why a member cannot register without the dealer; empty if nothing is to be chosen."""
        if self.is_multi_slots:
            return self.env._("There are several times: ask your dealer for the one you like.")
        if len(self.event_ticket_ids) > 1:
            return self.env._("There are several tickets: ask your dealer for the one you like.")
        return ""

    def _club_register(self, membership, guests=()):
        """Register a member, with guests, who all get a seat or all wait (M4).

        :param membership: one record of ``crm.club.membership``
        :param guests: names of the guests
        :return: the member's registration, ``open`` or ``draft`` (on the waiting list)
        :raise UserError: when something speaks against it; says what
        """
        self.ensure_one()
        event, member = self.sudo(), membership.sudo()
        if not event.is_club_activity or not event.club_announced:
            raise UserError(self.env._("This activity is not open for registration."))
        if choice := event._club_choice():
            raise UserError(choice)
        names = [name.strip() for name in guests if name and name.strip()]
        event._club_hold()
        registrations = event.env["event.registration"]
        known = [("event_id", "=", event.id), ("membership_id", "=", member.id)]
        if registrations.search_count([*known, ("state", "!=", "cancel")], limit=1):
            raise UserError(self.env._("You are registered for this activity already."))
        ticket = event._club_ticket()
        left = event._club_seats_left(ticket=ticket)
        fits = left is None or left > len(names)
        if not fits and not event.club_waiting_list:
            raise UserError(self.env._("There are not enough seats left. Bring fewer guests."))
        common = {
            "event_id": event.id,
            "partner_id": member.partner_id.id,
            "state": "open" if fits else "draft",
            "event_ticket_id": ticket.id if ticket else False,
        }
        own = registrations.create(common)
        registrations.create([{**common, "guest_of_id": own.id, "name": name} for name in names])
        return own

    def _club_cancel(self, membership):
        """Cancel a member's registration and the guests'; seats and points are free again.

        :raise UserError: when the member is not registered, or the activity has begun
        """
        self.ensure_one()
        event = self.sudo()
        own = event.env["event.registration"].search(
            [
                ("event_id", "=", event.id),
                ("membership_id", "=", membership.id),
                ("guest_of_id", "=", False),
                ("state", "in", ("draft", "open")),
            ]
        )
        if not own:
            raise UserError(self.env._("You are not registered for this activity."))
        if event.date_begin <= fields.Datetime.now():
            raise UserError(
                self.env._("The activity has begun. Call the dealer if you cannot come.")
            )
        own.action_cancel()
