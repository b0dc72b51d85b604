from werkzeug.exceptions import BadRequest

from odoo.http import request, route

from . import parse
from .base import from_replica
from .tickets import LONGEST_TEXT, ClubTickets

_SHOWN = 50
_LONGEST_PLACE, _LONGEST_PHONE, _LONGEST_PLATE = 200, 32, 20
_MOST_PEOPLE = 60


class ClubRescue(ClubTickets):
    """Calling for help on the road, and seeing it come (M8, M10)."""

    @route(
        "/my/club/rescues", type="http", auth="user", website=True, methods=["GET"],
        readonly=from_replica,
    )  # fmt: skip
    def club_rescues(self, **_params):
        # sudo: the customer's own rescues.
        tickets = request.env["helpdesk.ticket"].sudo()
        return self._page(
            "portal_rescues",
            "club_rescues",
            rescues=tickets._member_tickets(self._customer(), "rescue", limit=_SHOWN),
            hotline=self._hotline(),
            say=self._say,
        )

    @route(
        "/my/club/rescues/new", type="http", auth="user", website=True, methods=["GET"],
        readonly=from_replica,
    )  # fmt: skip
    def club_rescue_new(self, vehicle=None, **_params):
        chosen = self._own_vehicle(parse.integer(vehicle, low=1)) if vehicle else None
        return self._rescue_new_page(typed={"vehicle": chosen} if chosen else {})

    @route("/my/club/rescues/new", type="http", auth="user", website=True, methods=["POST"])
    def club_rescue_call(self, **params):
        """Call for help. What is not known is not asked twice: help comes without it too."""
        typed = self._rescue_typed(params)
        if refused := self._too_often("rescue"):
            return refused
        pictures, errors = self._photos()
        if not errors and not typed["place"] and typed["latitude"] is None:
            errors = [
                request.env._("Tell us where you are: use your position, or describe the place.")
            ]
        if not errors:
            # sudo: customers call for help for themselves; whose vehicle it is was checked.
            tickets = request.env["helpdesk.ticket"].sudo()
            with self._refusals() as errors:
                ticket = tickets._rescue_by_member(
                    self._partner(), self._rescue_values(typed), typed["text"], pictures
                )
        if errors:
            return self._rescue_new_page(422, errors=errors, typed=typed)
        return request.redirect(f"/my/club/rescues/{ticket.id}?called=1")

    @route(
        "/my/club/rescues/<int:ticket_id>",
        type="http", auth="user", website=True, methods=["GET"],
        readonly=from_replica,
    )  # fmt: skip
    def club_rescue(self, ticket_id, called=None, sent=None, rated=None, **_params):
        ticket = self._own_ticket(ticket_id, "rescue")
        return self._ticket_page(
            ticket, called=bool(called), sent=bool(sent), rated=bool(rated)
        )

    @route(
        "/my/club/rescues/<int:ticket_id>/reply",
        type="http", auth="user", website=True, methods=["POST"],
    )  # fmt: skip
    def club_rescue_reply(self, ticket_id, text=None, **_params):
        return self._reply(self._own_ticket(ticket_id, "rescue"), text)

    @route(
        "/my/club/rescues/<int:ticket_id>/rate",
        type="http", auth="user", website=True, methods=["POST"],
    )  # fmt: skip
    def club_rescue_rate(self, ticket_id, stars=None, words=None, **_params):
        return self._rate(self._own_ticket(ticket_id, "rescue"), stars, words)

    # -- What was typed ---------------------------------------------------------------------------

    def _rescue_typed(self, params):
        """The parameters, checked; 400 for what no form sends, 404 for a foreign vehicle."""
        vehicle = parse.text(params.get("vehicle"), 12)
        latitude = self._degrees(params.get("latitude"), 90)
        longitude = self._degrees(params.get("longitude"), 180)
        if (latitude is None) != (longitude is None):
            raise BadRequest
        people = parse.text(params.get("people"), 12)
        return {
            "vehicle": self._own_vehicle(parse.integer(vehicle, low=1)) if vehicle else None,
            "plate": parse.text(params.get("plate"), _LONGEST_PLATE),
            "fault": self._fault(params.get("fault")),
            "place": parse.text(params.get("place"), _LONGEST_PLACE),
            "latitude": latitude,
            "longitude": longitude,
            "phone": parse.text(params.get("phone"), _LONGEST_PHONE),
            "people": parse.integer(people, high=_MOST_PEOPLE) if people else 0,
            "danger": parse.text(params.get("danger"), 8) == "1",
            "text": parse.text(params.get("text"), LONGEST_TEXT, lines=True),
        }

    def _faults(self):
        # sudo: the list of what can be wrong is no secret.
        return request.env["crm.rescue.fault"].sudo().search([("online", "=", True)])

    def _fault(self, number):
        chosen = self._faults().browse(parse.integer(number, low=1))
        if chosen not in self._faults():
            raise BadRequest
        return chosen

    def _rescue_values(self, typed):
        vehicle = typed["vehicle"]
        return {
            "vehicle_id": vehicle.id if vehicle else False,
            "rescue_plate": vehicle.plate if vehicle else typed["plate"],
            "rescue_fault_id": typed["fault"].id,
            "rescue_place": typed["place"],
            "rescue_latitude": typed["latitude"] or 0,
            "rescue_longitude": typed["longitude"] or 0,
            "partner_phone": typed["phone"] or self._partner().phone,
            "rescue_people": typed["people"],
            "rescue_danger": typed["danger"],
        }

    # -- Pages ------------------------------------------------------------------------------------

    def _hotline(self):
        # sudo: the number is told to everybody who may need it.
        return request.env.company.sudo().rescue_hotline

    def _rescue_new_page(self, status=200, **values):
        vehicles = self._own_vehicles()
        typed = values.pop("typed", {})
        if not typed and len(vehicles) == 1:
            typed = {"vehicle": vehicles}
        return self._page(
            "portal_rescue_new",
            "club_rescue_new",
            status=status,
            vehicles=vehicles,
            faults=self._faults(),
            hotline=self._hotline(),
            phone=typed.get("phone") or self._partner().phone or "",
            longest_place=_LONGEST_PLACE,
            longest_text=LONGEST_TEXT,
            typed=typed,
            **{"errors": (), **values},
        )

    def _ticket_page(self, ticket, status=200, **values):
        if ticket.crm_kind != "rescue":
            return super()._ticket_page(ticket, status=status, **values)
        flags = {"errors": (), "called": False, "sent": False, "rated": False, "typed": {}}
        return self._page(
            "portal_rescue",
            "club_rescue",
            status=status,
            steps=ticket._rescue_steps(),
            hotline=self._hotline(),
            **self._thread_values(ticket),
            **{**flags, **values},
        )
