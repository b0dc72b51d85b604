import time
from contextlib import contextmanager

from werkzeug.exceptions import BadRequest, NotFound

from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from . import parse

_HIGHEST_ID = 2**31 - 1
_MOST_MODELS = 300
# Whoever did something sees it: so many seconds long pages come from the primary database.
_JUST_DONE = 20


def from_replica(_controller, _rule, _args):
    """For ``readonly`` of a page's route: may a read replica serve it?

    It lags behind a little. Right after the visitor's own POST the page would not show what was
    done, or answer 404 for what was made.
    """
    return time.time() - request.session.get("club_done_at", 0) > _JUST_DONE


class ClubPortal(CustomerPortal):
    """What the pages of the club share (M10): who looks, what is the own, how often.

    A page asks for records through ``_own_…`` only: they come as superuser, after the ownership
    was checked, and end in 404 for whatever is not the customer's. Portal users have no access
    right on any model of ours, so RPC shows them nothing.
    """

    # -- Whose pages they are ------------------------------------------------------------------

    def _partner(self):
        """The contact that is signed in, as superuser."""
        return request.env.user.partner_id.sudo()

    def _customer(self):
        """The commercial entity of whoever is signed in, as superuser.

        A contact of a company sees the company's card, vehicles and visits, enters mileages and
        books: that is a driver's work. Joining, leaving and the company's data are the company's.
        """
        return self._partner().commercial_partner_id

    def _acts_for_customer(self):
        return self._partner() == self._customer()

    def _own_membership(self):
        """The customer's membership in any state, as superuser; empty without one."""
        # sudo: portal users have no right on memberships; this one is the user's own.
        memberships = request.env["crm.club.membership"].sudo()
        return memberships.search([("partner_id", "=", self._customer().id)], limit=1)

    def _member(self):
        """The customer's membership unless it has none or left, as superuser."""
        return self._own_membership().filtered(lambda member: member.state != "left")

    def _own(self, model, record_id):
        """The customer's record with this id, as superuser; 404 for anybody else's or none."""
        if not isinstance(record_id, int) or not 0 < record_id <= _HIGHEST_ID:
            raise NotFound
        # sudo: whose record it is, is in the domain.
        record = (
            request.env[model]
            .sudo()
            .search([("id", "=", record_id), ("commercial_partner_id", "=", self._customer().id)])
        )
        if not record:
            raise NotFound
        return record

    def _own_vehicle(self, vehicle_id):
        """A vehicle that the customer has today; an earlier owner finds nothing."""
        return self._own("crm.vehicle", vehicle_id)

    def _own_vehicles(self):
        # sudo: as in _own.
        vehicles = request.env["crm.vehicle"].sudo()
        return vehicles.search([("commercial_partner_id", "=", self._customer().id)])

    def _own_visit(self, visit_id):
        """A visit with the customer as the owner at its date."""
        return self._own("crm.service.visit", visit_id)

    # -- Recommending --------------------------------------------------------------------------

    def _vehicle_models(self):
        """What somebody may be interested in."""
        # sudo: the names of models are no secret.
        return request.env["fleet.vehicle.model"].sudo().search([], limit=_MOST_MODELS)

    def _vehicle_model(self, number):
        """The chosen model, empty for none; 400 for any other."""
        models = self._vehicle_models()
        if not parse.text(number, 12):
            return models.browse()
        chosen = models.browse(parse.integer(number, low=1))
        if chosen not in models:
            raise BadRequest
        return chosen

    # -- Pages ---------------------------------------------------------------------------------

    def _page(self, template, page_name, status=200, **values):
        """Render a page of the club; ``page_name`` (``club…``) chooses the breadcrumbs."""
        layout = {**self._prepare_portal_layout_values(), **values, "page_name": page_name}
        response = request.render(f"crm_dealer_club.{template}", layout)
        response.status_code = status
        # Somebody's data do not stay in caches on the way, nor after signing out.
        response.headers["Cache-Control"] = "no-store"
        # No other site shows our buttons under its own.
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        response.headers["Content-Security-Policy"] = "frame-ancestors 'self'"
        return response

    @contextmanager
    def _refusals(self):
        """Collect the refusal of what is tried inside: the list holds its words, if any.

        What was begun is taken back, the request goes on. Conflicts with other transactions are
        not caught: the server repeats the request.
        """
        words = []
        try:
            with request.env.cr.savepoint():
                yield words
                request.env.flush_all()
        except UserError as refusal:
            request.env.invalidate_all()
            words.append(str(refusal))

    def _too_often(self, action, who=None):
        """Count a use; return the page that asks to wait, or None when it may go on."""
        uses = request.env["crm.club.portal.use"]
        wait = uses._minutes_to_wait(action, request.httprequest.remote_addr, who)
        if not wait:
            return None
        response = self._page("portal_too_often", "club_too_often", status=429, minutes=wait)
        response.headers["Retry-After"] = str(60 * wait)
        return response
