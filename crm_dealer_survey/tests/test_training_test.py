"""The test of a course: the own link, so many attempts, the result taken once (S7)."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged

from .common_training import TrainingFactories


@tagged("post_install", "-at_install")
class TestTrainingTest(TrainingFactories, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_training()

    def test_shipped_tests_can_be_passed(self):
        """Each with all right answers alone; nothing else than these reaches 80 % by chance."""
        for code in ("complaint", "followup", "data"):
            survey = self.env.ref(f"crm_dealer_survey.survey_training_{code}")
            self.assertTrue(survey.certification)
            self.assertIn(len(survey.question_ids), range(8, 11))
            for question in survey.question_ids:
                right = question.suggested_answer_ids.filtered("is_correct")
                self.assertTrue(right, question.title)
                self.assertEqual(len(right) > 1, question.question_type == "multiple_choice")
                self.assertAlmostEqual(sum(right.mapped("answer_score")), 6, places=1)
                wrong = question.suggested_answer_ids - right
                self.assertTrue(wrong and all(a.answer_score <= 0 for a in wrong))

    def test_link_is_the_persons_own(self):
        one = self._attended("sales_a", "closed")
        attempt = one.test_input_ids
        self.assertEqual((attempt.partner_id, one.test_state), (one.partner_id, "sent"))
        action = self._as("sales_a", one).action_take_test()
        self.assertIn(attempt.access_token, action["url"])
        for login in ("manager_a", "oem", "auditor"):
            with self.assertRaises(AccessError):
                self._as(login, one).action_take_test()
        mail = self.env["mail.mail"].search([("subject", "=like", "Your test%")], limit=1)
        self.assertIn(attempt.access_token, mail.body_html)
        # Sent again: the same link.
        self._as("manager_a", one).action_send_test()
        self.assertEqual(one.test_input_ids, attempt)

    def test_passed(self):
        one = self._attended("sales_a", "closed")
        attempt = self._take(one)
        self.assertEqual((one.test_state, one.attempts), ("passed", 1))
        self.assertAlmostEqual(one.score, 100)
        today = one._day_of(attempt.end_datetime)
        self.assertEqual((one.tested_on, one.certified_on), (today, today))
        self.assertEqual(one.valid_until, today + relativedelta(months=12))
        # Again, or by another attempt that somebody finishes: nothing changes.
        writes = one.write_date
        one._store({"expiry_told": True})
        one._take_results()
        self.assertTrue(one.expiry_told, "the certificate was given anew")
        self.assertEqual((one.attempts, one.certified_on), (1, today))
        self.assertTrue(writes)
        with self.assertRaises(UserError):
            self._as("sales_a", one).action_take_test()

    def test_present_once_more_changes_nothing(self):
        """From a screen that is not up to date, after the session was opened again."""
        one = self._attended("sales_a", "closed")
        self._take(one)
        mine = self._as("oem", one)
        mine.session_id.action_reopen()
        mine.hours = 3
        before = (one.test_state, one.certified_on, one.valid_until, one.hours)
        mine.action_present()
        self.assertEqual((one.test_state, one.certified_on, one.valid_until, one.hours), before)
        self.assertTrue(one.certified_on)

    def test_attempts_as_the_survey_says(self):
        self.survey.attempts_limit = 2
        one = self._attended("sales_a", "closed")
        self._take(one, right=False)
        self.assertEqual((one.test_state, one.score, one.attempts), ("failed", 0, 1))
        self.assertFalse(one.certified_on)
        first_day = one.tested_on
        self._as("sales_a", one).action_take_test()
        self._take(one, right=False)
        self.assertEqual(len(one.test_input_ids.grouped("invite_token")), 1)
        with self.assertRaisesRegex(UserError, "No attempt"):
            self._as("sales_a", one).action_take_test()
        todo = one.sudo().activity_ids.filtered(lambda a: a.user_id == self.users["manager_a"])
        self.assertIn("failed", todo.summary)
        self.assertEqual(one.tested_on, first_day)

    def test_second_attempt_passes(self):
        one = self._attended("sales_a", "closed")
        self._take(one, right=False)
        self._take(one)
        self._as("sales_a", one)
        self.assertEqual((one.test_state, one.attempts), ("passed", 2))
        self.assertAlmostEqual(one.score, 100)

    def test_page(self):
        """As the browser does: start, another attempt by the page itself, its result taken."""
        one = self._attended("sales_a", "closed")
        first = one.test_input_ids
        page = self.url_open(first.get_start_url())
        self.assertEqual(page.status_code, 200)
        self.assertIn(first.access_token, page.text)
        self._take(one, right=False)
        retry = self.url_open(f"/survey/retry/{self.survey.access_token}/{first.access_token}")
        self.assertEqual(retry.status_code, 200)
        second = one.test_input_ids - first
        self.assertEqual(len(second), 1)
        self._take(one)
        self.assertEqual((one.test_state, one.attempts), ("passed", 2))
        self.assertEqual(one.test_input_ids, first + second)

    def test_term_of_the_link(self):
        one = self._attended("sales_a", "closed")
        past = fields.Datetime.now() - timedelta(days=1)
        one._store({"test_until": past})
        one.test_input_ids.deadline = past
        with self.assertRaisesRegex(UserError, "time for the test"):
            self._as("sales_a", one).action_take_test()
        self._as("manager_a", one).action_send_test()  # the manager gives no more time
        self.assertEqual(one.test_until, past)
        self._as("oem", one).action_send_test()
        self.assertGreater(one.test_until, fields.Datetime.now())
        self._as("sales_a", one).action_take_test()

    def test_certificate(self):
        one = self._attended("sales_a", "closed")
        with self.assertRaises(UserError):
            self._as("sales_a", one).action_certificate()
        self._take(one)
        url = self._as("sales_a", one).action_certificate()["url"]
        for login, code in (("sales_a", 200), ("manager_a", 200), ("oem", 200), ("sales_b", 404),
                            ("greedy_b", 404), ("agent", 404), ("clerk", 404)):  # fmt: skip
            self.authenticate(login, login.ljust(8, "x"))
            self.assertEqual(self.url_open(url).status_code, code, login)

    def test_tests_that_cannot_be_one(self):
        public = self.survey.copy({"access_mode": "public", "certification": True})
        version = self.env["crm.satisfaction.version"].search([], limit=1)
        for survey in (public, version.survey_id):
            with self.assertRaises(ValidationError):
                self.plain.survey_id = survey
        self.assertFalse(self.survey.satisfaction_version_id)
        attempt = self._attended("sales_a", "closed").test_input_ids
        self.assertFalse(attempt.satisfaction_version_id or attempt.dealer_id)
        self._take(attempt.training_participant_id)
        self.assertFalse(
            self.env["crm.satisfaction.score"].search([("user_input_id", "=", attempt.id)])
        )

    # ------------------------------------------------------------ what falls due

    def test_reminders_come_once(self):
        one = self._attended("sales_a", "closed")
        self._take(one)
        one._store({"follow_up_on": self.today, "valid_until": self.today + timedelta(59)})
        for _again in range(2):
            for tell, domain in (
                (type(one)._tell_follow_up, one._follow_up_domain(self.today)),
                (type(one)._tell_expiry, one._expiry_domain(self.today)),
            ):
                for due in one._take_due([*domain, ("id", "=", one.id)], 10):
                    tell(due)
        follow = one.activity_ids.filtered(lambda a: a.user_id == self.users["manager_a"])
        self.assertEqual(len(follow), 1)
        ends = one.person_id.activity_ids
        self.assertEqual(ends.user_id, self.users["manager_a"] + self.users["sales_a"])
        self.assertEqual(len(ends), 2)
        self._as("manager_a", one).practice = "same"
        self.assertFalse(follow.exists().active)

    def test_standing(self):
        rows = self.env["crm.training.standing"].search(
            [("person_id", "=", self.people["sales_a"].id)]
        )
        self.assertEqual((rows.status, rows.held), ("missing", 0))
        one = self._attended("sales_a", "closed")
        self._take(one)
        for days, status in ((-1, "expired"), (0, "expiring"), (60, "expiring"), (61, "valid")):
            one._store({"valid_until": self.today + timedelta(days)})
            rows.invalidate_recordset()
            self.assertEqual(rows.status, status, days)
        one._store({"valid_until": False})
        rows.invalidate_recordset()
        self.assertEqual((rows.status, rows.valid_until, rows.held_rate), ("valid", False, 100))
        self.people["sales_a"].active = False
        self.assertFalse(rows.search([("person_id", "=", self.people["sales_a"].id)]))
