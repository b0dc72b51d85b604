from werkzeug.exceptions import BadRequest

from odoo.http import request, route

from . import parse
from .base import from_replica
from .tickets import LONGEST_TEXT, ClubTickets

_SHOWN = 50
_VISITS = 20


class ClubComplaints(ClubTickets):
    """Complaining, and seeing what is done about it (M7, M10)."""

    @route(
        "/my/club/complaints", type="http", auth="user", website=True, methods=["GET"],
        readonly=from_replica,
    )  # fmt: skip
    def club_complaints(self, **_params):
        # sudo: the customer's own complaints.
        tickets = request.env["helpdesk.ticket"].sudo()
        return self._page(
            "portal_complaints",
            "club_complaints",
            complaints=tickets._member_tickets(self._customer(), "complaint", limit=_SHOWN),
            say=self._say,
        )

    @route(
        "/my/club/complaints/new", type="http", auth="user", website=True, methods=["GET"],
        readonly=from_replica,
    )  # fmt: skip
    def club_complaint_new(self, vehicle=None, visit=None, **_params):
        typed = {}
        if vehicle:
            typed["vehicle"] = self._own_vehicle(parse.integer(vehicle, low=1))
        if visit:
            typed["visit"] = self._own_visit(parse.integer(visit, low=1))
        return self._complain_page(typed=typed)

    @route("/my/club/complaints/new", type="http", auth="user", website=True, methods=["POST"])
    def club_complain(self, cause=None, vehicle=None, visit=None, text=None, **_params):
        about = parse.text(vehicle, 12), parse.text(visit, 12)
        typed = {
            "cause": self._cause(cause),
            "vehicle": self._own_vehicle(parse.integer(about[0], low=1)) if about[0] else None,
            "visit": self._own_visit(parse.integer(about[1], low=1)) if about[1] else None,
            "text": parse.text(text, LONGEST_TEXT, lines=True),
        }
        if refused := self._too_often("complaint"):
            return refused
        pictures, errors = self._photos()
        if not errors:
            # sudo: customers complain for themselves, about what was found to be theirs.
            tickets = request.env["helpdesk.ticket"].sudo()
            with self._refusals() as errors:
                ticket = tickets._complaint_by_member(
                    self._partner(), self._complaint_values(typed), typed["text"], pictures
                )
        if errors:
            return self._complain_page(422, errors=errors, typed=typed)
        return request.redirect(f"/my/club/complaints/{ticket.id}?sent=1")

    @route(
        "/my/club/complaints/<int:ticket_id>",
        type="http", auth="user", website=True, methods=["GET"],
        readonly=from_replica,
    )  # fmt: skip
    def club_complaint(self, ticket_id, sent=None, rated=None, reopened=None, **_params):
        ticket = self._own_ticket(ticket_id, "complaint")
        return self._ticket_page(
            ticket, sent=bool(sent), rated=bool(rated), reopened=bool(reopened)
        )

    @route(
        "/my/club/complaints/<int:ticket_id>/reply",
        type="http", auth="user", website=True, methods=["POST"],
    )  # fmt: skip
    def club_complaint_reply(self, ticket_id, text=None, **_params):
        return self._reply(self._own_ticket(ticket_id, "complaint"), text)

    @route(
        "/my/club/complaints/<int:ticket_id>/rate",
        type="http", auth="user", website=True, methods=["POST"],
    )  # fmt: skip
    def club_complaint_rate(self, ticket_id, stars=None, words=None, **_params):
        return self._rate(self._own_ticket(ticket_id, "complaint"), stars, words)

    @route(
        "/my/club/complaints/<int:ticket_id>/reopen",
        type="http", auth="user", website=True, methods=["POST"],
    )  # fmt: skip
    def club_complaint_reopen(self, ticket_id, text=None, **_params):
        """Say that it is not solved, within the days of the company."""
        ticket = self._own_ticket(ticket_id, "complaint")
        text = parse.text(text, LONGEST_TEXT, lines=True)
        if refused := self._too_often("complaint"):
            return refused
        with self._refusals() as errors:
            ticket._complaint_reopen(self._partner(), text)
        if errors:
            return self._ticket_page(ticket, status=422, errors=errors)
        return request.redirect(f"{self._address(ticket)}?reopened=1")

    # -- What was typed ---------------------------------------------------------------------------

    def _causes(self):
        # sudo: the list of what can be complained of is no secret.
        return request.env["helpdesk.ticket"].sudo()._complaint_causes()

    def _cause(self, number):
        chosen = self._causes().browse(parse.integer(number, low=1))
        if chosen not in self._causes():
            raise BadRequest
        return chosen

    def _complaint_values(self, typed):
        visit = typed["visit"]
        vehicle = typed["vehicle"] or (
            visit and visit.vehicle_id.filtered(lambda one: one in self._own_vehicles())
        )
        if visit and vehicle and visit.vehicle_id != vehicle:
            visit = None
        return {
            "category_id": typed["cause"].id,
            "vehicle_id": vehicle.id if vehicle else False,
            "visit_id": visit.id if visit else False,
        }

    # -- Pages ------------------------------------------------------------------------------------

    def _complain_page(self, status=200, **values):
        # sudo: the customer's own visits.
        visits = request.env["crm.service.visit"].sudo()
        typed = values.pop("typed", {})
        return self._page(
            "portal_complaint_new",
            "club_complaint_new",
            status=status,
            causes=self._causes(),
            vehicles=self._own_vehicles(),
            visits=visits.search(
                [("commercial_partner_id", "=", self._customer().id), ("stage", "!=", "cancelled")],
                limit=_VISITS,
            ),
            say=self._say,
            longest_text=LONGEST_TEXT,
            typed=typed,
            **{"errors": (), **values},
        )

    def _ticket_page(self, ticket, status=200, **values):
        if ticket.crm_kind != "complaint":
            return super()._ticket_page(ticket, status=status, **values)
        flags = {"errors": (), "sent": False, "rated": False, "reopened": False, "typed": {}}
        return self._page(
            "portal_complaint",
            "club_complaint",
            status=status,
            steps=ticket._complaint_steps(),
            may_reopen=ticket._complaint_may_reopen(),
            **self._thread_values(ticket),
            **{**flags, **values},
        )
