from odoo.modules.module import get_manifest
from odoo.tests import TransactionCase, tagged

NAME = "crm_dealer_survey"


@tagged("post_install", "-at_install")
class TestInstall(TransactionCase):
    def setUp(self):
        super().setUp()
        self.module = self.env["ir.module.module"]._get(NAME)

    def test_stands_on_grading_not_on_the_club(self):
        self.assertEqual(self.module.state, "installed")
        names = self.module.dependencies_id.mapped("name")
        self.assertIn("crm_dealer_grading", names)
        self.assertNotIn("crm_dealer_club", names)

    def test_list_of_apps_tells_it_in_both_languages(self):
        self.assertEqual(self.module.shortdesc, "Dealer CRM: Survey")
        self.assertIn("满意度调查", self.module.with_context(lang="zh_CN").shortdesc)
        self.assertEqual(self.module.summary, get_manifest(NAME)["summary"])

    def test_apps_entry_has_an_icon(self):
        self.assertEqual(self.module.icon, f"/{NAME}/static/description/icon.png")
