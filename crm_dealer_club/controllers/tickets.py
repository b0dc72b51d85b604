import contextlib

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest, NotFound

from odoo.http import request, route
from odoo.tools import format_datetime

from ..tools import picture
from . import parse
from .base import ClubPortal, from_replica

_MOST_PHOTOS = 6
LONGEST_TEXT = 4000


class ClubTickets(ClubPortal):
    """What the pages of rescues and complaints share: messages, photos, rating (M10)."""

    def _own_ticket(self, ticket_id, kind=None):
        """The customer's ticket of this kind, as superuser; 404 for anybody else's or none."""
        ticket = self._own("helpdesk.ticket", ticket_id)
        if not ticket.crm_kind or (kind and ticket.crm_kind != kind):
            raise NotFound
        return ticket

    def _say(self, moment):
        """``moment`` (naive UTC) in words, on the clock of whoever looks."""
        user = request.env.user
        zone = user.tz or self._customer().dealer_id._timezone().zone
        return format_datetime(request.env, moment, tz=zone, dt_format="short") if moment else ""

    # -- Photos -----------------------------------------------------------------------------------

    def _photos(self):
        """``(pictures, errors)`` of what was sent as ``photos``; nothing else is looked at."""
        if request.httprequest.form.get("photos"):
            raise BadRequest
        sent = request.httprequest.files.getlist("photos")
        sent = [one for one in sent if isinstance(one, FileStorage) and one.filename]
        if len(sent) > _MOST_PHOTOS:
            return [], [request.env._("Send %s photos at most at a time.", _MOST_PHOTOS)]
        pictures = []
        for one in sent:
            content = one.stream.read(picture.MOST_BYTES + 1)
            if len(content) > picture.MOST_BYTES:
                return [], [request.env._("A photo may have 10 MB at most.")]
            try:
                pictures.append(picture.clean(content))
            except picture.NotAPicture:
                return [], [
                    request.env._("We can show photos only: JPEG, PNG, WebP or HEIC. Try another.")
                ]
        return pictures, []

    @route(
        "/my/club/photos/<int:photo_id>/file",
        type="http", auth="user", website=True, methods=["GET"],
        readonly=from_replica,
    )  # fmt: skip
    def club_photo(self, photo_id, **_params):
        """A photo or file of a message that the customer may read; 404 for any other."""
        if not 0 < photo_id < 2**31:
            raise NotFound
        # sudo: whose ticket it belongs to is asked before anything of it is shown.
        found = request.env["ir.attachment"].sudo().browse(photo_id).exists()
        if found.res_model != "helpdesk.ticket" or found.type != "binary":
            raise NotFound
        ticket = self._own_ticket(found.res_id)
        if found not in ticket._member_messages().attachment_ids:
            raise NotFound
        shown = found.mimetype in ("image/jpeg", "image/png", "image/webp")
        stream = request.env["ir.binary"].sudo()._get_stream_from(found)
        response = stream.get_response(max_age=0, as_attachment=not shown)
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response

    # -- Messages and rating ----------------------------------------------------------------------

    def _ticket_page(self, ticket, status=200, **values):
        """The page of a ticket; each kind has its own."""
        raise NotFound

    def _thread_values(self, ticket):
        return {
            # Not "ticket": the helpdesk's own breadcrumbs would take it for theirs.
            "case": ticket,
            "thread": ticket._member_thread(),
            "say": self._say,
            "rating": ticket._member_rating(),
            "may_rate": ticket._member_may_rate(),
            "longest_text": LONGEST_TEXT,
            "vehicle": ticket.vehicle_id.filtered(
                lambda vehicle: vehicle.commercial_partner_id == self._customer()
            ),
        }

    def _reply(self, ticket, text):
        """Post what the customer writes; return the page, or where to go on."""
        text = parse.text(text, LONGEST_TEXT, lines=True)
        if refused := self._too_often("reply"):
            return refused
        pictures, errors = self._photos()
        if not errors:
            with self._refusals() as errors:
                ticket._member_says(self._partner(), text, pictures)
        if errors:
            return self._ticket_page(ticket, status=422, errors=errors, typed={"text": text})
        return request.redirect(f"{self._address(ticket)}?sent=1")

    def _rate(self, ticket, stars, words):
        stars = parse.integer(stars, low=1, high=5)
        words = parse.text(words, LONGEST_TEXT, lines=True)
        if refused := self._too_often("reply"):
            return refused
        with self._refusals() as errors:
            ticket._member_rates(self._partner(), stars, words)
        if errors:
            return self._ticket_page(ticket, status=422, errors=errors)
        return request.redirect(f"{self._address(ticket)}?rated=1")

    def _address(self, ticket):
        folder = {"rescue": "rescues", "complaint": "complaints"}[ticket.crm_kind]
        return f"/my/club/{folder}/{ticket.id}"

    def _degrees(self, value, most):
        """Degrees that the browser sent, None for nothing; 400 for anything else."""
        written = parse.text(value, 24)
        if not written:
            return None
        with contextlib.suppress(ValueError):
            degrees = float(written)
            if -most <= degrees <= most:  # also no NaN
                return degrees
        raise BadRequest
