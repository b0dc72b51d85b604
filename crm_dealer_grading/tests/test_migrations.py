import freezegun
from dateutil.relativedelta import relativedelta

from odoo.fields import Date
from odoo.tests import TransactionCase, tagged

from .common import DealerFactories
from .common_migration import migrate

FOLDER = "crm_dealer_grading/migrations"


@tagged("post_install", "-at_install")
class TestMigrations(TransactionCase):
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

    def test_levels_of_the_first_version_learn_their_treatment(self):
        names = ("value_key", "value_ordinary", "value_small", "abc_a")
        key, ordinary, small, abc = (
            self.env.ref(f"crm_dealer_grading.level_{name}") for name in names
        )
        fields = ["contact_interval_days", "contact_way", "max_contacts_month", "min_contacts",
                  "min_contacts_period", "upgrade_level_id", "requires_give_up_report"]  # fmt: skip
        levels = key | ordinary | small | abc
        wanted = {level: level.read(fields, load=None)[0] for level in levels}
        treatment = abc.treatment
        empty = dict.fromkeys(fields, False) | {"min_contacts_period": "month"}
        levels.write(empty)
        abc.treatment = False
        small.treatment = "Ours"
        ordinary.contact_way = "visit"
        self.env.flush_all()
        path = f"{FOLDER}/19.0.1.5.0/post-treatment.py"
        migrate(self.env, path, "19.0.1.4.0")
        self.assertFalse(abc.contact_way, "emptied by hand: the values were there before")
        self.env.cr.execute(
            "UPDATE crm_grading_level SET create_date = create_date - interval '1 day'"
        )
        migrate(self.env, path, "19.0.1.0.0")
        for level in key | small | abc:
            self.assertEqual(level.read(fields, load=None)[0], wanted[level])
        self.assertTrue(wanted[small]["requires_give_up_report"])
        self.assertEqual((abc.treatment, small.treatment), (treatment, "Ours"))
        self.assertEqual((ordinary.contact_way, ordinary.max_contacts_month), ("visit", 0))

    def test_plan_is_worded_at_the_upgrade_too(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        plan = self.env.ref("crm_dealer_grading.plan_after_delivery")
        plan.name = "After Delivery"
        plan.template_ids[:1].summary = "Ours"
        self.env.ref("base.user_admin").partner_id.write({"lang": "zh_CN"})
        path = f"{FOLDER}/19.0.1.5.0/post-treatment.py"
        migrate(self.env, path, "19.0.1.0.0")
        words = plan.with_context(lang="zh_CN")._shipped_words()
        self.assertEqual(plan.name, words["After Delivery"])
        self.assertNotEqual(plan.name, "After Delivery")
        self.assertEqual(plan.template_ids[:1].summary, "Ours")
        plan.unlink()
        migrate(self.env, path, "19.0.1.0.0")


@tagged("post_install", "-at_install")
class TestKpiMigrations(DealerFactories, TransactionCase):
    """What upgrades do to KPIs (P5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_network()

    def test_kpis_learn_what_is_new(self):
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

    def test_shipped_definitions_learn_what_is_new(self):
        metric = self.env.ref("crm_dealer_grading.metric_owned_over_12m")
        other = self.env.ref("crm_dealer_grading.metric_owned_over_6m")
        kpi = self.env.ref("crm_dealer_grading.kpi_conversion")
        self.assertEqual((metric.domain, kpi.settle_days), ("[('is_present', '=', True)]", 90))
        wanted = metric.domain
        key = self.env.ref("crm_dealer_grading.level_value_key")
        self.assertTrue(key.min_contacts_deep)
        key.min_contacts_deep = False
        today = Date.today()
        dealer = self.env["crm.dealer"].create({"name": "Measured", "code": "T-M"})
        value = self.env["crm.kpi.value"].create(
            [
                {
                    "kpi_id": kpi.id, "period_kind": "month", "level": "dealer",
                    "dealer_id": dealer.id, "is_closed": True,
                    "period": today.replace(day=1) - relativedelta(months=months),
                }
                for months in (2, 14)
            ]
        )  # fmt: skip
        rate = self.env.ref("crm_dealer_grading.kpi_return_rate")
        formula = rate.formula
        rate.formula = formula.replace(" after the handover", "")
        metric.domain, kpi.settle_days = "[]", 7
        other.domain = "[('plate', '!=', False)]"
        for path in ("19.0.1.8.0/post-shipped.py", "19.0.1.8.0/post-kpi.py"):
            migrate(self.env, f"{FOLDER}/{path}", "19.0.1.7.0")
        self.assertEqual((metric.domain, kpi.settle_days), (wanted, 90))
        self.assertTrue(key.min_contacts_deep)
        self.assertEqual(rate.formula, formula)
        self.assertEqual(value.mapped("is_closed"), [False, True])
        self.assertEqual(other.domain, "[('plate', '!=', False)]", "a manager's stays")


@tagged("post_install", "-at_install")
class TestMigrationOwners(DealerFactories, TransactionCase):
    def test_owners_are_told_as_new_ones_are(self):
        self._set_up_network()
        vehicle = self._vehicle(
            self.customer_a, delivery_date="2026-03-01", selling_dealer_id=self.dealer_a.id
        )
        vehicle.ownership_ids.date_from = "2026-02-01"
        vehicle.with_context(ownership_date="2026-04-01").plate = "沪A00008"
        vehicle.with_context(ownership_date="2026-05-01").partner_id = self.customer_b
        lines = vehicle.ownership_ids.sorted("date_from")
        names = ["delivery_date", "selling_dealer_id", "is_present", "is_buyer"]
        told = lines.read(names)
        self.assertEqual(lines.mapped("is_buyer"), [True, False, False])
        self.assertEqual(lines.mapped("is_present"), [False, False, True])
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_vehicle_ownership SET delivery_date = NULL, selling_dealer_id = NULL,"
            " is_present = NULL, is_buyer = NULL"
        )
        migrate(self.env, f"{FOLDER}/19.0.1.8.0/pre-owners.py", "19.0.1.7.0")
        self.assertEqual(lines.read(names), told)
