"""The customer's page, attacked (S1): one link, once, until its deadline, within bounds."""

import re
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common_programme import SurveyFactories


@tagged("post_install", "-at_install")
class TestPage(SurveyFactories, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_survey()

    def _open(self, answer):
        return self.url_open(answer.get_start_url())

    def _send(self, answer, figures, page=None):
        page = page or self._open(answer)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        data = {"csrf_token": token and token[1], **figures}
        with mute_logger("odoo.http", "odoo.sql_db"):
            return self.url_open(answer.get_start_url(), data=data)

    def _name(self, kind="satisfaction", version=None):
        return f"q{self._question(kind, version).id}"

    def test_answers_without_login_and_once(self):
        answer = self._link()
        page = self._open(answer)
        self.assertEqual(page.status_code, 200)
        self.assertEqual(answer.state, "in_progress")
        for question in self.version.question_ids:
            self.assertIn(f'name="q{question.id}"', page.text)
        # No is a figure as well: 0.
        no = rf'name="q{self._question("compliance").id}"\s+value="0"'
        self.assertRegex(page.text, no)
        self.assertIn("no-store", page.headers["Cache-Control"])
        sent = {self._name(): "9", self._name("open"): "Thanks <b>", self._name("nps"): "0"}
        thanks = self._send(answer, sent, page)
        self.assertIn("we have your answer", thanks.text)
        self.assertEqual(answer.state, "done")
        self.assertEqual(len(answer.user_input_line_ids), 3)
        # Sent twice, from the same form: one answer, and the first one.
        again = self._send(answer, {self._name(): "1"}, page)
        self.assertIn("we have your answer", again.text)
        self.assertEqual(len(answer.user_input_line_ids), 3)
        totals = answer.satisfaction_score_ids.filtered(
            lambda s: s.kind == "satisfaction" and not s.factor_id
        )
        self.assertEqual(totals.value, 9)
        self.assertNotIn("<form", self._open(answer).text)

    def test_signed_in_people_are_no_other_case(self):
        self.authenticate("clerk", "clerkxxx")
        answer = self._link()
        self.assertIn("<form", self._open(answer).text)

    def test_expired_link_says_so(self):
        answer = self._link(deadline=fields.Datetime.now() - timedelta(minutes=1))
        self.assertIn("has expired", self._open(answer).text)
        other = self._open(self._link())
        self._send(answer, {self._name(): "9"}, other)
        self.assertFalse(answer.user_input_line_ids)

    def test_forged_tokens(self):
        answer = self._link()
        plain = self.env["survey.survey"].create({"title": "Other"})
        foreign = self.env["survey.user_input"].create({"survey_id": plain.id})
        for token in (
            "0" * 36,
            answer.access_token[:-1] + ("0" if answer.access_token[-1] != "0" else "1"),
            answer.access_token.upper(),
            answer.access_token + "%00",
            "%25",
            "'%20OR%20'1'='1",
            self.version.survey_id.access_token,
            foreign.access_token,
        ):
            with self.subTest(token), mute_logger("odoo.http"):
                status = self.url_open(f"/satisfaction/{token}").status_code
                self.assertIn(status, (400, 404))

    def test_forged_values_are_refused_as_a_whole(self):
        answer = self._link()
        other = self._version(self.programme)
        page = self._open(answer)
        for figures in (
            {self._name(): "11"},
            {self._name(): "0"},
            {self._name(): "-1"},
            {self._name(): "9.5"},
            {self._name(): "9e9"},
            {self._name(): "９"},
            {self._name("compliance"): "2"},
            {self._name("nps"): "11"},
            {self._name("open"): "x" * 5001},
            {self._name(version=other): "9"},
            {"q999999999": "9"},
            {self._name(): "8", self._name("nps"): "12"},
        ):
            with self.subTest(figures):
                self.assertEqual(self._send(answer, figures, page).status_code, 400)
        self.assertFalse(answer.user_input_line_ids)
        self.assertEqual(answer.state, "in_progress")
        # Values that mean nothing do no harm.
        self._send(answer, {self._name(): "7", "q0": "1", "q1x": "1", "state": "new"}, page)
        self.assertEqual(answer.user_input_line_ids.value_scale, 7)

    def test_empty_answer_is_asked_again(self):
        answer = self._link()
        response = self._send(answer, {self._name(): "", self._name("open"): "  "})
        self.assertEqual(response.status_code, 422)
        self.assertIn("one question at least", response.text)
        self.assertEqual(answer.state, "in_progress")

    def test_without_csrf_token_nothing_is_stored(self):
        answer = self._link()
        with mute_logger("odoo.http"):
            response = self.url_open(answer.get_start_url(), data={self._name(): "9"})
        self.assertEqual(response.status_code, 400)
        self.assertFalse(answer.user_input_line_ids)

    def test_the_erps_own_pages_do_not_open_programmes(self):
        answer = self._link()
        survey = self.version.survey_id
        both = f"{survey.access_token}/{answer.access_token}"
        for path in (
            f"/survey/start/{survey.access_token}",
            f"/survey/start/{survey.access_token}?answer_token={answer.access_token}",
            f"/survey/{both}",
            f"/survey/print/{survey.access_token}?answer_token={answer.access_token}",
            f"/survey/retry/{both}",
        ):
            page = self.url_open(path)
            self.assertNotIn(self._question("satisfaction").title, page.text, path)
        for route in ("begin", "submit", "next_question"):
            _data, result = self.make_jsonrpc_request(
                f"/survey/{route}/{both}", {str(self._question("satisfaction").id): "11"}
            )
            self.assertEqual(result, {"error": "survey_wrong"})
        self.assertFalse(answer.user_input_line_ids)
        self.assertEqual(answer.state, "new")
        self.assertEqual(self.env["survey.user_input"].search_count(
            [("survey_id", "=", survey.id)]), 1)  # fmt: skip

    def test_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        question = self._question("satisfaction")
        question.with_context(lang="zh_CN").title = "您满意吗？"
        self.customer_a.lang = "zh_CN"
        self.assertIn("您满意吗？", self._open(self._link()).text)
        self.customer_b.lang = "en_US"
        self.assertIn(question.title, self._open(self._link(partner_id=self.customer_b.id)).text)

    def test_few_queries_for_an_answer(self):
        answer = self._link()
        answer._mark_in_progress()
        said = {q: 8 for q in self.version.question_ids if q.satisfaction_kind == "satisfaction"}
        self._answered()  # the first one freezes the version
        self.env.flush_all()
        self.env.invalidate_all()
        # Scores, checks for cheats, rules of notices and the sample: none of it grows.
        with self.assertQueryCount(34):
            answer._submit_satisfaction(said)
            self.env.flush_all()
