"""When answers are checked: at once, every night in batches, by hand (S9)."""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from .common_check import CheckFactories


@tagged("post_install", "-at_install")
class TestRun(CheckFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_checks()
        cls.env.cr.execute("DELETE FROM crm_satisfaction_check_run")
        cls.env.invalidate_all()
        cls.runs = cls.env["crm.satisfaction.check.run"]
        cls.people = cls._people(cls.dealer_a, 5)
        cls.env.flush_all()

    def _lines(self):
        return self._replies(
            [(person, self._figures(), self.noon, 3, "sms") for person in self.people]
        )

    # -- At once -----------------------------------------------------------------------------

    def test_an_answer_is_checked_when_it_comes(self):
        answer = self._link(partner_id=self.people[0].id)
        answer._mark_in_progress()
        answer._submit_satisfaction(self._figures())
        flag = self._found("fast")
        self.assertEqual(flag.user_input_id, answer)
        self.assertFalse(flag.activity_ids)  # told at night

    def test_the_last_of_a_chain_shows_all(self):
        self.checks["succession"].write({"threshold": 3, "second_threshold": 60})
        now = self.env.cr.now().replace(microsecond=0)
        for number, person in enumerate(self.people[:3]):
            at = now - timedelta(seconds=300 - 100 * number)
            answer = self._link(partner_id=person.id, satisfaction_channel="sms")
            with patch.object(type(answer), "_mark_done", lambda self: None):
                answer._submit_satisfaction(self._figures())
            answer.write({"state": "done", "start_datetime": at - timedelta(seconds=80),
                          "end_datetime": at})  # fmt: skip
            answer._after_satisfaction(answer)
            self.assertEqual(len(self._found("succession")), 3 if number == 2 else 0)

    def test_it_takes_one_statement_however_many_answers(self):
        answers = self._lines()
        counts = []
        for some in (answers[:1], answers):
            some.mapped("dealer_id")
            self.flags._check_just_answered(some)  # what is cached is cached
            before = self.env.cr.sql_log_count
            self.flags._check_just_answered(some)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
        self.assertLessEqual(counts[0], 3)

    def test_public_page_flags_with_the_jobs_rights(self):
        answer = self._link(partner_id=self.people[0].id)
        public = answer.with_user(self.env.ref("base.public_user")).sudo()
        public._mark_in_progress()
        public._submit_satisfaction(self._figures())
        self.assertTrue(self._found("fast"))

    # -- Every night -------------------------------------------------------------------------

    def _night(self, seconds=(float("inf"),)):
        """The job, with so much time left after each step."""
        left = iter(seconds)
        last = seconds[-1]
        cron = type(self.env["ir.cron"])
        with patch.object(cron, "_commit_progress", lambda *_a, **_k: next(left, last)):
            self.runs._cron_check()

    def test_the_night_checks_all(self):
        self._lines()
        self._night()
        run = self.runs.search([])
        self.assertEqual((run.stage, run.nightly), ("done", True))
        self.assertGreaterEqual(run.answer_count, 5)
        self.assertEqual(len(self._found("fast")), 5)
        self.assertEqual(len(self._found("fast").activity_ids), 1)
        self._night()
        self.assertEqual(self.runs.search([]), run)  # once a day

    def test_without_time_it_goes_on_where_it_was(self):
        self._lines()
        steps = []
        with patch.object(type(self.runs), "_step", lambda run: steps.append(run) or True):
            self._night((100, 0))
        self.assertEqual(len(steps), 1)
        run = self.runs.search([])
        self.assertEqual(run.stage, "answers")
        last = []
        while run._step(batch=2):
            last.append((run.stage, run.last_answer_id))
        self.assertEqual(last, sorted(last, key=lambda pair: pair[1]))
        self.assertEqual(run.stage, "done")
        self.assertEqual(len(self._found("fast")), 5)

    def test_old_answers_rest_until_their_version_is_checked(self):
        answers = self._lines()
        long_ago = self.noon - timedelta(days=300)
        answers.write(
            {"start_datetime": long_ago - timedelta(seconds=3), "end_datetime": long_ago}
        )
        self._night()
        self.assertFalse(self._found("fast"))
        version = self._as("oem", self.version)
        action = version.action_check_now()
        self.assertIn("5 answers checked: 5 new", action["params"]["message"])
        self.assertEqual(len(self._found("fast")), 5)
        run = self.runs.search([("version_ids", "in", self.version.ids)])
        self.assertEqual((run.user_id, run.stage), (self.users["oem"], "done"))
        action = self._as("oem", self.programme).action_check_now()
        self.assertIn("0 new suspicions, 0 withdrawn", action["params"]["message"])

    def test_a_programme_without_versions_is_not_the_whole_network(self):
        self._lines()
        empty = self.programme.create({"name": "Empty", "code": "T-EMPTY"})
        with self.assertRaisesRegex(UserError, "no version"):
            self._as("oem", empty).action_check_now()
        self.assertFalse(self._found("fast"))
        self.assertFalse(self.runs.search([]))

    def test_many_answers_are_left_to_the_job(self):
        self._lines()
        path = "odoo.addons.crm_dealer_survey.models.check.crm_satisfaction_check_run._AT_ONCE"
        cron = self.env.ref("crm_dealer_survey.ir_cron_check")
        before = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        with patch(path, 4):
            self._as("oem", self.version).action_check_now()
        self.assertFalse(self._found("fast"))
        self.assertEqual(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), before + 1
        )
        self._night()
        self.assertEqual(len(self._found("fast")), 5)
        self.assertEqual(set(self.runs.search([]).mapped("stage")), {"done"})

    def test_old_runs_are_forgotten(self):
        self._night()
        run = self.runs.search([])
        self.runs._gc_runs()
        self.assertTrue(run.exists())
        run.date = run.date - timedelta(days=400)
        self.runs._gc_runs()
        self.assertFalse(run.exists())
