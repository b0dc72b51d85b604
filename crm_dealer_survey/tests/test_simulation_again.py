"""Simulations that run again, and those that a job runs (S9)."""

from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import TransactionCase, tagged

from ..models.assessment import crm_assessment_simulation_run as run
from .common_simulation import SimulationFactories


@tagged("post_install", "-at_install")
class TestSimulationAgain(SimulationFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_assessment()

    def test_after_a_change_it_says_so_and_runs_again(self):
        self._make_calls([10, 7, 6, 5, 2, None])
        self._brought_to("published")
        simulation = self._run(self._try_out())
        self.assertFalse(simulation.is_outdated)
        self._rule_of(simulation.policy_id, "fine").amount = 60
        simulation.invalidate_recordset()
        self.assertTrue(simulation.is_outdated)
        lines = simulation.line_ids
        self._run(simulation)
        self.assertFalse(simulation.is_outdated or lines.exists())
        self.assertEqual(simulation.money_after - simulation.money_before, -10)
        self._as("oem", simulation).name = "Kept"
        self.assertEqual(simulation.state, "done")
        self._as("oem", simulation).assessment_ids = False
        self.assertEqual((simulation.state, simulation.line_count), ("draft", 0))
        with self.assertRaisesRegex(UserError, "at least one period"):
            self._run(simulation)
        self._as("oem", simulation).unlink()
        self.assertFalse(simulation.exists())

    def test_only_periods_of_one_policy_and_kind(self):
        self._make_calls([10, 7, 6, 5, 2, None])
        quarter = self._brought_to("computed")
        another = self._policy(code="T-OTHER")
        other = self._assessment(self.begins[1], another)
        simulation = self._try_out()
        with self.assertRaisesRegex(ValidationError, "Compute them first"):
            self._as("oem", simulation).assessment_ids = other
        self._as("oem", other).compute()
        with self.assertRaisesRegex(ValidationError, "several policies"):
            self._as("oem", simulation).assessment_ids = quarter | other
        simulation = self._try_out()
        another_kind = self._policy(code="T-MONTH", period_kind="month")
        with self.assertRaisesRegex(ValidationError, "kind of period"):
            self._as("oem", simulation).policy_id = another_kind

    # -- Job

    def test_many_results_are_a_job_that_goes_on_after_a_kill(self):
        self._four_quarters()
        simulation = self._try_out()
        here = self._run(self._try_out())
        with patch.object(run, "_AT_ONCE", 5):
            self._run(simulation)
        self.assertEqual((simulation.state, simulation.progress), ("running", 0))
        with self.assertRaisesRegex(UserError, "is running"):
            self._run(simulation)
        with self.assertRaisesRegex(UserError, "is running"):
            self._as("oem", simulation).assessment_ids = False
        self._cron(stop_after=1)
        self.assertEqual(simulation.progress, 25)
        self._rule_of(simulation.policy_id, "fine").amount = 999  # counts from the next run on
        self._cron()
        self.assertEqual((simulation.state, simulation.progress), ("done", 100))
        self.assertEqual(simulation.money_after, here.money_after)
        self.assertTrue(simulation.is_outdated)

    def test_a_period_taken_back_meanwhile_fails_in_words(self):
        self._make_calls([10, 7, 6, 5, 2, None])
        quarter = self._brought_to("shown")
        simulation = self._try_out()
        with patch.object(run, "_AT_ONCE", 5):
            self._run(simulation)
        self._as("oem", quarter)._step("cancel", "Wrong period")
        self._cron()
        self.assertEqual(simulation.state, "failed")
        self.assertIn("taken back", simulation.failure)
        self._as("oem", simulation).unlink()

    def _cron(self, stop_after=99):
        """The job; commits are the test's own business."""
        cron, done = type(self.env["ir.cron"]), []

        def progress(_self, processed=0, **_more):
            done.append(processed)
            self.env.flush_all()
            return 0 if sum(done) >= stop_after else 100

        with patch.object(cron, "_commit_progress", progress):
            self.env["crm.assessment.simulation"]._cron_run()
        self.env.invalidate_all()
