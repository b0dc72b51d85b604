"""Every role opens the screens of audits (S9)."""

from lxml import etree

from odoo.tests import TransactionCase, tagged

from .common_audit import AuditFactories

OEM = ("auditor", "oem")
ACTIONS = {
    "crm_audit_action": OEM,
    "crm_audit_answer_action": OEM,
    "crm_audit_finding_action": OEM,
    "crm_audit_score_action": OEM,
    "crm_audit_checklist_action": OEM,
    "crm_audit_sample_action": OEM,
    "crm_audit_sample_line_action": ("agent", *OEM),
    "crm_audit_result_action": ("manager_a", *OEM),
}
MENUS = {
    "menu_audit": OEM,
    "menu_audit_plan": OEM,
    "menu_audit_result": ("manager_a", *OEM),
    "menu_audit_sample": OEM,
    "menu_audit_sample_line": ("agent", "oem"),
    "menu_audit_checklist": OEM,
}
SHIPPED = {"checklist_onsite": 40, "checklist_mystery": 36}


@tagged("post_install", "-at_install")
class TestAuditScreens(AuditFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_audit()
        cls.audit = cls._released(cls._audit(), 0, 1, 4, 5)
        cls._sold(12)
        cls.sample = cls._sample(agent_ids=cls.users["agent"].ids)
        cls.sample.with_user(cls.users["auditor"]).action_draw()

    def test_each_role_opens_each_screen(self):
        for name, logins in ACTIONS.items():
            for login in logins:
                with self.subTest(login=login, action=name):
                    env = self._as(login)
                    action = env["ir.actions.act_window"]._for_xml_id(f"crm_dealer_survey.{name}")
                    model = env[action["res_model"]]
                    views = model.get_views([*action["views"], (False, "search")])
                    names = views["models"][model._name]["fields"]
                    found = model.web_search_read([], {name: {} for name in names}, limit=3)
                    self.assertTrue(found["records"])
                    self.assertIn("o_view_nocontent", action["help"])

    def test_menus(self):
        for name, logins in MENUS.items():
            menu = self.env.ref(f"crm_dealer_survey.{name}")
            for login in ("sales_a", "manager_a", "agent", "auditor", "oem", "clerk"):
                shown = menu.id in self._as(login)["ir.ui.menu"]._visible_menu_ids()
                self.assertEqual(shown, login in logins, (name, login))

    def test_smart_buttons_count_what_they_open(self):
        for login, model in (("auditor", "crm.audit"), ("manager_a", "crm.audit.result")):
            dealer = self._as(login, self.dealer_a)
            action = dealer.action_open_audits()
            self.assertEqual(action["res_model"], model)
            found = self._as(login)[model].search_count(action["domain"])
            self.assertEqual((found, dealer.audit_count), (1, 1))
        dealer = self._as("auditor", self.dealer_a)
        action = dealer.action_open_audit_samples()
        self.assertEqual(dealer.audit_sample_count, self.env[action["res_model"]].search_count(
            action["domain"]))  # fmt: skip

    def test_buttons_of_forms_exist(self):
        for model in ("crm.audit", "crm.audit.sample", "crm.audit.sample.line",
                      "crm.audit.checklist", "crm.audit.result", "crm.audit.plan"):  # fmt: skip
            arch = etree.fromstring(self.env[model].get_view(view_type="form")["arch"])
            for button in arch.iterfind(".//button[@type='object']"):
                self.assertTrue(hasattr(self.env[model], button.get("name")), button.get("name"))

    def test_shipped_checklists(self):
        """Whole: every item on a scale, sections with weights, musts among them."""
        for name, count in SHIPPED.items():
            checklist = self.env.ref(f"crm_dealer_survey.{name}")
            self.assertEqual(len(checklist.item_ids), count)
            self.assertAlmostEqual(sum(checklist.section_ids.mapped("weight")), 100, 6)
            self.assertTrue(all(section.item_ids for section in checklist.section_ids))
            self.assertGreaterEqual(len(checklist.item_ids.filtered("is_must")), 4)
