from werkzeug.exceptions import BadRequest, Forbidden

from odoo.http import request, route

from . import parse
from .base import ClubPortal, from_replica

# So many dealers are shown in one list; of more a region is chosen first.
_SHORT_LIST = 40


class ClubHome(ClubPortal):
    """The card, joining the club, and the club on the portal's home (M10)."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        # sudo: the customer's own records are counted.
        mine = [("commercial_partner_id", "=", self._customer().id)]
        if "club_vehicle_count" in counters:
            values["club_vehicle_count"] = request.env["crm.vehicle"].sudo().search_count(mine)
        if "club_visit_count" in counters:
            active = [("stage", "not in", ("delivered", "followed_up", "cancelled"))]
            visits = request.env["crm.service.visit"].sudo()
            values["club_visit_count"] = visits.search_count(mine + active)
        return values

    @route(
        "/my/club", type="http", auth="user", website=True, methods=["GET"],
        readonly=from_replica,
    )  # fmt: skip
    def club(self, region=None, joined=None, **_params):
        """The card and what the club offers; without a membership how to join."""
        return self._club_page(region=region, joined=bool(joined))

    def _club_page(self, region=None, errors=(), status=200, joined=False):
        customer, membership = self._customer(), self._own_membership()
        values = {
            "customer": customer,
            "membership": membership,
            "acts_for_customer": self._acts_for_customer(),
            "tiles": request.env["crm.club.portal"].sudo()._sorted_tiles(customer, membership),
            "errors": errors,
            "joined": joined,
        }
        if not membership or membership.state == "left":
            values |= self._joining(customer, region)
        return self._page("portal_club", "club", status=status, **values)

    def _joining(self, customer, region):
        """What somebody reads and chooses who is no member."""
        # sudo: tiers and dealers as any visitor of a showroom learns of them.
        tiers = request.env["crm.club.tier"].sudo().search([("by_invitation", "=", False)])
        values = {"tiers": tiers, "dealers": None, "regions": None, "region": None}
        if customer.dealer_id:
            return values
        dealers = request.env["crm.dealer"].sudo()._joinable()
        if len(dealers) > _SHORT_LIST:
            regions = dealers.region_id
            chosen = parse.integer(region) if region else None
            if chosen and chosen not in regions.ids:
                raise BadRequest
            values |= {"regions": regions, "region": chosen}
            dealers = dealers.filtered(lambda dealer: dealer.region_id.id == chosen)
        return values | {"dealers": dealers}

    @route("/my/club/join", type="http", auth="user", website=True, methods=["POST"])
    def club_join(self, dealer=None, agree=None, **_params):
        """Become a member at the own dealer, or at the chosen one."""
        if refused := self._too_often("join"):
            return refused
        customer = self._customer()
        if not self._acts_for_customer():
            raise Forbidden
        chosen = self._chosen_dealer(dealer)
        if parse.text(agree, 8) != "1":
            errors = [request.env._("Agree to the use of your data by the club to join it.")]
            return self._club_page(errors=errors, status=422)
        # sudo: customers may join by themselves, for themselves only.
        members = request.env["crm.club.membership"].sudo()
        with self._refusals() as errors:
            members._join_online(customer, chosen)
        if errors:
            return self._club_page(errors=errors, status=422)
        return request.redirect("/my/club?joined=1")

    def _chosen_dealer(self, dealer):
        # sudo: the names of dealers are no secret.
        dealers = request.env["crm.dealer"].sudo()
        if not dealer:
            return dealers
        number = parse.integer(dealer, low=1)
        found = dealers.search([("id", "=", number)])
        if not found:
            raise BadRequest
        return found
