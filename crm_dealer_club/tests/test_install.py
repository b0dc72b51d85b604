from odoo.modules.migration import load_script
from odoo.modules.module import get_manifest
from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import file_path
from odoo.tools.sql import column_exists

from ..hooks import _EMPTY

NAME = "crm_dealer_club"


@tagged("post_install", "-at_install")
class TestInstall(TransactionCase):
    def setUp(self):
        super().setUp()
        self.module = self.env["ir.module.module"]._get(NAME)

    def test_stands_on_grading_not_on_surveys(self):
        self.assertEqual(self.module.state, "installed")
        names = self.module.dependencies_id.mapped("name")
        self.assertIn("crm_dealer_grading", names)
        self.assertNotIn("crm_dealer_survey", names)

    def test_list_of_apps_tells_it_in_both_languages(self):
        self.assertEqual(self.module.shortdesc, "Dealer CRM: Club")
        self.assertIn("车主俱乐部", self.module.with_context(lang="zh_CN").shortdesc)
        self.assertEqual(self.module.summary, get_manifest(NAME)["summary"])

    def test_apps_entry_has_an_icon(self):
        self.assertEqual(self.module.icon, f"/{NAME}/static/description/icon.png")

    def test_others_records_are_not_computed_row_by_row(self):
        """Stored computed columns on tables that were there before are there, empty."""
        for name in ("helpdesk.ticket", "helpdesk.ticket.sla", "mailing.mailing"):
            model = self.env[name]
            stored = {
                field.name
                for field in model._fields.values()
                if field.store and (field.compute or field.related) and field.column_type
                and NAME in field._modules
            }  # fmt: skip
            self.assertLessEqual(stored, set(_EMPTY[model._table]), name)

    def test_nor_at_the_upgrade(self):
        """The former version had no tickets: its upgrade makes the columns as well."""
        self.env.cr.execute(
            "ALTER TABLE helpdesk_ticket DROP COLUMN compensation_to_approve,"
            " DROP COLUMN next_deadline"
        )
        path = file_path(f"{NAME}/migrations/19.0.1.2.0/pre-migration.py")
        load_script(path, "club_pre_migration").migrate(self.env.cr, "19.0.1.1.0")
        for name in ("compensation_to_approve", "next_deadline"):
            self.assertTrue(column_exists(self.env.cr, "helpdesk_ticket", name))
