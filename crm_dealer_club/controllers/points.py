from odoo.http import request, route
from odoo.tools import format_date

from odoo.addons.portal.controllers.portal import pager as portal_pager

from .base import ClubPortal, from_replica

_A_PAGE = 20


class ClubPoints(ClubPortal):
    """The member's points: balance, statement, how to earn and what to use them for (M10)."""

    @route(
        ["/my/club/points", "/my/club/points/page/<int:page>"],
        type="http", auth="user", website=True, methods=["GET"],
        readonly=from_replica,
    )  # fmt: skip
    def club_points(self, page=1, **_params):
        member = self._member()
        if not member:
            return request.redirect("/my/club")
        # The lines name whom the company recommended: that is for the company.
        own = self._acts_for_customer()
        pager, lines = self._lines(member, page) if own else (None, ())
        return self._page(
            "portal_points",
            "club_points",
            membership=member,
            number=member._points_in_words,
            expiring_on=format_date(request.env, member.points_expiring_on),
            earning=member._earning_in_words(),
            rewards=member._rewards_in_words(),
            acts_for_customer=own,
            lines=lines,
            pager=pager,
        )

    def _lines(self, member, page):
        # sudo: the member's own entries.
        entries = request.env["crm.club.point.entry"].sudo()
        program = member._program()
        mine = [("membership_id", "=", member.id), ("program_id", "=", program.id)]
        pager = portal_pager(
            url="/my/club/points",
            total=entries.search_count(mine),
            page=min(page, 10**6),
            step=_A_PAGE,
        )
        lines = member._statement(limit=_A_PAGE, offset=pager["offset"])
        for line in lines:
            line["day"] = self._day(member, line["date"])
            line["last_day"] = line["expires_on"] and format_date(request.env, line["expires_on"])
            sign = "+" if line["points"] > 0 else ""
            line["amount"] = sign + member._points_in_words(line["points"])
        return pager, lines

    def _day(self, member, moment):
        local = member.dealer_id._local(moment) if member.dealer_id else moment
        return format_date(request.env, local.date())
