"""Every role opens its screens: views, lists, groups, the records behind figures."""

from odoo.tests import Form, TransactionCase, tagged

from .common_programme import SurveyFactories

SCREENS = (
    "crm_satisfaction_index_action",
    "crm_satisfaction_score_action",
    "survey_user_input_action",
    "crm_satisfaction_programme_action",
    "crm_satisfaction_version_action",
)


@tagged("post_install", "-at_install")
class TestScreens(SurveyFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_survey()
        cls.answer = cls._answered()
        cls.env.flush_all()

    def _read_all(self, model, arch_fields, domain):
        spec = {name: {} for name in arch_fields if name in model._fields}
        return model.web_search_read(domain, spec, limit=5)["records"]

    def test_each_role_opens_each_screen(self):
        for login in ("manager_a", "agent", "auditor", "oem"):
            env = self._as(login)
            for name in SCREENS:
                action = env["ir.actions.act_window"]._for_xml_id(f"crm_dealer_survey.{name}")
                model = env[action["res_model"]]
                with self.subTest(login=login, action=name):
                    views = model.get_views([*action["views"], (False, "search")])
                    fields = views["models"][model._name]["fields"]
                    self.assertTrue(self._read_all(model, fields, []), "nothing is seen")
                    self.assertIn("o_view_nocontent", action["help"])

    def test_filters_and_groups_of_searches_work(self):
        env = self._as("auditor")
        for name, groups in (
            ("crm.satisfaction.index", ["version_id", "dealer_id", "factor_id", "period:month"]),
            ("crm.satisfaction.score", ["version_id", "region_id", "advisor_id", "date:month"]),
            ("survey.user_input", ["satisfaction_programme_id", "dealer_id",
                                   "end_datetime:month"]),
        ):  # fmt: skip
            for group in groups:
                self.assertTrue(env[name].formatted_read_group([], [group], ["__count"]))

    def test_manager_writes_a_questionnaire_on_the_form(self):
        env = self._as("oem")
        programme = Form(env["crm.satisfaction.programme"])
        programme.name, programme.code = "Test drive", "TD"
        programme = programme.save()
        form = Form(env["crm.satisfaction.version"])
        form.programme_id = programme
        version = form.save()
        with Form(version) as form:
            with form.factor_ids.new() as factor:
                factor.name, factor.weight = "Road", 1
        with Form(version) as form:
            with form.question_ids.new() as question:
                question.title = "How was it?"
                question.satisfaction_kind = "satisfaction"
                question.satisfaction_factor_id = version.factor_ids
        version.action_open()
        self.assertEqual(version.survey_id.question_ids, version.question_ids)
        self.assertEqual(version.question_ids.question_type, "scale")

    def test_steps_are_told_in_words(self):
        lines = self._as("auditor", self.answer).satisfaction_line_ids
        asked = lines.filtered(lambda line: line.satisfaction_kind == "compliance")
        self.assertEqual(set(asked.mapped("display_name")), {"No"})
        self.assertIn("8", lines.mapped("display_name"))

    def test_a_figure_opens_its_answers(self):
        env = self._as("auditor")
        rows = env["crm.satisfaction.index"].search([("version_id", "=", self.version.id)])
        for row in rows:
            action = row.action_open_answers()
            scores = env["crm.satisfaction.score"].search(action["domain"])
            self.assertEqual(len(scores), row.n)
        action = scores[0].action_open_answer()
        self.assertEqual(action["res_id"], self.answer.id)
