from werkzeug.exceptions import Forbidden

from odoo.http import request, route

from ..tools.qr import svg_path
from . import parse
from .base import ClubPortal, from_replica

_LONGEST_NAME, _LONGEST_PHONE = 64, 32


class ClubReferral(ClubPortal):
    """Recommending: the member's own link, a form, and what became of it (M9, M10)."""

    @route(
        "/my/club/referral", type="http", auth="user", website=True, methods=["GET"],
        readonly=from_replica,
    )  # fmt: skip
    def club_referral(self, thanks=None, **_params):
        return self._referral_page(thanks=bool(thanks))

    @route("/my/club/referral", type="http", auth="user", website=True, methods=["POST"])
    def club_refer(self, name=None, phone=None, model=None, consent=None, **_params):
        """Recommend a person who agreed to it."""
        member = self._member()
        if not member:
            return request.redirect("/my/club")
        if not self._acts_for_customer():
            raise Forbidden
        typed = {
            "name": parse.text(name, _LONGEST_NAME),
            "phone": parse.text(phone, _LONGEST_PHONE),
            "model": self._vehicle_model(model),
        }
        agreed = parse.text(consent, 8) == "1"
        if refused := self._too_often("refer"):
            return refused
        # sudo: a member recommends for itself.
        referrals = request.env["crm.club.referral"].sudo()
        with self._refusals() as errors:
            referrals._refer(member, **typed, consent=agreed)
        if errors:
            return self._referral_page(422, errors=errors, typed=typed)
        return request.redirect("/my/club/referral?thanks=1")

    def _referral_page(self, status=200, **values):
        member, own = self._member(), self._acts_for_customer()
        if not member:
            return request.redirect("/my/club")
        # sudo: the customer's own link and recommendations.
        referrals = request.env["crm.club.referral"].sudo()
        link = code = None
        if own and member.state == "active":
            # The address in the settings: a forged name of the host makes no link.
            link = f"{member.get_base_url()}/club/r/{referrals._token(member)}"
            code = svg_path(link)
        return self._page(
            "portal_referral",
            "club_referral",
            status=status,
            membership=member,
            acts_for_customer=own,
            link=link,
            code=code,
            reward=member._referral_reward_in_words(),
            referrals=referrals._of_member(self._customer()) if own else referrals,
            models=self._vehicle_models(),
            longest_name=_LONGEST_NAME,
            longest_phone=_LONGEST_PHONE,
            **{"errors": (), "typed": {}, "thanks": False, **values},
        )
