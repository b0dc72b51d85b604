"""All scores of a version written anew by a job that is killed and goes on (S1)."""

from contextlib import suppress
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged

from .common_programme import SurveyFactories

_TABLE = (
    "SELECT user_input_id, kind, factor_id, value, index_value, region_id"
    "  FROM crm_satisfaction_score WHERE version_id = %s ORDER BY 1, 2, 3"
)


@tagged("post_install", "-at_install")
class TestRecompute(SurveyFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_survey()
        cls.versions = cls.env["crm.satisfaction.version"]
        asked = cls.versions.search([("recompute_asked_on", "!=", False)])
        asked._stepping().recompute_asked_on = False
        question = cls._question("satisfaction")
        cls.answers = [cls._answered({question: 1 + n}) for n in range(7)]
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        # A test's cursor does not commit; what the job saves at that instant is looked at below.
        commit = patch.object(self.env.cr, "commit", self.env.cr.flush)
        commit.start()
        self.addCleanup(commit.stop)

    def _scores(self):
        self.env.flush_all()
        self.env.cr.execute(_TABLE, [self.version.id])
        return self.env.cr.fetchall()

    def _lose_scores(self):
        self.env.cr.execute(
            "DELETE FROM crm_satisfaction_score WHERE version_id = %s", [self.version.id]
        )
        self.env.invalidate_all()

    def test_only_the_manager_asks(self):
        for login in ("sales_a", "manager_a", "agent", "auditor"):
            with self.assertRaises(AccessError):
                self._as(login, self.version).action_recompute()
        self.assertFalse(self.version.recompute_asked_on)

    def test_dealers_do_not_read_how_many_answers_there_are(self):
        self.version.action_recompute()
        for login in ("sales_a", "manager_a"):
            version = self._as(login, self.version)
            for name in ("recompute_total", "recompute_done", "recompute_last_id"):
                with self.assertRaises(AccessError):
                    version.read([name])
                with self.assertRaises(AccessError):
                    version.search([(name, ">", 5)])
            self.assertEqual(version.read(["recompute_progress"])[0]["recompute_progress"], 0)
        self.assertEqual(self._as("auditor", self.version).recompute_total, 7)

    def test_asked_for_and_done(self):
        before = self._scores()
        self._lose_scores()
        cron = self.env.ref("crm_dealer_survey.ir_cron_recompute")
        triggers = self.env["ir.cron.trigger"]
        waiting = triggers.search_count([("cron_id", "=", cron.id)])
        self._as("oem", self.version).action_recompute()
        self.assertGreater(triggers.search_count([("cron_id", "=", cron.id)]), waiting)
        version = self._as("oem", self.version)
        self.assertTrue(version.recompute_asked_on)
        self.assertEqual((version.recompute_total, version.recompute_progress), (7, 0))
        self.assertIn(version, version.search([("recompute_asked_on", "!=", False)]))
        self.versions._cron_recompute(batch=3)
        self.assertEqual(self._scores(), before)
        self.assertFalse(version.recompute_asked_on)
        self.assertTrue(version.recomputed_on)
        self.assertEqual((version.recompute_done, version.recompute_progress), (7, 100))

    def test_goes_on_where_it_was_stopped(self):
        before = self._scores()
        self._lose_scores()
        self.version.action_recompute()
        model = self.env["crm.satisfaction.score"].__class__
        store, stored = model._store, []

        def fail_at_second(scores, answers):
            if len(stored) == 1:
                raise RuntimeError("stopped")
            stored.append(answers.ids)
            return store(scores, answers)

        # assertRaises would take the first batch back as well.
        with patch.object(model, "_store", fail_at_second), suppress(RuntimeError):
            self.versions._cron_recompute(batch=3)
        self.assertEqual(len(stored), 1)
        self.assertEqual(self.version.recompute_done, 3)
        self.assertTrue(self.version.recompute_asked_on)

        def note(scores, answers):
            stored.append(answers.ids)
            return store(scores, answers)

        with patch.object(model, "_store", note):
            self.versions._cron_recompute(batch=3)
        # Each answer once, none of the first batch again.
        self.assertEqual(
            [one for batch in stored for one in batch], [answer.id for answer in self.answers]
        )
        self.assertEqual(self._scores(), before)

    def test_answers_that_came_since_do_not_stop_it(self):
        """Odoo takes no number below zero for what remains."""
        self.version.action_recompute()
        self.version._stepping().write({"recompute_total": 2, "recompute_done": 5})
        remaining = []

        def note(cron, processed=0, *, remaining=None, told=remaining):
            told.append(remaining)
            return 60

        with patch.object(self.env["ir.cron"].__class__, "_commit_progress", note):
            self.versions._cron_recompute(batch=3)
        self.assertEqual([number for number in remaining if number is not None], [0, 0])

    def test_stops_when_its_time_is_over(self):
        self.version.action_recompute()
        with patch.object(self.env["ir.cron"].__class__, "_commit_progress", return_value=0):
            self.versions._cron_recompute(batch=3)
        self.assertEqual(self.version.recompute_done, 3)

    def test_follows_the_dealers_region(self):
        other = self.env["crm.dealer.region"].create({"name": "Elsewhere", "code": "T-ELSE"})
        self.dealer_a.region_id = other
        self.version.action_recompute()
        self.versions._cron_recompute(batch=2)
        self.assertEqual({row[5] for row in self._scores()}, {other.id})

    def test_left_out_stays_out(self):
        self._as("oem", self.answers[0])._exclude("No customer")
        self.version.action_recompute()
        self.versions._cron_recompute()
        self.assertFalse(self.answers[0].satisfaction_score_ids)
        self.assertEqual(self.version.index()[0]["n"], 6)
