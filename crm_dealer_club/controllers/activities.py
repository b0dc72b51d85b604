from werkzeug.exceptions import BadRequest, Forbidden, NotFound

from odoo.http import content_disposition, request, route

from . import parse
from .base import _HIGHEST_ID, ClubPortal, from_replica

_LONGEST_NAME = 64
_MOST_GUESTS = 20
_MOST_PAST = 30


class ClubActivities(ClubPortal):
    """The club's activities: what is open to the member, registering, cancelling (M10)."""

    @route(
        "/my/club/activities", type="http", auth="user", website=True, methods=["GET"],
        readonly=from_replica,
    )  # fmt: skip
    def club_activities(self, **_params):
        member = self._member()
        if not member:
            return request.redirect("/my/club")
        # sudo: what is offered to the member, and its own registrations.
        registrations = request.env["event.registration"].sudo()
        own = [("membership_id", "=", member.id), ("guest_of_id", "=", False)]
        coming = member._seats_to_give_back()
        past = registrations.search(
            [*own, ("id", "not in", coming.ids)], order="id desc", limit=_MOST_PAST
        )
        offers = request.env["event.event"].sudo()._club_activities_for(member)
        return self._page(
            "portal_activities",
            "club_activities",
            membership=member,
            coming=coming.sorted(lambda one: (one.event_id.date_begin, one.id)),
            past=past,
            offers=[offer for offer in offers if not offer["registration"]],
        )

    @route(
        "/my/club/activities/<int:activity_id>",
        type="http", auth="user", website=True, methods=["GET"],
        readonly=from_replica,
    )  # fmt: skip
    def club_activity(self, activity_id, registered=None, cancelled=None, **_params):
        member, offer = self._offer(activity_id)
        return self._activity_page(
            member, offer, registered=bool(registered), cancelled=bool(cancelled)
        )

    @route(
        "/my/club/activities/<int:activity_id>/calendar",
        type="http", auth="user", website=True, methods=["GET"],
        readonly=from_replica,
    )  # fmt: skip
    def club_activity_calendar(self, activity_id, **_params):
        """The activity for the member's own calendar, once registered."""
        _member, offer = self._offer(activity_id)
        seat = offer["registration"]
        files = seat and offer["event"]._get_ics_file(slot=seat.event_slot_id)
        if not files:
            raise NotFound
        headers = [
            ("Content-Type", "text/calendar; charset=utf-8"),
            ("Content-Disposition", content_disposition(f"{offer['event'].name}.ics")),
            ("Cache-Control", "no-store"),
        ]
        return request.make_response(files[offer["event"].id], headers)

    @route(
        "/my/club/activities/<int:activity_id>/register",
        type="http", auth="user", website=True, methods=["POST"],
    )  # fmt: skip
    def club_activity_register(self, activity_id, **params):
        """Take a seat, with guests, or a place on the waiting list."""
        member, offer = self._offer(activity_id)
        event = offer["event"]
        names = self._guests(event, params)
        if refused := self._changing("activity"):
            return refused
        with self._refusals() as errors:
            event._club_register(member, names)
        if errors:
            offer = event._club_offer_to(member) or offer
            return self._activity_page(member, offer, 422, errors=errors, names=names)
        return request.redirect(f"/my/club/activities/{event.id}?registered=1")

    @route(
        "/my/club/activities/<int:activity_id>/cancel",
        type="http", auth="user", website=True, methods=["POST"],
    )  # fmt: skip
    def club_activity_cancel(self, activity_id, **_params):
        """Give the seats back."""
        member, offer = self._offer(activity_id)
        event = offer["event"]
        if refused := self._changing("activity"):
            return refused
        with self._refusals() as errors:
            event._club_cancel(member)
        if errors:
            return self._activity_page(member, offer, 422, errors=errors)
        if not event._club_offer_to(member):
            # It is offered to nobody any more, and was seen for the seat alone.
            return request.redirect("/my/club/activities")
        return request.redirect(f"/my/club/activities/{event.id}?cancelled=1")

    # -- What is asked for ---------------------------------------------------------------------

    def _offer(self, activity_id):
        """``(membership, offer)`` of an activity that concerns the member; 404 otherwise."""
        member = self._member()
        if not member or not 0 < activity_id <= _HIGHEST_ID:
            raise NotFound
        # sudo: whether it concerns the member is checked by _club_offer_to.
        event = request.env["event.event"].sudo().browse(activity_id).exists()
        offer = event and event.is_club_activity and event._club_offer_to(member)
        if not offer:
            raise NotFound
        return member, offer

    def _changing(self, action):
        """Seats are the company's, not a driver's, and cost its points."""
        if not self._acts_for_customer():
            raise Forbidden
        return self._too_often(action)

    def _guests(self, event, params):
        fields = self._guest_fields(event)
        if {key for key in params if key.startswith("guest")} - set(fields):
            raise BadRequest
        names = [parse.text(params.get(field), _LONGEST_NAME) for field in fields]
        return [name for name in names if name]

    def _guest_fields(self, event):
        return [f"guest_{n}" for n in range(1, min(event.club_guests_max, _MOST_GUESTS) + 1)]

    def _activity_page(self, member, offer, status=200, names=(), **values):
        event, registration = offer["event"], offer["registration"]
        waiting = offer["state"] == "draft"
        return self._page(
            "portal_activity",
            "club_activity",
            status=status,
            membership=member,
            **offer,
            begins=event._moment_in_words(event.date_begin),
            ends=event._moment_in_words(event.date_end),
            deadline=event._moment_in_words(event.club_deadline or event.date_begin),
            about=event._plain_description(),
            fee_points=event.club_fee_points and member._points_in_words(event.club_fee_points),
            reward=event.club_points and member._points_in_words(event.club_points),
            place=event._place_in_queue(registration) if waiting else 0,
            may_cancel=event._is_open_for_cancelling(registration),
            acts_for_customer=self._acts_for_customer(),
            guest_fields=self._guest_fields(event),
            names=dict(zip(self._guest_fields(event), names, strict=False)),
            longest=_LONGEST_NAME,
            **{"errors": (), "registered": False, "cancelled": False, **values},
        )
