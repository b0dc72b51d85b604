"""Others' pages for tickets neither show nor change a complaint or a call for help."""

from werkzeug.exceptions import BadRequest

from odoo import http
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController
from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk
from odoo.addons.rating.controllers.main import Rating

from .parse import integer


def _is_ours(ticket_id):
    # sudo: only to tell whether it is one of ours; nothing of it is shown.
    tickets = request.env["helpdesk.ticket"].sudo()
    return bool(tickets.browse(ticket_id).exists().crm_kind)


class ClubTicketController(HelpdeskTicketController):
    @http.route()
    def support_ticket_close(self, **kw):
        """OCA's route closes any ticket as superuser: not ours."""
        # What is asked about and what is closed is one number: int() reads more than digits.
        numbers = {name: integer(kw[name]) for name in kw if name.endswith("_id")}
        if "ticket_id" not in numbers:
            raise BadRequest
        if _is_ours(numbers["ticket_id"]):
            raise request.not_found()
        return super().support_ticket_close(**{**kw, **numbers})


class ClubTicketPortal(CustomerPortalHelpdesk):
    @http.route()
    def portal_my_ticket(self, ticket_id, access_token=None, **kw):
        if _is_ours(ticket_id):
            return request.redirect("/my")
        return super().portal_my_ticket(ticket_id, access_token=access_token, **kw)


class ClubTicketRating(Rating):
    @http.route()
    def action_submit_rating(self, token, rate=0, **kwargs):
        """Of ours a link answers once: afterwards it only shows what was said."""
        if request.httprequest.method == "POST":
            # sudo: the link is the right; it is only asked whether it was used.
            rating = request.env["rating.rating"].sudo().search([("access_token", "=", token)])
            if rating.crm_kind and rating.consumed:
                return request.redirect(f"/rate/{token}/submit_feedback")
        return super().action_submit_rating(token, rate=rate, **kwargs)
