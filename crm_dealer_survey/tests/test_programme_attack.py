"""Attacks on the customer's page: whatever is sent, it is refused and never fails (S1)."""

from datetime import timedelta
from urllib.parse import quote

from odoo import fields, http
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common_programme import SurveyFactories

REFUSED = (400, 404, 405, 410, 413, 415)
WORDS = (
    "\x00", "\ud83d\ude97 很好 ✓", "\u202e evil", "a\u0300" * 50, "<script>alert(1)</script>",
    "{{ 7 * 7 }} ${7*7} %s %(x)s", "'; DROP TABLE survey_user_input; --", "\r\nSet-Cookie: a=b",
)  # fmt: skip
FIGURES = (
    "-1", "0", "11", "99999999999999999999", "-99999999999", "1e1", "0x8", "8.0", "8,0", "٨", "８",
    "NaN", "Infinity", "None", "True", "[]", "{}", "8; 9", "+8", "--8", "8\x00", "\u00bd", "②",
)  # fmt: skip


@tagged("post_install", "-at_install")
class TestAttack(SurveyFactories, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_survey()
        cls.answer = cls._link()
        cls.name = f"q{cls._question('satisfaction').id}"
        cls.words = f"q{cls._question('open').id}"

    def setUp(self):
        super().setUp()
        for logger in ("odoo.http", "odoo.sql_db", "werkzeug"):
            muted = mute_logger(logger)
            muted.__enter__()
            self.addCleanup(muted.__exit__, None, None, None)
        self.authenticate(None, None)
        self.csrf = http.Request.csrf_token(self)  # as the page has it

    def _post(self, figures=None, answer=None, **options):
        url = (answer or self.answer).get_start_url()
        data = {"csrf_token": self.csrf, **(figures or {})}
        return self.url_open(url, data=data, allow_redirects=False, **options)

    def _untouched(self, answer=None):
        self.env.invalidate_all()
        self.assertFalse((answer or self.answer).user_input_line_ids)
        self.assertNotEqual((answer or self.answer).state, "done")

    def test_the_way_of_sending_works(self):
        self.assertEqual(self._post({self.name: "8"}).status_code, 303)
        self.env.invalidate_all()
        self.assertEqual(self.answer.user_input_line_ids.value_scale, 8)

    def test_figures(self):
        for figure in FIGURES:
            with self.subTest(figure):
                self.assertEqual(self._post({self.name: figure}).status_code, 400)
        self._untouched()

    def test_names_of_fields(self):
        other = self._question("satisfaction", self._version(self.programme))
        foreign = self.env["survey.question"].search(
            [("survey_id", "!=", self.version.survey_id.id)], limit=1
        )
        for number in (other.id, foreign.id, 2147483648, 9999999999):
            with self.subTest(number):
                self.assertEqual(self._post({f"q{number}": "8"}).status_code, 400)
        # What is no field of the page is no answer either.
        for name in ("q-1", "q0", "q1.5", "q99999999999", "q１", "Q1", "state", "survey_id", "__"):
            with self.subTest(name):
                self.assertEqual(self._post({name: "8"}).status_code, 422)
        self._untouched()

    def test_words_are_stored_as_they_are_and_shown_as_text(self):
        for words in WORDS:
            words = words.encode("utf-16", "surrogatepass").decode("utf-16")
            with self.subTest(words):
                link = self._link()
                response = self._post({self.name: "8", self.words: words}, link)
                self.assertEqual(response.status_code, 303)
                self.assertNotIn("a", response.cookies)
                self.env.invalidate_all()
                kept = link.user_input_line_ids.filtered("value_text_box").value_text_box or ""
                self.assertEqual(kept.split(), words.replace("\x00", "").split())
                self.assertEqual(self.url_open(link.get_start_url()).status_code, 200)

    def test_broken_text_and_types(self):
        url = self.answer.get_start_url()
        token = f"csrf_token={quote(self.csrf)}&"
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        for body, headers in (
            (f"{token}{self.name}=%ED%A0%80", form),
            (f"{token}{self.name}=%FF%FE8", form),
            (f"{token}{self.name}%5B%5D=8", form),
            (f'{{"params": {{"{self.name}": 8}}}}', {"Content-Type": "application/json"}),
            ("<a/>", {"Content-Type": "text/xml"}),
            ("\x00\x01", {"Content-Type": "application/octet-stream"}),
            ("--x", {"Content-Type": "multipart/form-data; boundary=y"}),
            ("", {"Content-Type": "multipart/form-data"}),
        ):
            with self.subTest(body):
                status = self.opener.post(self.base_url() + url, body, headers=headers).status_code
                self.assertIn(status, (*REFUSED, 422))
        upload = {self.name: ("8", b"8", "text/plain")}
        self.assertEqual(self._post(files=upload).status_code, 400)
        self._untouched()

    def test_too_much(self):
        for figures in (
            {self.words: "x" * 5001},
            {self.words: "x" * 2**20},
            {self.words: "x" * 10 * 2**20},
            {f"q{n}": "8" for n in range(10**9, 10**9 + 2000)},
        ):
            with self.subTest(len(str(figures))):
                self.assertIn(self._post(figures).status_code, (400, 413))
        self._untouched()

    def test_tokens(self):
        survey = self.version.survey_id
        for token in (
            "0" * 36, "x" * 36, "-1", "1", "99999999999999999999", "a" * 5000, "%00", "%ff",
            "..%2f..%2fweb", "%E4%BD%A0%E5%A5%BD", "'%22%3Cx%3E", survey.access_token,
            self.answer.access_token + "%0a", self.answer.access_token + "/x",
        ):  # fmt: skip
            for method in ("GET", "POST"):
                with self.subTest(token=token, method=method):
                    response = self.opener.request(
                        method,
                        f"{self.base_url()}/satisfaction/{token}",
                        data={"csrf_token": self.csrf} if method == "POST" else None,
                    )
                    self.assertIn(response.status_code, REFUSED)
        self._untouched()

    def test_an_answers_id_or_number_is_no_token(self):
        for key in (self.answer.id, f"{self.answer.id}", self.answer.nickname or "x"):
            self.assertIn(self.url_open(f"/satisfaction/{key}").status_code, (400, 404))

    def test_methods(self):
        url = self.base_url() + self.answer.get_start_url()
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "FOO"):
            with self.subTest(method):
                status = self.opener.request(method, url, data={self.name: "8"}).status_code
                self.assertIn(status, REFUSED)
        self.assertEqual(self.opener.head(url).status_code, 200)
        self.assertEqual(self.opener.options(url).status_code // 100, 2)
        self.env.invalidate_all()
        self.assertEqual(self.answer.state, "new", "to look whether it works is not to begin")
        self._untouched()

    def test_csrf(self):
        for token in (None, "", "x", self.csrf[:-3] + "000", self.csrf.upper(), "o".join("12")):
            with self.subTest(token):
                data = {self.name: "8"} if token is None else {self.name: "8", "csrf_token": token}
                response = self.url_open(self.answer.get_start_url(), data=data)
                self.assertEqual(response.status_code, 400)
        self._untouched()

    def test_expired_and_used(self):
        late = self._link(deadline=fields.Datetime.now() - timedelta(seconds=1))
        self.assertEqual(self.url_open(late.get_start_url()).status_code, 410)
        self.assertEqual(self._post({self.name: "8"}, late).status_code, 410)
        self._untouched(late)
        used = self._answered()
        before = [(line.question_id, line.value_scale) for line in used.user_input_line_ids]
        for _replay in range(2):
            self.assertEqual(self._post({self.name: "1"}, used).status_code, 200)
        self.env.invalidate_all()
        after = [(line.question_id, line.value_scale) for line in used.user_input_line_ids]
        self.assertEqual(after, before)

    def test_customers_of_a_closed_version_and_archived_programme(self):
        link = self._link()
        self.version.action_close()
        self.programme.active = False
        self.assertEqual(self._post({self.name: "8"}, link).status_code, 303)

    def test_headers_and_parameters(self):
        url = self.answer.get_start_url()
        for headers in (
            {"Accept-Language": "xx-YY;q=a, ../../etc"},
            {"Cookie": "frontend_lang=../../x"},
            {"Cookie": "frontend_lang=zh_CN'; --"},
            {"Cookie": "session_id=../../../etc/passwd"},
            {"X-Forwarded-Host": "evil.example"},
        ):
            with self.subTest(headers):
                response = self.opener.get(self.base_url() + url, headers=headers)
                self.assertIn(response.status_code, (200, 400))
                self.assertNotIn("evil.example", response.text)
        for query in ("?done=%00", "?db=other", "?lang=../x", f"?{self.name}=8", "?debug=assets"):
            with self.subTest(query):
                self.assertIn(self.url_open(url + query).status_code, (200, 404))
        self._untouched()
