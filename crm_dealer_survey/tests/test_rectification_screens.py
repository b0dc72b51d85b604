"""Every role opens the screens of rectification (S4)."""

from lxml import etree

from odoo.tests import Form, TransactionCase, tagged
from odoo.tools.safe_eval import safe_eval

from .common_rectification import RectificationFactories

ACTIONS = {
    "crm_rectification_action": ("sales_a", "manager_a", "agent", "auditor", "oem"),
    "crm_rectification_report_action": ("manager_a", "agent", "auditor", "oem"),
    "crm_rectification_rule_action": ("agent", "auditor", "oem"),
}


@tagged("post_install", "-at_install")
class TestRectificationScreens(RectificationFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_rectification()
        cls.notice = cls._brought_to("closed")
        cls.env["crm.rectification.rule"].create({"name": "Call", "about": "call"})

    def test_each_role_opens_each_screen(self):
        for name, logins in ACTIONS.items():
            for login in logins:
                with self.subTest(login=login, action=name):
                    env = self._as(login)
                    action = env["ir.actions.act_window"]._for_xml_id(f"crm_dealer_survey.{name}")
                    model = env[action["res_model"]]
                    views = model.get_views([*action["views"], (False, "search")])
                    names = views["models"][model._name]["fields"]
                    spec = {name: {} for name in names}
                    found = model.web_search_read([], spec, limit=3)["records"]
                    self.assertTrue(found)
                    self.assertIn("o_view_nocontent", action["help"])

    def test_menu_for_who_works_on_notices(self):
        menu = self.env.ref("crm_dealer_survey.menu_rectification")
        for login in ("sales_a", "manager_a", "agent", "auditor", "oem"):
            self.assertIn(menu.id, self._as(login)["ir.ui.menu"]._visible_menu_ids(), login)
        for login in ("credit", "clerk"):
            self.assertNotIn(menu.id, self._as(login)["ir.ui.menu"]._visible_menu_ids(), login)

    def test_filters_and_groups(self):
        env = self._as("auditor")
        views = env["crm.rectification"].get_views([(False, "search")])
        arch = etree.fromstring(views["views"]["search"]["arch"])
        for node in arch.iter("filter"):
            if domain := node.get("domain"):
                domain = safe_eval(domain, {"uid": env.uid})
                env["crm.rectification"].search(domain, limit=1)
            elif "group_by" in (node.get("context") or ""):
                by = safe_eval(node.get("context"))["group_by"]
                groups = env["crm.rectification"].formatted_read_group([], [by], ["__count"])
                self.assertTrue(groups, by)

    def test_kanban_shows_all_states(self):
        notices = self._as("auditor")["crm.rectification"].with_context(read_group_expand=True)
        groups = notices.web_read_group([], ["state"])["groups"]
        states = [key for key, _label in self.Notice._fields["state"].selection]
        self.assertEqual([group["state"] for group in groups], states)

    def test_by_hand_on_the_form(self):
        env = self._as("auditor")
        with Form(env["crm.rectification"]) as form:
            form.subject, form.problem = "Dirty waiting room", "Seen on the visit"
            form.visit_id = self.visit_a
            self.assertEqual(form.dealer_id, self.dealer_a.with_env(env))
            self.assertEqual(form.partner_id, self.customer_a.with_env(env))
            form.responsible_id = self.users["sales_a"]
            with form.finding_ids.new() as finding:
                finding.factor_id = self.factors["price"]
                finding.value = 4
        notice = form.record
        self.assertEqual((notice.state, notice.vehicle_id.id), ("draft", self.vehicle_a.id))
        notice.action_issue()
        staff = Form(notice.with_user(self.users["manager_a"]))
        self.assertTrue(staff._view["modifiers"]["problem"]["readonly"])

    def test_smart_buttons(self):
        for login in ("manager_a", "agent", "auditor"):
            for record in (self.dealer_a, self.customer_a, self.visit_a):
                mine = self._as(login, record)
                self.assertEqual(mine.rectification_count, 1)
                action = mine.action_open_rectifications()
                found = self._as(login, self.Notice).search(action["domain"])
                self.assertEqual(found, self.notice)
        self.assertEqual(self._as("sales_b", self.dealer_a).rectification_count, 0)

    def test_counts_ask_once(self):
        dealers = self._as("auditor", self.env["crm.dealer"]).search([])
        counts = []
        for some in (dealers[:1], dealers):
            self.env.invalidate_all()
            some.mapped("name")
            before = self.env.cr.sql_log_count
            some.mapped("rectification_count")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
