from werkzeug.exceptions import NotFound

from odoo.http import request, route

from . import parse
from .base import ClubPortal, from_replica

_LONGEST_NAME, _LONGEST_PHONE, _SHORTEST_PHONE = 64, 32, 7


class ClubReferralLink(ClubPortal):
    """What a friend finds behind a member's link, without signing in (M9, M10).

    The page names the dealer and nobody else, and gives the same answer whether the dealer knows
    the number or not.
    """

    @route(
        "/club/r/<string:token>", type="http", auth="public", website=True, methods=["GET"],
        readonly=from_replica,
    )  # fmt: skip
    def club_link(self, token, thanks=None, **_params):
        return self._link_page(token, self._recommender(token), thanks=bool(thanks))

    @route("/club/r/<string:token>", type="http", auth="public", website=True, methods=["POST"])
    def club_link_answer(self, token, name=None, phone=None, model=None, consent=None, **_params):
        """Ask the dealer to get in touch."""
        member = self._recommender(token)
        typed = {
            "name": parse.text(name, _LONGEST_NAME),
            "phone": parse.text(phone, _LONGEST_PHONE),
            "model": self._vehicle_model(model),
        }
        agreed = parse.text(consent, 8) == "1"
        # All visitors are one user: what is counted is the link.
        if refused := self._too_often("link", f"link {member.id}"):
            return refused
        errors = self._missing(typed, agreed)
        if not errors:
            # sudo: whose link it is was checked, and the friend speaks for itself.
            referrals = request.env["crm.club.referral"].sudo()
            with self._refusals() as refusals:
                referrals._refer(member, **typed, consent=agreed, source="link")
            if refusals:  # they are in words for the member
                errors = [request.env._("Please call the dealer.")]
        if errors:
            return self._link_page(token, member, 422, errors=errors, typed=typed)
        return request.redirect(f"/club/r/{token}?thanks=1")

    def _recommender(self, token):
        """The active membership whose link it is, as superuser; 404 for a forged one."""
        # sudo: the token is the right.
        member = request.env["crm.club.referral"].sudo()._from_token(token)
        if not member:
            raise NotFound
        return member

    def _missing(self, typed, agreed):
        """What the friend can put right, in words."""
        errors = []
        if not typed["name"]:
            errors.append(request.env._("Tell us your name."))
        if sum(char.isdigit() for char in typed["phone"]) < _SHORTEST_PHONE:
            errors.append(request.env._("Give a phone number under which we reach you."))
        if not agreed:
            errors.append(request.env._("We only call you if you agree to it."))
        return errors

    def _link_page(self, token, member, status=200, **values):
        response = self._page(
            "portal_referral_link",
            "friend",
            status=status,
            token=token,
            dealer=member.dealer_id or member.partner_id.dealer_id,
            models=self._vehicle_models(),
            longest_name=_LONGEST_NAME,
            longest_phone=_LONGEST_PHONE,
            no_breadcrumbs=True,
            **{"errors": (), "typed": {}, "thanks": False, **values},
        )
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
