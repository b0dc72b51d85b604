"""Ways to a certificate, to hours or to figures that are nobody's to take (S7)."""

from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common_training import TrainingFactories


@tagged("post_install", "-at_install")
class TestTrainingCheats(TrainingFactories, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_training()

    # ------------------------------------------------------------ the page of the test

    def _page(self, name, attempt, **values):
        url = f"/survey/{name}/{self.survey.access_token}/{attempt.access_token}"
        return self.make_jsonrpc_request(url, values)

    def test_questions_come_with_the_beginning(self):
        """Nobody reads them, or answers, before the attempt has begun and its clock runs."""
        one = self._attended("sales_a", "closed")
        attempt = one.test_input_ids
        title = "js_question-wrapper"
        url = f"/survey/print/{self.survey.access_token}?answer_token={attempt.access_token}"
        self.assertNotIn(title, self.url_open(url).text)
        for name in ("next_question", "submit"):
            said = self._page(name, attempt)
            self.assertNotIn(title, str(said), name)
            self.assertIn("error", said[1], name)
        self.assertEqual(attempt.state, "new")
        self.assertIn(title, str(self._page("begin", attempt)))
        self.assertNotIn("o_survey_print", self.url_open(url).text)

    def test_right_answers_are_not_shown(self):
        """A survey that shows them is no test; a test does not become such a survey."""
        for kind in ("scoring_with_answers", "scoring_with_answers_after_page"):
            shown = self.survey.copy({"access_mode": "token", "certification": True})
            shown.scoring_type = kind
            with self.assertRaises(ValidationError):
                self.plain.survey_id = shown
            with self.assertRaises(ValidationError):
                self.survey.scoring_type = kind
        with self.assertRaises(ValidationError):
            self.survey.access_mode = "public"

    def test_the_link_is_in_the_persons_mail_alone(self):
        """The dealer's manager reads the participation, and not the link in what was sent."""
        one = self._attended("sales_a", "closed")
        token = one.test_input_ids.access_token
        mail = self.env["mail.mail"].search([("body_html", "ilike", token)])
        self.assertEqual(len(mail), 1)
        messages = self.env["mail.message"].with_user(self.users["manager_a"])
        domain = [("model", "=", one._name), ("res_id", "=", one.id)]
        self.assertNotIn(token, str(messages.search(domain).mapped("body")))
        self.assertFalse(messages.browse(mail.mail_message_id.id).has_access("read"))

    # ------------------------------------------------------------ attendance

    def test_who_was_absent_gets_no_certificate(self):
        """The link that was sent before the attendance was corrected leads nowhere."""
        one = self._attended("sales_a", "closed")
        attempt = one.test_input_ids
        attempt._mark_in_progress()
        session = self._as("oem", one.session_id)
        session.action_reopen()
        self._as("oem", one).action_absent()
        said = self._page("submit", attempt)
        self.assertEqual(said[1].get("error"), "answer_deadline")
        self._take(one)
        self.assertNotEqual(one.test_state, "passed")
        self.assertFalse(one.certified_on)
        with self.assertRaises(UserError):
            self._as("sales_a", one).action_take_test()

    def test_who_was_there_after_all_takes_the_test(self):
        one = self._attended("sales_a", "closed")
        self._as("oem", one.session_id).action_reopen()
        self._as("oem", one).action_absent()
        self._as("oem", one).action_present()
        self._as("oem", one.session_id).action_close()
        self._as("oem", one).action_send_test()
        self._as("sales_a", one).action_take_test()
        self._take(one)
        self.assertEqual((one.test_state, one.attempts), ("passed", 1))

    def test_hours_are_those_of_the_session_at_most(self):
        """Hours count for the dealer: its manager invents none for in-house sessions."""
        begin = fields.Datetime.now() - timedelta(hours=5)
        values = {"training_id": self.plain.id, "date_begin": begin}
        sessions = self.Session.with_user(self.users["manager_a"])
        with self.assertRaises(ValidationError):
            sessions.create({**values, "date_end": begin + timedelta(hours=1), "hours": 200})
        session = sessions.create({**values, "dealer_id": self.dealer_a.id})
        one = self._registered(session, "sales_a", by=self.users["manager_a"])
        session._step("announce")
        session._step("hold")
        mine = self._as("manager_a", one)
        mine.action_present()
        mine.hours = 3
        for hours in (-1, 5, 1000):
            with self.assertRaises(ValidationError):
                mine.hours = hours

    # ------------------------------------------------------------ figures of others

    def test_costs_of_the_network_are_not_for_dealers(self):
        session = self._session("announced", ["sales_a"], cost_planned=7000, cost=6543)
        self.assertEqual(self._as("auditor", session).cost, 6543)
        self.assertEqual(self._as("oem", session).cost_planned, 7000)
        mine = self._as("manager_a", session)
        self.assertEqual(mine.read(["cost", "cost_planned"])[0]["cost"], 0)
        self.assertEqual(mine.cost_planned, 0)
        with self.assertRaises(AccessError):
            mine.write({"cost": 1})
        for name in ("cost", "cost_planned", "spent", "spent_planned"):
            # Not stored, or not to be read.
            refusal = ValueError if name.startswith("cost") else AccessError
            with self.assertRaises(refusal):
                mine.search([(name, ">", 5000)])
            with self.assertRaises(refusal):
                mine._read_group([], [], [f"{name}:sum"])
        sessions = self.Session.with_user(self.users["manager_a"])
        own = sessions.create(
            {"training_id": self.plain.id, "date_begin": session.date_begin, "cost_planned": 500}
        )
        own.cost = 480
        self.assertEqual((own.cost_planned, own.cost), (500, 480))
        self.assertEqual(self._as("oem", own).cost, 480)
        again = own.copy()
        self.assertEqual((again.cost_planned, again.cost), (500, 0))
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            own.cost = -1
            own.flush_recordset()

    # ------------------------------------------------------------ who left

    def test_who_left_is_on_no_dealers_register(self):
        """The user was archived, or works at no dealer now; who comes back elsewhere is back."""
        kpi = self.env.ref("crm_dealer_survey.kpi_training_hours")
        begin = self.today.replace(month=1, day=1)
        period = begin, begin.replace(year=begin.year + 1)
        own = "dealer", self.dealer_a.id
        self.assertEqual(kpi.figures(*period)[own].denominator, 2)
        self.users["sales_a"].active = False
        self.Person._cron_follow()
        person = self.people["sales_a"]
        self.assertFalse(person.active)
        self.assertEqual(kpi.figures(*period)[own].denominator, 1)
        self.users["sales_a"].write({"active": True, "dealer_ids": self.dealer_b.ids})
        self.Person._cron_follow()
        self.assertEqual((person.active, person.dealer_id), (True, self.dealer_b))
        self.users["sales_a"].dealer_ids = False
        self.Person._cron_follow()
        self.assertFalse(person.active)

    def test_employees_without_a_user_stay(self):
        own = {"dealer_id": self.dealer_a.id}
        contact = self.env["res.partner"].create({"name": "Mechanic", **own})
        person = self.Person.create({"partner_id": contact.id, **own})
        self.people["sales_a"].active = False  # by the manager, and stays so
        self.Person._cron_follow()
        self.assertTrue(person.active)
        self.assertFalse(self.people["sales_a"].active)
