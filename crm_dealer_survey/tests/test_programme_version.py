"""Versions are frozen by their first answer, and never joined (S1)."""

from datetime import timedelta

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .common_programme import NOON, SurveyFactories


@tagged("post_install", "-at_install")
class TestVersion(SurveyFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_survey()

    def test_nothing_changes_after_the_first_answer(self):
        self._answered()
        self.assertTrue(self.version.used_on)
        question, factor = self.version.question_ids[0], self.version.factor_ids[0]
        attempts = (
            lambda: question.write({"title": "Another question"}),
            lambda: question.write({"satisfaction_weight": 5}),
            lambda: question.write({"survey_id": self._version(self.programme).survey_id.id}),
            question.unlink,
            lambda: question.copy({"satisfaction_version_id": self.version.id}),
            lambda: factor.write({"weight": 9}),
            factor.unlink,
            lambda: factor.copy(),
            lambda: self.version.write({"index_scale": "100"}),
            lambda: self.version.write({"used_on": False}),
            lambda: self._as("oem", self.version).write({"used_on": False}),
            lambda: self._as("oem", self.version).write({"state": "draft"}),
            self.version.unlink,
            self.programme.unlink,
            self.version.survey_id.unlink,
        )
        for number, attempt in enumerate(attempts):
            with self.subTest(number), self.assertRaisesRegex(UserError, "new version"):
                attempt()

    def test_nobody_but_steps_opens_and_freezes(self):
        versions = self._as("oem", self.env["crm.satisfaction.version"])
        forged = {
            "state": "current",
            "used_on": NOON,
            "recompute_asked_on": NOON,
            "recompute_done": 3,
        }
        defaults = {f"default_{name}": value for name, value in forged.items()}
        vals = {"programme_id": self.programme.id}
        for made in (
            versions.create({**vals, **forged}),
            versions.with_context(**defaults).create(vals),
            self._as("oem", self.version).copy(forged),
        ):
            self.assertEqual((made.state, made.used_on), ("draft", False))
            self.assertFalse(made.recompute_asked_on)
            for name, value in forged.items():
                with self.assertRaisesRegex(UserError, "buttons"):
                    made.with_context(crm_satisfaction_step=True).write({name: value})
        self.assertEqual(self.programme.current_version_id, self.version)

    def test_test_answers_and_links_freeze_nothing(self):
        self._link()
        self._answered(test_entry=True)
        self.assertFalse(self.version.used_on)
        self.version.question_ids[0].title = "Another question"
        self.assertFalse(
            self.env["crm.satisfaction.score"].search([("version_id", "=", self.version.id)])
        )

    def test_new_version_is_a_free_copy_in_all_languages(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        question = self.version.question_ids[0]
        question.with_context(lang="zh_CN").title = "您满意吗？"
        self._answered()
        action = self.version.action_new_version()
        new = self.env["crm.satisfaction.version"].browse(action["res_id"])
        self.assertEqual((new.number, new.state, new.used_on), (2, "draft", False))
        self.assertEqual(len(new.question_ids), len(self.version.question_ids))
        self.assertEqual(new.question_ids[0].with_context(lang="zh_CN").title, "您满意吗？")
        self.assertEqual(new.question_ids.satisfaction_factor_id, new.factor_ids)
        self.assertEqual(
            new.factor_ids.mapped("weight"), self.version.factor_ids.mapped("weight")
        )
        new.factor_ids[0].weight = 0.9
        self.assertNotEqual(new.survey_id, self.version.survey_id)

    def test_opening_closes_the_former_and_its_links_still_work(self):
        link = self._link()
        new = self._version(self.programme)
        new.action_open()
        self.assertEqual((self.version.state, new.state), ("closed", "current"))
        self.assertEqual(self.programme.current_version_id, new)
        link._submit_satisfaction({self._question("satisfaction"): 9})
        with self.assertRaisesRegex(UserError, "not in use"):
            self._link()

    def test_figures_of_versions_stay_apart_and_the_break_is_marked(self):
        self._answered(at=NOON)
        new = self._version(self.programme)
        new.action_open()
        for months in (1, 2):
            self._answered(version=new, at=NOON + timedelta(30 * months))
        rows = (self.version | new).index([], ["date:month"])
        self.assertEqual(
            [(row["version_id"], row["break"]) for row in rows],
            [(self.version.id, False), (new.id, True), (new.id, False)],
        )
        # Without periods, too, there is a row for each version.
        self.assertEqual([row["n"] for row in (self.version | new).index()], [1, 2])

    def test_one_version_in_use(self):
        new = self._version(self.programme)
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            new._stepping().state = "current"
            new.flush_recordset()

    def test_a_questionnaire_without_index_is_not_opened(self):
        draft = self._version(self.programme)
        items = draft.question_ids.filtered(lambda q: q.satisfaction_kind == "satisfaction")
        items[0].satisfaction_factor_id = False
        with self.assertRaisesRegex(UserError, "no factor"):
            draft.action_open()
        items.unlink()
        with self.assertRaisesRegex(UserError, "no question"):
            draft.action_open()

    def test_kind_says_how_it_is_asked(self):
        question = self._question("nps")
        self.assertEqual((question.scale_min, question.scale_max), (0, 10))
        question.satisfaction_kind = "satisfaction"
        self.assertEqual((question.scale_min, question.scale_max), (1, 10))
        for vals in ({"scale_max": 7}, {"question_type": "numerical_box"}):
            with self.assertRaises(ValidationError):
                question.write(vals)

    def test_factor_of_another_version_is_refused(self):
        other = self._version(self.programme)
        with self.assertRaises(ValidationError):
            self._question("satisfaction").satisfaction_factor_id = other.factor_ids[0]

    def test_weights_are_positive(self):
        for record, name in (
            (self.version.factor_ids[0], "weight"),
            (self.version.question_ids[0], "satisfaction_weight"),
        ):
            with (
                self.assertRaises(CheckViolation),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                record[name] = 0
                record.flush_recordset()

    def test_copied_survey_is_an_ordinary_one(self):
        copy = self.version.survey_id.copy()
        self.assertNotEqual(copy.survey_type, "satisfaction")
        self.assertFalse(copy.satisfaction_version_id)
        self.assertFalse(copy.question_ids.satisfaction_version_id)

    def test_answers_out_of_bounds_are_refused_by_any_way(self):
        question = self._question("satisfaction")
        for figure in (0, 11, -1):
            with self.assertRaises(ValidationError):
                self._link()._submit_satisfaction({question: figure})
        line = {"user_input_id": self._link().id, "question_id": question.id}
        with self.assertRaises(ValidationError):
            self.env["survey.user_input.line"].create(
                {**line, "answer_type": "scale", "value_scale": 11}
            )
        with self.assertRaises(ValidationError):
            self._link()._save_lines(question, "11")
        foreign = self._question("satisfaction", self._version(self.programme))
        with self.assertRaises(ValidationError):
            self._link()._submit_satisfaction({foreign: 5})

    def test_answer_knows_whom_it_is_about(self):
        vehicle = self._vehicle(self.customer_a)
        visit = self._visit(
            vehicle, dealer_id=self.dealer_b.id, user_id=self.users["sales_b"].id
        )
        answer = self._link(partner_id=False, visit_id=visit.id, satisfaction_channel="sms")
        self.assertEqual(answer.partner_id, self.customer_a)
        self.assertEqual(answer.commercial_partner_id, self.customer_a)
        self.assertEqual((answer.vehicle_id, answer.dealer_id), (vehicle, self.dealer_b))
        self.assertEqual(answer.advisor_id, self.users["sales_b"])
        self.assertEqual(answer.company_id, visit.company_id)
        lead = self._lead(self.customer_a, user_id=self.users["sales_a"].id)
        answer = self._link(partner_id=False, satisfaction_lead_id=lead.id)
        self.assertEqual((answer.dealer_id, answer.partner_id), (lead.dealer_id, self.customer_a))
        contact = self._customer(self.dealer_a, parent_id=self.customer_b.id)
        self.assertEqual(
            self._link(partner_id=contact.id).commercial_partner_id, self.customer_b
        )
