"""Every role opens the screens of improvement, and prints (S6)."""

from datetime import timedelta

from lxml import etree

from odoo.tests import Form, TransactionCase, tagged
from odoo.tools.safe_eval import safe_eval

from .common_improvement import AFTER, BEFORE, ImprovementFactories

EVERYBODY = ("sales_a", "manager_a", "auditor", "oem")
ACTIONS = {
    "crm_improvement_plan_action": EVERYBODY,
    "crm_improvement_measure_action": EVERYBODY,
    "crm_improvement_check_action": EVERYBODY,
    "crm_improvement_check_line_action": ("manager_a", "auditor", "oem"),
    "crm_improvement_meeting_action": EVERYBODY,
    "crm_improvement_suggestion_action": EVERYBODY,
    "crm_improvement_checklist_action": ("oem",),
}


@tagged("post_install", "-at_install")
class TestImprovementScreens(ImprovementFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_improvement()
        cls.plan = cls._plan()
        cls._brought_to("closed", cls.plan)
        manager = cls.users["manager_a"]
        cls.check = cls.env["crm.improvement.check"].with_user(manager).create(
            {"checklist_id": cls.env.ref("crm_dealer_survey.improvement_checklist_ssi").id,
             "dealer_id": cls.dealer_a.id}
        )  # fmt: skip
        cls.meeting = cls.env["crm.improvement.meeting"].with_user(manager).create(
            {"name": "Monthly", "dealer_id": cls.dealer_a.id, "start": "2026-07-01 02:00:00",
             "plan_ids": [(6, 0, cls.plan.ids)], "minutes": "All agree",
             "decision_ids": [(0, 0, {"name": "Go on like this"})]}
        )  # fmt: skip

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
        menu = self.env.ref("crm_dealer_survey.menu_improvement_plan")
        for login in (*EVERYBODY, "agent", "credit", "clerk"):
            shown = menu.id in self._as(login)["ir.ui.menu"]._visible_menu_ids()
            self.assertEqual(shown, login in EVERYBODY, login)

    def test_filters_and_groups(self):
        env = self._as("auditor")
        for model in ("plan", "measure", "check", "check.line", "meeting", "suggestion"):
            records = env[f"crm.improvement.{model}"]
            views = records.get_views([(False, "search")])["views"]
            arch = etree.fromstring(views["search"]["arch"])
            for node in arch.iter("filter"):
                with self.subTest(model=model, filter=node.get("name")):
                    if domain := node.get("domain"):
                        records.search(safe_eval(domain, {"uid": env.uid}), limit=1)
                    elif "group_by" in (node.get("context") or ""):
                        by = safe_eval(node.get("context"))["group_by"]
                        self.assertTrue(records.formatted_read_group([], [by], ["__count"]))

    def test_kanban_shows_all_stages(self):
        plans = self._as("auditor")["crm.improvement.plan"].with_context(read_group_expand=True)
        groups = plans.web_read_group([], ["stage"])["groups"]
        stages = [key for key, _label in self.Plan._fields["stage"].selection]
        self.assertEqual([group["stage"] for group in groups], stages)

    def test_by_hand_on_the_form(self):
        env = self._as("manager_a")
        with Form(env["crm.improvement.plan"]) as form:
            form.subject, form.version_id = "Faster deals", self.version
            self.assertEqual(form.dealer_id, self.dealer_a.with_env(env))
            form.before_from, form.before_until = BEFORE
            form.after_from, form.after_until = AFTER
            with form.item_ids.new() as item:
                item.factor_id, item.target = self.factors["work"], 900
            with form.measure_ids.new() as measure:
                measure.name, measure.user_id = "Papers ready", self.users["sales_a"]
                measure.begin_on = measure.deadline_on = self.today
        plan = form.record
        self.assertEqual(plan.responsible_id, self.users["manager_a"])
        self.assertTrue(plan.item_ids.has_before)
        plan.action_start()
        seen = Form(plan)
        for name in ("subject", "before_from", "item_ids"):
            self.assertTrue(seen._view["modifiers"][name]["readonly"], name)
        staff = Form(plan.measure_ids.with_user(self.users["sales_a"]))
        staff.result = "Ready since Monday"
        staff.save()
        copy = plan.copy()
        self.assertEqual((copy.stage, len(copy.item_ids), len(copy.measure_ids)), ("plan", 1, 1))
        self.assertEqual(len(copy.effect_ids), 2)

    def test_prints(self):
        reports = self.env["ir.actions.report"]
        for login in EVERYBODY:
            html = reports.with_user(self.users[login])._render_qweb_html(
                "crm_dealer_survey.improvement_plan", self.plan.ids
            )[0].decode()  # fmt: skip
            for word in (self.plan.name, "Ask what the car is for", "2026-06-30", "not by chance",
                         "Learned a lot"):  # fmt: skip
                self.assertIn(word, html, login)
            html = reports.with_user(self.users[login])._render_qweb_html(
                "crm_dealer_survey.improvement_minutes", self.meeting.ids
            )[0].decode()  # fmt: skip
            for word in ("Monthly", "All agree", "Go on like this", "Test manager_a"):
                self.assertIn(word, html, login)

    def test_smart_buttons(self):
        for login in ("sales_a", "manager_a", "auditor"):
            mine = self._as(login, self.dealer_a)
            self.assertEqual(mine.improvement_count, 1)
            found = self._as(login, self.Plan).search(mine.action_open_improvements()["domain"])
            self.assertEqual(found.ids, self.plan.ids)
        self.assertEqual(self._as("manager_a", self.programme).improvement_count, 1)
        action = self._as("manager_a", self.plan).action_open_meetings()
        found = self._as("manager_a", self.meeting).search(action["domain"])
        self.assertEqual((found.ids, self.plan.meeting_count), (self.meeting.ids, 1))
        self.assertEqual(action["context"]["default_plan_ids"], self.plan.ids)

    def test_counts_ask_once(self):
        dealers = self._as("auditor", self.env["crm.dealer"]).search([])
        dealers.mapped("improvement_count")  # rules and rights are known from now on
        counts = []
        for some in (dealers[:1], dealers):
            self.env.invalidate_all()
            some.mapped("name")
            before = self.env.cr.sql_log_count
            some.mapped("improvement_count")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_list_of_plans_asks_as_often_for_many(self):
        plans = self.plan
        for number in range(6):
            plans |= self._plan(subject=f"Plan {number}")
        names = ["progress", "is_overdue", "deadline_on", "meeting_count", "may_manage"]
        counts = []
        for some in (plans[:1], plans):
            self.env.flush_all()
            self.env.invalidate_all()
            mine = self._as("manager_a", some)
            before = self.env.cr.sql_log_count
            mine.read(names)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 1, counts)

    def test_overdue_by_days_of_the_company(self):
        plan = self._plan()
        self._brought_to("do", plan)
        for days, late in ((0, False), (1, True)):
            plan.measure_ids._store({"deadline_on": self.today - timedelta(days)})
            self.assertEqual(plan.measure_ids.is_overdue, late)
            found = self.env["crm.improvement.measure"].search([("is_overdue", "=", True)])
            self.assertEqual(plan.measure_ids in found, late)
