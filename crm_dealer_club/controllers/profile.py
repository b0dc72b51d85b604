from datetime import date

from werkzeug.exceptions import BadRequest, Forbidden

from odoo.http import content_disposition, request, route

from odoo.addons.crm_dealer_grading.tools.privacy import as_json

from . import parse
from .base import ClubPortal, from_replica

_LONGEST_REASON = 500


class ClubProfile(ClubPortal):
    """The member's own data: language, consents, download, leaving (M10, P4)."""

    @route(
        "/my/club/profile", type="http", auth="user", website=True, methods=["GET"],
        readonly=from_replica,
    )  # fmt: skip
    def club_profile(self, saved=None, reworded=None, **_params):
        partner = self._partner()
        return self._page(
            "portal_profile",
            "club_profile",
            partner=partner,
            # sudo: the user's own decisions.
            asked=request.env["crm.club.consent"].sudo()._asked(partner),
            languages=request.env["res.lang"].sudo().get_installed(),
            language=request.env.lang,
            membership=self._own_membership(),
            acts_for_customer=self._acts_for_customer(),
            saved=bool(saved),
            reworded=bool(reworded),
        )

    @route("/my/club/profile/language", type="http", auth="user", website=True, methods=["POST"])
    def club_language(self, lang=None, **_params):
        """Read the pages, and get messages, in another language."""
        if refused := self._too_often("profile"):
            return refused
        known = {code for code, _name in request.env["res.lang"].sudo().get_installed()}
        code = parse.choice(lang, known)
        # sudo: the user's own language.
        request.env.user.sudo().lang = code
        # The pages follow the cookie, which the language menu sets as well.
        request.future_response.set_cookie("frontend_lang", code)
        return request.redirect("/my/club/profile?saved=1")

    @route("/my/club/profile/consents", type="http", auth="user", website=True, methods=["POST"])
    def club_consents(self, **params):
        """Record what the member allows from now on."""
        if refused := self._too_often("profile"):
            return refused
        given = {parse.text(key, 64) for key in params if key.startswith("consent_")}
        # sudo: everybody decides on the own data.
        consents = request.env["crm.club.consent"].sudo()
        partner = self._partner()
        asked = consents._asked(partner)
        if given - {key for one in asked for key, _label, _on in one["choices"]}:
            raise BadRequest
        for purpose in (one["purpose"] for one in asked):
            read = params.get(f"wording_{purpose.id}")
            if read is not None and parse.integer(read) != purpose.text_number:
                # It changed since the page was opened: nobody agrees to what was not read.
                return request.redirect("/my/club/profile?reworded=1")
        consents._decide(partner, given)
        return request.redirect("/my/club/profile?saved=1")

    # -- Download ------------------------------------------------------------------------------

    @route("/my/club/profile/download", type="http", auth="user", website=True, methods=["POST"])
    def club_download(self, form="html", **_params):
        """All own data, for machines (JSON) or to read (HTML)."""
        if refused := self._too_often("download"):
            return refused
        form = parse.choice(form, {"json", "html"})
        partner = self._partner()
        sections = partner._privacy_file(own=True)
        request.env["crm.protected.access"]._log(partner, "*", kind="download")
        if form == "json":
            content, kind = as_json(sections), "application/json; charset=utf-8"
        else:
            # sudo: the page shows what was collected.
            file = request.env["crm.privacy.file"].sudo()
            content, kind = file._as_html(sections), "text/html; charset=utf-8"
        headers = [
            ("Content-Type", kind),
            ("Content-Disposition", content_disposition(f"my-data-{date.today()}.{form}")),
            ("Cache-Control", "no-store"),
        ]
        return request.make_response(content, headers)

    # -- Leaving -------------------------------------------------------------------------------

    @route(
        "/my/club/leave", type="http", auth="user", website=True, methods=["GET"],
        readonly=from_replica,
    )  # fmt: skip
    def club_leave(self, **_params):
        """What is lost by leaving, before anybody does."""
        return self._leave_page()

    def _leave_page(self, errors=(), status=200):
        membership = self._own_membership()
        if not membership or membership.state == "left":
            return request.redirect("/my/club")
        losses = request.env["crm.club.portal"].sudo()._losses(self._customer(), membership)
        return self._page(
            "portal_leave",
            "club_leave",
            status=status,
            membership=membership,
            losses=losses,
            acts_for_customer=self._acts_for_customer(),
            longest=_LONGEST_REASON,
            errors=errors,
        )

    @route("/my/club/leave", type="http", auth="user", website=True, methods=["POST"])
    def club_leave_confirm(self, reason=None, sure=None, **_params):
        """Leave the club, with a reason."""
        if not self._acts_for_customer():
            raise Forbidden
        if refused := self._too_often("join"):
            return refused
        why = parse.text(reason, _LONGEST_REASON, lines=True)
        if not why or parse.text(sure, 8) != "1":
            words = request.env._("Tell us why you leave, and confirm that you want to.")
            return self._leave_page([words], status=422)
        membership = self._own_membership()
        if not membership:
            return request.redirect("/my/club")
        with self._refusals() as errors:
            membership._leave_online(why)
        if errors:
            return self._leave_page(errors, status=422)
        return request.redirect("/my/club")
