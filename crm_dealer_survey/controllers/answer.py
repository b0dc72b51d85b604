import re

from werkzeug.exceptions import BadRequest, NotFound

from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.survey.controllers.main import Survey

_LONGEST = 5000  # characters of an answer in own words
_LARGEST = 2**20  # bytes of all answers together
_TOKEN = re.compile(r"[0-9a-f-]{36}", re.ASCII)
_FIELD = re.compile(r"q([1-9]\d{0,9})", re.ASCII)
_NUMBER = re.compile(r"\d{1,2}", re.ASCII)


class SatisfactionAnswer(Survey):
    """The customer's page: one link, no login, no script needed, made for a phone (S1, S2).

    The token is the right; whoever is signed in does not matter. Anything that the page itself
    cannot send is answered 400, 404 or 413, a link whose time is over 410.
    """

    @route("/satisfaction/<string:token>", type="http", auth="public", website=True,
           methods=["GET"], sitemap=False)  # fmt: skip
    def satisfaction_page(self, token, **_params):
        answer = self._answer(token)
        # Who only asks whether the link works (HEAD) has not begun.
        begun = request.httprequest.method == "GET" and answer.state == "new"
        if begun and answer._satisfaction_link_state() == "open":
            answer._mark_in_progress()
        return self._page(answer)

    @route("/satisfaction/<string:token>", type="http", auth="public", website=True,
           methods=["POST"], sitemap=False, max_content_length=_LARGEST)  # fmt: skip
    def satisfaction_submit(self, token, **params):
        answer = self._answer(token)
        if answer._satisfaction_link_state() != "open":
            return self._page(answer)
        said = self._said(answer, params)
        try:
            with request.env.cr.savepoint():
                answer._submit_satisfaction(said)
        except UserError as refusal:
            return self._page(answer, 422, error=str(refusal), said=said)
        return request.redirect(f"/satisfaction/{token}?done=1", code=303)

    def _answer(self, token):
        """The answer behind the token, with all rights; 404 for a forged one, 400 for none."""
        if not _TOKEN.fullmatch(token):
            raise BadRequest
        # sudo: the token is the right.
        answer = request.env["survey.user_input"].sudo().search(
            [("access_token", "=", token), ("satisfaction_version_id", "!=", False)]
        )  # fmt: skip
        if not answer:
            raise NotFound
        return answer.with_context(lang=self._language(answer))

    def _language(self, answer):
        """The customer's language, else the browser's, as far as it is installed."""
        chosen = request.httprequest.cookies.get("frontend_lang")
        installed = dict(request.env["res.lang"].get_installed())
        for code in (answer.lang_id.code, answer.partner_id.lang, chosen):
            if code in installed:
                return code
        return request.env.lang

    def _said(self, answer, params):
        """``{question: number or text}`` of what was sent; 400 for what the page cannot send."""
        questions = {q.id: q for q in answer.satisfaction_version_id.question_ids}
        said = {}
        for name, value in params.items():
            field = _FIELD.fullmatch(name)
            if not field:
                continue
            question = questions.get(int(field[1]))
            if question is None or not isinstance(value, str):
                raise BadRequest
            value = self._value(question, value)
            if value is not None:
                said[question] = value
        return said

    @staticmethod
    def _value(question, value):
        if question.question_type != "scale":
            if len(value) > _LONGEST:
                raise BadRequest
            return value.replace("\x00", "").strip() or None
        value = value.strip()
        if not value:
            return None
        if not _NUMBER.fullmatch(value):
            raise BadRequest
        if not question.scale_min <= int(value) <= question.scale_max:
            raise BadRequest
        return int(value)

    def _page(self, answer, status=200, error=None, said=None):
        state = answer._satisfaction_link_state()
        version = answer.satisfaction_version_id
        values = {
            "answer": answer,
            "programme": version.programme_id,
            "state": state,
            "error": error,
            "said": said or {},
            "sections": version._sections() if state == "open" else [],
        }
        request.update_context(lang=answer.env.context["lang"])
        if state == "expired":
            status = 410
        response = request.render("crm_dealer_survey.answer_page", values, status=status)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    # -- The ERP's own survey pages ------------------------------------------------------------

    def _check_validity(self, survey_sudo, answer_sudo, answer_token, **kwargs):
        """A programme has one door, the page above: there bounds and deadlines are checked."""
        if survey_sudo.survey_type == "satisfaction":
            return "survey_wrong"
        return super()._check_validity(survey_sudo, answer_sudo, answer_token, **kwargs)
