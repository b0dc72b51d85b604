from werkzeug.exceptions import BadRequest, NotFound

from odoo.http import request, route

from . import parse
from .base import ClubPortal, from_replica

_LONGEST_CITY = 128


class ClubBenefits(ClubPortal):
    """What the card gives, what the next one would add, what partners offer (M10)."""

    @route(
        "/my/club/benefits", type="http", auth="user", website=True, methods=["GET"],
        readonly=from_replica,
    )  # fmt: skip
    def club_benefits(self, city=None, **_params):
        member = self._member()
        if not member:
            return request.redirect("/my/club")
        # sudo: what the member's own card gives.
        benefits = request.env["crm.club.benefit"].sudo()
        merchants = self._offers(member)
        cities = sorted({place for place in merchants.mapped("city") if place})
        chosen = parse.text(city, _LONGEST_CITY)
        if chosen and chosen not in cities:
            raise BadRequest
        if chosen:
            merchants = merchants.filtered(lambda merchant: merchant.city == chosen)
        tier, better = benefits._next_tier_adds(member)
        return self._page(
            "portal_benefits",
            "club_benefits",
            membership=member,
            benefits=benefits._for(member),
            next_tier=tier,
            better=better,
            merchants=merchants,
            cities=cities,
            city=chosen,
            categories=self._categories(),
        )

    @route(
        "/my/club/merchants/<int:merchant_id>/image",
        type="http", auth="user", website=True, methods=["GET"],
        readonly=from_replica,
    )  # fmt: skip
    def club_merchant_image(self, merchant_id, **_params):
        """The picture of a merchant that offers the member something; 404 for any other."""
        offered = self._offers(self._member())
        merchant = offered.filtered(lambda one: one.id == merchant_id and one.image_256)
        if not merchant:
            raise NotFound
        stream = request.env["ir.binary"].sudo()._get_image_stream_from(merchant, "image_256")
        response = stream.get_response(max_age=0)
        response.headers["Cache-Control"] = "private, no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    def _offers(self, member):
        return request.env["crm.club.merchant"].sudo()._offers_for(member)

    def _categories(self):
        field = request.env["crm.club.merchant"]._fields["category"]
        return dict(field._description_selection(request.env))
