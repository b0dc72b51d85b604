from werkzeug.exceptions import NotFound

from odoo.http import request, route

from .base import ClubPortal, from_replica


class ClubStop(ClubPortal):
    """Behind the link in a message: no more of these, without signing in (P4).

    The page names no person. Opening it changes nothing, since mail programs look behind links.
    """

    @route(
        "/club/stop/<string:token>", type="http", auth="public", website=True, methods=["GET"],
        readonly=from_replica,
    )  # fmt: skip
    def club_stop(self, token, **_params):
        """Ask whether it is meant."""
        return self._stop_page(token, self._asked(token))

    # Without a form's token: mail programs post here themselves (RFC 8058). No session gives a
    # right; the signed link does.
    @route(
        "/club/stop/<string:token>",
        type="http", auth="public", website=True, methods=["POST"], csrf=False,
    )  # fmt: skip
    def club_stop_confirm(self, token, **_params):
        """Record that the person no longer wants such messages."""
        asked = self._asked(token)
        if refused := self._too_often("link", f"stop {asked[0].id}"):
            return refused
        # sudo: the link is the right.
        request.env["crm.club.consent"].sudo()._stop(*asked)
        return self._stop_page(token, asked, stopped=True)

    def _asked(self, token):
        asked = request.env["crm.club.consent"]._from_stop_token(token)
        if not asked:
            raise NotFound
        return asked

    def _stop_page(self, token, asked, stopped=False):
        _person, purposes, channel = asked
        consents = request.env["crm.club.consent"]
        channels = dict(consents._fields["channel"]._description_selection(request.env))
        response = self._page(
            "portal_stop",
            "stop",
            token=token,
            purposes=purposes,
            channel=channels.get(channel),
            stopped=stopped,
            no_breadcrumbs=True,
        )
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
