"""Tests and results of others, by every route (S7)."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from odoo.addons.crm_dealer_grading.tests.common_rpc import RpcCalls

from .common_training import TrainingFactories

# A dealer's user with the right to every survey.
SURVEYS = "survey.group_survey_manager"


@tagged("post_install", "-at_install")
class TestTrainingAttacks(TrainingFactories, RpcCalls, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_training()

    def test_attempts_are_no_dealers(self):
        """Not even with every right to surveys: neither questions nor what others answered."""
        one = self._attended("sales_b", "closed")
        attempt = self._take(one)
        question = self.survey.question_ids[0]
        records = (self.survey, question, question.suggested_answer_ids[0], attempt,
                   attempt.user_input_line_ids[0])  # fmt: skip
        survey_rights = self.env.ref(SURVEYS)
        for login in ("sales_a", "manager_a", "sales_b", "greedy_b"):
            for group in (self.env["res.groups"], survey_rights):
                self.users[login].group_ids += group
                for record in records:
                    with self.subTest(login=login, group=group.id, model=record._name):
                        self.assertFalse(self._as(login, record).has_access("read"))
                        self.assertFalse(record.with_user(self.users[login]).has_access("write"))
            with self.assertRaises(AccessError):
                self._as(login, one).read(["test_input_ids"])
            with self.assertRaises(AccessError):
                self._as(login, one).read(["test_token"])
        self.assertTrue(self._as("auditor", attempt).has_access("read"))
        self.assertFalse(self._as("auditor", attempt).has_access("write"))
        self.assertFalse(self._as("auditor", question).has_access("read"))
        self.assertTrue(self._as("oem", question).has_access("write"))

    def test_an_attempt_is_not_made_by_hand(self):
        """Who may write surveys cannot give somebody a certificate."""
        clerk = self.users["clerk"]
        clerk.group_ids += self.env.ref(SURVEYS)
        one = self._attended("sales_a", "closed")
        inputs = self.env["survey.user_input"].with_user(clerk)
        vals = {"survey_id": self.survey.id, "training_participant_id": one.id}
        with self.assertRaises(AccessError):
            inputs.create(vals)
        vals = {"survey_id": self.survey.id, "invite_token": one.sudo().test_token}
        with self.assertRaises(AccessError):
            inputs.create(vals)
        self.survey.user_id = clerk  # the own survey may be read
        made = inputs.create(vals)
        self.assertFalse(made.sudo().training_participant_id)
        with self.assertRaises(AccessError):
            made.write({"training_participant_id": one.id})

    def test_tests_of_other_surveys_are_not_taken_over(self):
        """Who owns courses does not come by it to a survey that is not the own to read."""
        foreign = self.survey.copy({"access_mode": "token", "certification": True})
        with self.assertRaises(AccessError):
            self._as("oem", self.course).survey_id = foreign
        with self.assertRaises(AccessError):
            self._as("auditor", self.course).action_open_test()
        action = self._as("oem", self.plain).action_open_test()
        made = self.env["survey.survey"].browse(action["res_id"])
        self.assertEqual(made, self.plain.survey_id)
        self._as("oem", made).write(
            {"question_ids": [Command.create({"title": "Yes?", "question_type": "simple_choice"})]}
        )

    def test_rpc(self):
        """What a script may call."""
        one = self._attended("sales_b", "closed")
        session = self._session("announced")
        self.authenticate("manager_a", "manager_a")
        self._denied("crm.training.participant", "read", one.ids, ["score"])
        self._denied("crm.training.participant", "action_take_test", one.ids)
        self._denied("crm.training.participant", "action_send_test", one.ids)
        self._denied("crm.training.participant", "action_certificate", one.ids)
        self._denied("crm.training.session", "action_hold", session.ids)
        self._denied("crm.training.participant", "_store", one.ids, {"state": "absent"})
        for method in ("_take_results", "_set_attendance"):
            self._denied("crm.training.participant", method, one.ids, "absent")
        for session_method in ("_step",):
            self._denied("crm.training.session", session_method, session.ids, "hold")
        page = self.url_open(f"/training/certificate/{one.id}")
        self.assertEqual(page.status_code, 404)
        self.authenticate("sales_a", "sales_a")
        self._denied("crm.training.person", "action_register_staff", [])
