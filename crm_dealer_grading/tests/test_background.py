"""A scheduled action whose time is up is called again; without a job queue nothing goes there."""

import time

from odoo.tests import tagged

from .common_grading import GradingCommon


@tagged("post_install", "-at_install")
class TestBackground(GradingCommon):
    def _action(self, name):
        return self.env.ref(f"crm_dealer_grading.{name}")

    def test_actions_of_others_stay_where_they_are(self):
        own, other = self._action("ir_cron_kpi"), self.env.ref("base.autovacuum_job")
        self.assertEqual(own._dealer_xml_id(), "crm_dealer_grading.ir_cron_kpi")
        self.assertIsNone(other._dealer_xml_id())

    def test_without_a_queue_the_scheduler_does_the_work(self):
        if "queue.job" in self.env:
            self.skipTest("The job queue is installed here.")
        self.assertFalse(self._action("ir_cron_kpi")._dealer_put_in_queue())

    def test_how_many_jobs_share_the_work(self):
        shares = self.env["ir.cron"]._dealer_shares
        waiting = "crm_dealer_grading.ir_cron_regrade_pending"
        self.assertEqual((shares("crm_dealer_grading.ir_cron_kpi"), shares(waiting)), (1, 2))
        parameters = self.env["ir.config_parameter"].sudo()
        for said, number in (("5", 5), ("0", 1), ("999", 16), ("many", 2), ("-3", 2)):
            parameters.set_param("crm_dealer_grading.jobs_at_once", said)
            self.assertEqual(shares(waiting), number, said)
        self.assertEqual(shares("crm_dealer_grading.ir_cron_kpi"), 1)

    def test_shared_actions_exist(self):
        for xml_id in self.env["ir.cron"]._dealer_shared():
            self.assertEqual(self.env.ref(xml_id)._name, "ir.cron")

    def test_time_is_up_and_something_is_left(self):
        """The scheduler would take a job that says nothing for done, until tomorrow."""
        due = self.env["crm.contact.due"]
        due.search([("state", "=", "found")]).unlink()
        due.create([{"partner_id": one.id, "state": "found"} for one in self._customers(3)])
        self.env.flush_all()
        action = self._action("ir_cron_due_contacts")
        late = {"cron_id": action.id, "cron_end_time": time.monotonic() - 1}
        cron, progress = action.with_context(**late)._add_progress()
        self.patch(self.env.cr, "commit", self.env.flush_all)
        cron.env["crm.contact.due"]._cron_plan(batch=2)
        self.assertEqual(progress.done, 2)
        self.assertTrue(progress.remaining)
