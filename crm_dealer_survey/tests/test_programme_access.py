"""Who sees and does what (denials first); users of the Survey application notice nothing."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged

from .common_programme import SurveyFactories

READERS = ("manager_a", "agent", "auditor", "oem")
OURS = (
    "crm.satisfaction.programme",
    "crm.satisfaction.version",
    "crm.satisfaction.factor",
    "crm.satisfaction.score",
    "crm.satisfaction.index",
    "crm.satisfaction.voice",
)


@tagged("post_install", "-at_install")
class TestAccess(SurveyFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_survey()
        cls.answer_a = cls._answered(partner_id=cls.customer_a.id)
        cls.answer_b = cls._answered(partner_id=cls.customer_b.id)
        cls.surveyor = new_test_user(
            cls.env, "surveyor", groups="base.group_user,survey.group_survey_user"
        )
        cls.surveyor_admin = new_test_user(
            cls.env, "surveyor_admin", groups="base.group_user,survey.group_survey_manager"
        )
        # Staff of A with everything that would open all answers in bare Odoo.
        cls.greedy = new_test_user(
            cls.env,
            "greedy_a",
            groups="crm_dealer_grading.group_dealer_manager,survey.group_survey_manager",
            dealer_ids=cls.dealer_a.ids,
        )
        cls.plain = cls.env["survey.survey"].create(
            {
                "title": "Canteen",
                "access_mode": "public",
                "question_and_page_ids": [
                    (0, 0, {"title": "Soup?", "question_type": "scale", "scale_max": 5})
                ],
            }
        )
        cls.plain_answer = cls.env["survey.user_input"].create({"survey_id": cls.plain.id})
        cls.plain_answer._save_lines(cls.plain.question_ids, "4")
        cls.env.flush_all()

    def _found(self, user, model, domain=()):
        return self.env[model].with_user(user).search(list(domain))

    def test_others_have_no_access(self):
        portal = new_test_user(self.env, "visitor", groups="base.group_portal")
        for user in (portal, self.users["clerk"], self.env.ref("base.public_user"), self.surveyor):
            for model in OURS:
                self.assertFalse(
                    self.env[model].with_user(user).has_access("read"), (user.login, model)
                )
            self.assertFalse(self.answer_a.with_user(user).has_access("read"))
            self.assertFalse(self.version.question_ids[0].with_user(user).has_access("read"))

    def test_staff_do_not_read_what_customers_said_of_them(self):
        for login in ("sales_a", "credit"):
            for model in ("survey.user_input", "survey.user_input.line", *OURS[3:]):
                self.assertFalse(self._as(login, self.env[model]).has_access("read"), model)

    def test_dealers_see_their_own_answers(self):
        for user in (self.users["manager_a"], self.greedy):
            for model, path in (
                ("survey.user_input", "satisfaction_version_id"),
                ("survey.user_input.line", "user_input_id.satisfaction_version_id"),
                ("crm.satisfaction.score", "version_id"),
                ("crm.satisfaction.index", "version_id"),
            ):
                found = self._found(user, model, [(path, "=", self.version.id)])
                link = "user_input_id.dealer_id" if model.endswith("line") else "dealer_id"
                self.assertEqual(found.mapped(link), self.dealer_a, (user.login, model))
            with self.assertRaises(AccessError):
                self.answer_b.with_user(user).read(["state"])
            rows = self.version.with_user(user).index([], ["dealer_id"])
            self.assertEqual([row["dealer_id"] for row in rows], [self.dealer_a.id])
        self.assertFalse(self._found(self.users["greedy_b"], "survey.user_input",
                                     [("id", "=", self.answer_a.id)]))  # fmt: skip
        self.assertFalse(self._as("homeless", self.answer_a).has_access("read"))

    def test_dealers_do_not_know_who_will_be_asked(self):
        """Nor the link, by which they could answer themselves."""
        waiting = self._link(partner_id=self.customer_a.id)
        self.assertEqual(waiting.dealer_id, self.dealer_a)
        for user in (self.users["manager_a"], self.greedy):
            with self.assertRaises(AccessError):
                waiting.with_user(user).read(["access_token"])
            domain = [("access_token", "=", waiting.access_token)]
            self.assertFalse(self._found(user, "survey.user_input", domain))
        self.assertTrue(self._as("agent", waiting).read(["access_token"]))

    def test_auditor_agent_and_manager_see_all(self):
        for login in ("agent", "auditor", "oem"):
            rows = self._as(login, self.version).index([], ["dealer_id"])
            self.assertEqual(len(rows), 2, login)
            self.assertTrue(self._as(login, self.answer_b).read(["state"]))

    def test_nobody_writes_answers(self):
        users = [*(self.users[login] for login in (*READERS, "sales_a")), self.greedy]
        for user in users:
            answer = self.answer_a.with_user(user)
            attempts = [
                lambda answer=answer: answer.write({"dealer_id": self.dealer_b.id}),
                lambda answer=answer: answer.write({"satisfaction_excluded": True}),
                answer.unlink,
                lambda answer=answer: answer.create({"survey_id": self.version.survey_id.id}),
                lambda answer=answer: answer.user_input_line_ids.write({"value_scale": 10}),
                lambda answer=answer: answer.user_input_line_ids.unlink(),
                lambda answer=answer: answer.satisfaction_score_ids.write({"value": 10}),
                lambda user=user: self.env["survey.user_input.line"].with_user(user).create(
                    {"user_input_id": self.answer_a.id,
                     "question_id": self.version.question_ids[0].id,
                     "answer_type": "scale", "value_scale": 10}
                ),
            ]  # fmt: skip
            for number, attempt in enumerate(attempts):
                with self.subTest(user=user.login, attempt=number):
                    with self.assertRaises(AccessError):
                        attempt()

    def test_only_the_manager_configures(self):
        for login in ("manager_a", "agent", "auditor", "sales_a"):
            version = self._as(login, self.version)
            for step in (
                version.action_open,
                version.action_close,
                version.action_new_version,
                version.action_test,
                version.action_recompute,
                lambda version=version: version.programme_id.write({"min_answers": 2}),
                lambda version=version: version.factor_ids.write({"weight": 2}),
                lambda version=version: version.question_ids.write({"title": "X"}),
                lambda version=version: version.survey_id.write({"title": "X"}),
            ):
                with self.assertRaises(AccessError):
                    step()
            with self.assertRaises(AccessError):
                self._as(login, self.answer_a)._exclude("because")
        draft = self._version(self.programme).with_user(self.users["oem"])
        draft.question_ids[0].title = "Better"
        draft.factor_ids[0].weight = 2
        draft.action_open()
        self.assertEqual(draft.state, "current")
        self.assertIn("/satisfaction/", draft.action_test()["url"])

    def test_users_of_the_survey_application_notice_nothing(self):
        for user in (self.surveyor, self.surveyor_admin):
            for model in ("survey.survey", "survey.question", "survey.user_input"):
                found = self._found(user, model)
                names = found._fields
                field = "satisfaction_version_id"
                self.assertIn(field, names)
                self.assertFalse(found.sudo().mapped(field), (user.login, model))
            self.assertIn(self.plain, self._found(user, "survey.survey"))
            plain = self.plain.with_user(user)
            self.assertNotIn("satisfaction", plain.allowed_survey_types)
            plain.title = "Canteen again"
            self.plain_answer.with_user(user).write({"nickname": "N"})
            self.assertTrue(self.plain_answer.with_user(user).user_input_line_ids.read())
            self.assertTrue(plain.copy())

    def test_our_roles_see_no_other_surveys(self):
        for login in READERS:
            self.assertNotIn(self.plain, self._found(self.users[login], "survey.survey"))
            self.assertNotIn(
                self.plain_answer, self._found(self.users[login], "survey.user_input")
            )
        with self.assertRaises(UserError):
            self._as("oem", self.env["survey.survey"]).create({"title": "Any"})
        # Who has a right of the Survey application as well keeps it.
        self.assertIn(self.plain, self._found(self.greedy, "survey.survey"))
        self.assertIn(self.plain_answer, self._found(self.greedy, "survey.user_input"))

    def test_other_surveys_answers_are_not_touched(self):
        fields = ["dealer_id", "commercial_partner_id", "company_id", "satisfaction_version_id"]
        [values] = self.plain_answer.read(fields)
        self.assertFalse(any(values[name] for name in fields))
        self.plain_answer._mark_done()
        self.assertFalse(self.plain_answer.satisfaction_score_ids)
        # An ordinary scale keeps the ERP's own behaviour.
        self.plain_answer._save_lines(self.plain.question_ids, "9")

    def test_smart_buttons_count_what_the_reader_sees(self):
        visit = self._visit(self._vehicle(self.customer_b))
        self._answered(partner_id=False, visit_id=visit.id)
        self.env.flush_all()
        for record, wanted in ((self.customer_b, 2), (self.dealer_b, 2), (visit, 1)):
            seen = self._as("auditor", record)
            self.assertEqual(seen.satisfaction_answer_count, wanted)
            action = seen.action_open_satisfaction()
            found = seen.env["survey.user_input"].search(action["domain"])
            self.assertEqual(len(found), wanted)
        self.assertEqual(self._as("clerk", self.customer_b).satisfaction_answer_count, 0)
        self.assertEqual(self._as("manager_a", self.dealer_b).satisfaction_answer_count, 0)

    def test_counts_need_constant_queries(self):
        partners = self.env["res.partner"].search([], limit=100)
        for records in (partners[:1], partners):
            self.env.invalidate_all()
            with self.assertQueryCount(1):
                records.mapped("satisfaction_answer_count")
