from odoo.tests import TransactionCase, tagged
from odoo.tools.sql import index_exists

from odoo.addons.crm_dealer_grading.tests.common_migration import migrate

from .common_followup import NextCall

FOLDER = "crm_dealer_survey/migrations"


@tagged("post_install", "-at_install")
class TestMigrations(TransactionCase):
    """What upgrades do beside bringing code and data up to date (P5)."""

    def test_satisfaction_hears_surveys(self):
        metric = self.env.ref("crm_dealer_grading.metric_last_satisfaction")
        metric._hear_contacts_only()
        migrate(self.env, f"{FOLDER}/19.0.1.2.0/post-migration.py", "19.0.1.0.0")
        self.assertEqual(metric.model_name, "crm.satisfaction.voice")

    def test_rejecters_are_drawn_from_lost_leads(self):
        """And the index that the wider one replaces is gone."""
        programme = self.env.ref("crm_dealer_survey.programme_rej")
        wanted = programme.sample_source
        programme.sample_source = "visit"
        self.env.flush_all()
        name = "crm_satisfaction_score__dealer_id_index"
        self.env.cr.execute(f"CREATE INDEX {name} ON crm_satisfaction_score (dealer_id)")
        migrate(self.env, f"{FOLDER}/19.0.1.3.0/post-migration.py", "19.0.1.2.0")
        self.assertEqual((programme.sample_source, wanted), ("lost_lead", "lost_lead"))
        self.assertFalse(index_exists(self.env.cr, name))

    def test_a_menu_loses_the_group_of_its_first_version(self):
        menu = self.env.ref("crm_dealer_survey.menu_satisfaction")
        now = menu.group_ids
        menu.group_ids += self.env.ref("crm_dealer_grading.group_dealer_manager")
        migrate(self.env, f"{FOLDER}/19.0.1.8.0/post-menu.py", "19.0.1.7.0")
        self.assertEqual(menu.group_ids, now)


@tagged("post_install", "-at_install")
class TestFollowupMigration(NextCall, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_next()

    def test_calls_that_reached_nobody_are_no_contacts(self):
        call = self._taken(self.own, "sales_a")
        call._record("no_answer")
        call._record("reached")
        logs = call.attempt_ids.sorted("id").log_id
        self.assertEqual(logs.mapped("missed"), [True, False])
        logs.missed = False
        migrate(self.env, f"{FOLDER}/19.0.1.8.0/post-missed.py", "19.0.1.7.0")
        self.assertEqual(logs.mapped("missed"), [True, False])
