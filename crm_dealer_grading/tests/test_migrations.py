import freezegun

from odoo.tests import TransactionCase, tagged

from .common import DealerFactories
from .common_migration import migrate

FOLDER = "crm_dealer_grading/migrations"


@tagged("post_install", "-at_install")
class TestMigrations(DealerFactories, TransactionCase):
    """What upgrades do beside bringing code and data up to date (P5)."""

    def test_new_schemes_begin_to_grade(self):
        scheme = self.env.ref("crm_dealer_grading.scheme_potential")
        other = self.env["crm.grading.scheme"].search([("code", "=", "abc")])
        (scheme | other).active = False
        path = f"{FOLDER}/19.0.1.1.0/post-migration.py"
        migrate(self.env, path, "")
        self.assertFalse(scheme.active, "a new database is left to the data files")
        migrate(self.env, path, "19.0.1.0.0")
        self.assertTrue(scheme.active)
        self.assertFalse(other.active, "a scheme that a manager archived stays so")

    def test_kpis_learn_what_is_new(self):
        self._set_up_network()
        kpi = self.env.ref("crm_dealer_grading.kpi_active_customers")
        kpi.adds_up = "no"
        values = self.env["crm.kpi.value"]
        with freezegun.freeze_time("2031-03-05 04:00:00"):
            values._measure_open(kpi)
        rows = values.search([("kpi_id", "=", kpi.id), ("level", "=", "network")])
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_kpi_value SET told_dealers = 99 WHERE level = 'network'")
        self.env.invalidate_all()
        migrate(self.env, f"{FOLDER}/19.0.1.4.0/post-kpi.py", "19.0.1.3.0")
        self.assertEqual(kpi.adds_up, "year")
        longer = rows.filtered(lambda row: row.period_kind != "month")
        self.assertTrue(longer)
        self.assertTrue(all(row.told_dealers != 99 for row in longer), "said anew")
        self.assertEqual({row.told_dealers for row in rows - longer}, {99}, "months were right")
