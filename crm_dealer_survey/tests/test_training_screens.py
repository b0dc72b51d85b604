"""Every role opens its screens of training; prints (S7)."""

from odoo.tests import Form, TransactionCase, tagged

from .common_training import TrainingFactories

SCREENS = {
    "crm_training_participant_action_mine": ("sales_a", "manager_a", "agent", "auditor", "oem"),
    "crm_training_session_action": ("sales_a", "manager_a", "auditor", "oem"),
    "crm_training_need_action": ("manager_a", "auditor", "oem"),
    "crm_training_plan_action": ("manager_a", "auditor", "oem"),
    "crm_training_participant_action": ("manager_a", "auditor", "oem"),
    "crm_training_standing_action": ("manager_a", "auditor", "oem"),
    "crm_training_person_action": ("manager_a", "auditor", "oem"),
    "crm_training_action": ("sales_a", "manager_a", "agent", "auditor", "oem"),
    "crm_training_role_action": ("sales_a", "manager_a", "auditor", "oem"),
}


@tagged("post_install", "-at_install")
class TestTrainingScreens(TrainingFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_training()
        cls.one = cls._attended("sales_a", "closed")
        cls._take(cls.one)
        for login in ("manager_a", "oem"):
            cls.env["crm.training.need"].with_user(cls.users[login]).create(
                {"name": "Need", "dealer_id": cls.dealer_a.id, "training_id": cls.course.id}
            )
        cls.env.flush_all()

    def test_each_role_opens_each_screen(self):
        for name, logins in SCREENS.items():
            for login in logins:
                env = self._as(login)
                action = env["ir.actions.act_window"]._for_xml_id(f"crm_dealer_survey.{name}")
                model = env[action["res_model"]]
                with self.subTest(login=login, action=name):
                    views = model.get_views([*action["views"], (False, "search")])
                    names = views["models"][model._name]["fields"]
                    spec = {field: {} for field in names if field in model._fields}
                    model.web_search_read([], spec, limit=5)
                    self.assertIn("o_view_nocontent", action["help"])

    def test_groups_of_searches_work(self):
        env = self._as("oem")
        for name, groups in (
            ("crm.training.participant", ["dealer_id", "region_id", "training_id", "day:month",
                                          "state", "test_state", "practice", "evaluation"]),
            ("crm.training.standing", ["dealer_id", "region_id", "role_id", "status"]),
            ("crm.training.session", ["state", "kind", "training_id", "day:month"]),
            ("crm.training.need", ["state", "dealer_id", "training_id", "origin"]),
        ):  # fmt: skip
            for group in groups:
                self.assertTrue(env[name].formatted_read_group([], [group], ["__count"]), group)

    def test_forms(self):
        form = Form(self._as("manager_a", self.env["crm.training.session"]))
        form.training_id = self.course
        form.date_begin = "2027-03-01 01:00:00"
        self.assertEqual(str(form.date_end), "2027-03-01 05:00:00")
        session = form.save()
        self.assertEqual(session.dealer_id, self.dealer_a)
        form = Form(
            self._as("manager_a", self.env["crm.training.registration"]).with_context(
                default_session_id=session.id
            )
        )
        form.person_ids.add(self._as("manager_a", self.people["sales_a"]))
        form.save().action_register()
        self.assertEqual(session.participant_ids.dealer_id, self.dealer_a)
        form = Form(self._as("oem", self.env["crm.training"]))
        form.name, form.code = "New", "T-NEW"
        form.save()
        form = Form(self._as("sales_a", self.one))
        form.evaluation, form.comment = "5", "Well told"
        self.assertEqual(form.save().stars, 5)

    def test_buttons_of_a_dealer(self):
        dealer = self._as("manager_a", self.dealer_a)
        for count, method in (
            ("training_person_count", "action_open_training_people"),
            ("training_lack_count", "action_open_training_standing"),
            ("training_need_count", "action_open_training_needs"),
        ):
            action = getattr(dealer, method)()
            found = dealer.env[action["res_model"]].search_count(action["domain"])
            if count == "training_need_count":
                self.assertEqual(found, 2)
            self.assertEqual(dealer[count], found, count)
        self.assertEqual(self._as("sales_a", self.dealer_a).training_need_count, 0)

    def test_prints_tell_what_the_reader_may_read(self):
        session = self._session("announced", ["sales_a", "sales_b"])
        render = self.env["ir.actions.report"]
        for login, names in (("manager_a", {"sales_a"}), ("oem", {"sales_a", "sales_b"})):
            self.env.invalidate_all()  # a request sees nothing that another one read
            html = self._as(login, render)._render_qweb_html(
                "crm_dealer_survey.training_attendance", session.ids
            )[0].decode()  # fmt: skip
            for name in ("sales_a", "sales_b"):
                self.assertEqual(f"Test {name}" in html, name in names, (login, name))
            self.assertIn("签到", html)
        html = self._as("manager_a", render)._render_qweb_html(
            "crm_dealer_survey.training_record", self.dealer_a.ids
        )[0].decode()  # fmt: skip
        self.assertIn("Test sales_a", html)
        self.assertIn("100 %", html)
        self.assertNotIn("Test sales_b", html)
