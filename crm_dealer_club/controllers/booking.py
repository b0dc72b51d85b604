from datetime import timedelta

from werkzeug.exceptions import BadRequest

from odoo.http import request, route
from odoo.tools import format_date

from . import parse
from .base import ClubPortal

_WEEK = timedelta(days=7)
_LONGEST_WISH = 2000


class ClubBooking(ClubPortal):
    """Booking a visit, step by step, without a script (M10).

    The steps are in the address: vehicle, dealer and type; then the week; then the time. Only the
    last one posts, and asks again for everything.
    """

    @route("/my/club/book", type="http", auth="user", website=True, methods=["GET"])
    def club_book(self, **params):
        chosen = self._chosen(params)
        # Free times of a week are worked out anew for each look.
        if (chosen["asked"] or chosen.get("slot")) and (refused := self._too_often("times")):
            return refused
        if chosen.get("slot") and chosen["dealer"]._offered(
            chosen["slot"], chosen["type"], chosen["vehicle"].partner_id
        ):
            return self._page("portal_book_confirm", "club_book", **self._summary(chosen))
        errors = []
        if chosen.get("slot"):
            errors = [request.env._("This time is not free any more. Choose another one.")]
        return self._times_page(chosen, errors)

    @route("/my/club/book", type="http", auth="user", website=True, methods=["POST"])
    def club_book_confirm(self, **params):
        """Book the chosen time; when it is taken meanwhile, show what is free."""
        chosen = self._chosen(params)
        if not chosen.get("slot"):
            raise BadRequest
        wishes = parse.text(params.get("wishes"), _LONGEST_WISH, lines=True)
        if refused := self._too_often("book"):
            return refused
        # sudo: customers book for their own vehicles, which _chosen has checked.
        visits = request.env["crm.service.visit"].sudo()
        with self._refusals() as errors:
            visit = visits._book_online(
                chosen["vehicle"], chosen["dealer"], chosen["type"], chosen["slot"], wishes
            )
        if errors:
            return self._times_page(chosen, errors, status=409)
        return request.redirect(f"/my/club/visits/{visit.id}?booked=1")

    # -- What was chosen -----------------------------------------------------------------------

    def _chosen(self, params):
        """Return the choices of the request, checked, with what is proposed for the others."""
        vehicles = self._own_vehicles()
        types = self._types()
        vehicle = vehicles[:1]
        if params.get("vehicle"):
            vehicle = self._own_vehicle(parse.integer(params["vehicle"], low=1))
        # sudo: the workshops that the network offers to everybody.
        dealers = request.env["crm.dealer"].sudo()._bookable(self._customer(), vehicle)
        dealer = dealers[:1]
        if params.get("dealer"):
            number = parse.integer(params["dealer"], low=1)
            dealer = dealers.filtered(lambda one: one.id == number)
            if not dealer:
                raise BadRequest
        chosen = {"vehicle": vehicle, "dealer": dealer, "dealers": dealers, "vehicles": vehicles}
        chosen["types"] = types
        kind = params.get("type") or self._proposed_type(vehicle)
        chosen["type"] = parse.choice(kind, types)
        chosen["asked"] = bool(params.get("vehicle") and params.get("type"))
        if vehicle and dealer:
            first, last = dealer._booking_span()
            asked = params.get("day")
            chosen["day"] = parse.day(asked, first, last) if asked else first
            if params.get("slot"):
                chosen["slot"] = parse.moment(params["slot"])
        return chosen

    def _types(self):
        visits = request.env["crm.service.visit"]
        return dict(visits._fields["visit_type"]._description_selection(request.env))

    def _proposed_type(self, vehicle):
        first = vehicle.first_service_due and not vehicle.first_service_done
        return "first_service" if first else "maintenance"

    # -- Pages ---------------------------------------------------------------------------------

    def _times_page(self, chosen, errors=(), status=200):
        values = {**chosen, "errors": errors, "days": None, "query": self._query(chosen)}
        if (chosen["asked"] or errors) and chosen["vehicle"] and chosen["dealer"]:
            first, last = chosen["dealer"]._booking_span()
            day = chosen["day"]
            owner = chosen["vehicle"].partner_id
            days = chosen["dealer"]._days_open(day, chosen["type"], owner)
            values |= {
                "days": [
                    (format_date(request.env, date, date_format="full"), times)
                    for date, times in days
                ],
                "week": self._week_words(day),
                "earlier": max(day - _WEEK, first) if day > first else None,
                "later": day + _WEEK if day + _WEEK <= last else None,
            }
        return self._page("portal_book", "club_book", status=status, **values)

    def _week_words(self, day):
        first = format_date(request.env, day)
        return f"{first} – {format_date(request.env, day + _WEEK - timedelta(days=1))}"

    def _query(self, chosen):
        """Parameters that lead to the same choices again."""
        if not chosen["vehicle"] or not chosen["dealer"]:
            return ""
        return f"vehicle={chosen['vehicle'].id}&dealer={chosen['dealer'].id}&type={chosen['type']}"

    def _summary(self, chosen):
        local = chosen["dealer"]._local(chosen["slot"])
        day = format_date(request.env, local.date(), date_format="full")
        return {
            **chosen,
            "query": self._query(chosen),
            "when": f"{day}, {local:%H:%M}",
            "slot_text": f"{chosen['slot']:%Y-%m-%dT%H:%M}",
            "longest": _LONGEST_WISH,
        }
