"""Every role opens the screens of planning, and prints (S8)."""

from lxml import etree

from odoo.tests import Form, TransactionCase, freeze_time, tagged
from odoo.tools.safe_eval import safe_eval

from .common_planning import YEAR, PlanningFactories

WRITERS = ("manager_a", "auditor", "oem")
ACTIONS = {
    "crm_year_plan_action": WRITERS,
    "crm_year_plan_activity_action": ("sales_a", *WRITERS),
    "crm_year_plan_topic_action": ("sales_a", *WRITERS),
    "crm_year_plan_figure_action": WRITERS,
    "crm_year_plan_cost_action": WRITERS,
    "crm_year_plan_review_action": WRITERS,
    "crm_year_plan_status_action": ("auditor", "oem"),
}


@tagged("post_install", "-at_install")
@freeze_time(f"{YEAR}-06-15 02:00:00")
class TestPlanningScreens(PlanningFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_planning()
        cls._value(cls.rate, 70, cls.dealer_a)
        cls.plan = cls._plan()
        for parts in (cls.plan.planned_ids, cls.plan.topic_ids):
            cls._mine(parts).user_id = cls.users["sales_a"]
        cls._brought_to("running", cls.plan)
        cls.review = cls.plan.with_user(cls.users["manager_a"])._review("h1", "Well")
        cls.env.flush_all()

    def _action(self, name, login):
        return self._as(login)["ir.actions.act_window"]._for_xml_id(f"crm_dealer_survey.{name}")

    def test_each_role_opens_each_screen(self):
        for name, logins in ACTIONS.items():
            for login in logins:
                with self.subTest(login=login, action=name):
                    action = self._action(name, login)
                    model = self._as(login)[action["res_model"]]
                    views = model.get_views([*action["views"], (False, "search")])
                    names = views["models"][model._name]["fields"]
                    spec = {name: {} for name in names}
                    found = model.web_search_read([], spec, limit=3)["records"]
                    self.assertTrue(found)
                    self.assertIn("o_view_nocontent", action["help"])

    def test_filters_and_groups(self):
        for name in ACTIONS:
            env = self._as("oem")
            model = env[self._action(name, "oem")["res_model"]]
            arch = etree.fromstring(model.get_views([(False, "search")])["views"]["search"]["arch"])
            for node in arch.iter("filter"):
                with self.subTest(model=model._name, filter=node.get("name")):
                    if domain := node.get("domain"):
                        known = {"uid": env.uid, "context_today": lambda: self.plan.approved_on}
                        model.search(safe_eval(domain, known), limit=1)
                    elif "group_by" in (node.get("context") or ""):
                        by = safe_eval(node.get("context"))["group_by"]
                        self.assertTrue(model.formatted_read_group([], [by], ["__count"]))
            for node in arch.iter("field"):
                operator = node.get("operator")
                if operator == "child_of":
                    domain = [(node.get("name"), operator, self.region_north.id)]
                    self.assertTrue(model.search(domain), (model._name, node.get("name")))

    def test_menus(self):
        visible = {login: self._as(login)["ir.ui.menu"]._visible_menu_ids()
                   for login in ("sales_a", "manager_a", "oem", "agent", "clerk")}  # fmt: skip
        for name, logins in {"menu_year_plan": {"manager_a", "oem"},
                             "menu_year_plan_status": {"oem"}, "menu_year_plan_make": {"oem"},
                             "menu_year_plan_activity": {"sales_a", "manager_a", "oem"}}.items():
            menu = self.env.ref(f"crm_dealer_survey.{name}").id  # fmt: skip
            self.assertEqual({login for login in visible if menu in visible[login]}, logins)

    def test_kanban_shows_all_states(self):
        plans = self._as("oem")["crm.year.plan"].with_context(read_group_expand=True)
        groups = plans.web_read_group([], ["state"])["groups"]
        states = [key for key, _label in self.Plan._fields["state"].selection]
        self.assertEqual([group["state"] for group in groups], states)

    def test_by_hand_on_the_form(self):
        env = self._as("manager_a")
        with Form(env["crm.year.plan"]) as form:
            form.year = YEAR + 1
            self.assertEqual(form.dealer_id, self.dealer_a.with_env(env))
            with form.target_ids.new() as line:
                line.kpi_id, line.target = self.rate, 70
                line.has_quarters = True
                self.assertEqual(line.quarter3, 70)
            with form.planned_ids.new() as activity:
                activity.name, activity.date_begin = "Club evening", f"{YEAR + 1}-04-03"
            with form.budget_ids.new() as line:
                line.name, line.month, line.amount = "Gifts", f"{YEAR + 1}-02-03", 5
        plan = form.record
        self.assertEqual((plan.target_ids.quarter1, plan.amount), (70, 5))
        plan.action_submit()
        closed = Form(plan)
        self.assertTrue(closed._view["modifiers"]["direction"]["readonly"])

    def test_work_through_the_plans_form(self):
        with Form(self.plan.with_user(self.users["manager_a"])) as form:
            with form.budget_ids.edit(0) as line:
                line.cost = 12
            with form.topic_ids.edit(0) as topic:
                topic.state = "done"
        self.assertEqual((self.plan.cost, self.plan.topic_ids.state), (12, "done"))

    def test_prints(self):
        for name, record, words in (
            ("year_plan", self.plan, ("Service month", "Off Target", "A second desk")),
            ("year_plan_review", self.review, ("Well", "No Figure")),
        ):
            for login in ("manager_a", "oem"):
                report = self._as(login)["ir.actions.report"]
                html, _type = report._render_qweb_html(f"crm_dealer_survey.{name}", record.ids)
                for word in words:
                    self.assertIn(word, html.decode())

    def test_smart_button(self):
        for login in WRITERS:
            mine = self._as(login, self.dealer_a)
            self.assertEqual(mine.year_plan_count, 1)
            found = self._as(login, self.Plan).search(mine.action_open_year_plans()["domain"])
            self.assertEqual(found, self.plan)
