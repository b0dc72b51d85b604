from odoo.http import request, route

from odoo.addons.portal.controllers.portal import pager as portal_pager

from .base import ClubPortal, from_replica

_OPEN = ("booked", "received", "work_order", "in_work", "quality_check")
_A_PAGE = 20


class ClubVisits(ClubPortal):
    """The customer's visits and how far the work is (M10)."""

    @route(
        ["/my/club/visits", "/my/club/visits/page/<int:page>"],
        type="http", auth="user", website=True, methods=["GET"],
        readonly=from_replica,
    )  # fmt: skip
    def club_visits(self, page=1, **_params):
        # sudo: the customer's own visits.
        visits = request.env["crm.service.visit"].sudo()
        mine = [("commercial_partner_id", "=", self._customer().id)]
        past = [*mine, ("stage", "not in", _OPEN)]
        pager = portal_pager(
            url="/my/club/visits",
            total=visits.search_count(past),
            page=min(page, 10**6),
            step=_A_PAGE,
        )
        coming = visits.search([*mine, ("stage", "in", _OPEN)], order="date, id")
        done = visits.search(past, limit=_A_PAGE, offset=pager["offset"])
        return self._page(
            "portal_visits",
            "club_visits",
            coming=coming,
            done_visits=done,
            plates=(coming | done)._plates_then(),
            pager=pager,
        )

    @route(
        "/my/club/visits/<int:visit_id>",
        type="http", auth="user", website=True, methods=["GET"],
        readonly=from_replica,
    )  # fmt: skip
    def club_visit(self, visit_id, booked=None, cancelled=None, **_params):
        visit = self._own_visit(visit_id)
        return self._visit_page(visit, booked=bool(booked), cancelled=bool(cancelled))

    def _visit_page(self, visit, status=200, **values):
        return self._page(
            "portal_visit",
            "club_visit",
            status=status,
            visit=visit,
            type_label=dict(visit._fields["visit_type"]._description_selection(request.env))[
                visit.visit_type
            ],
            plate=visit._plates_then()[visit],
            steps=visit._steps(),
            may_cancel=visit._may_cancel_online(),
            **{"errors": (), "booked": False, "cancelled": False, **values},
        )

    @route(
        "/my/club/visits/<int:visit_id>/cancel",
        type="http", auth="user", website=True, methods=["POST"],
    )  # fmt: skip
    def club_visit_cancel(self, visit_id, **_params):
        """Cancel the own booking in time."""
        visit = self._own_visit(visit_id)
        if refused := self._too_often("book"):
            return refused
        with self._refusals() as errors:
            visit._cancel_online()
        if errors:
            return self._visit_page(visit, status=422, errors=errors)
        return request.redirect(f"/my/club/visits/{visit.id}?cancelled=1")
