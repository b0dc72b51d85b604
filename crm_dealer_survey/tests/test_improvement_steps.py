"""Plan, do, check, act: what each step asks for, and what follows it (S6)."""

from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .common_improvement import AFTER, BEFORE, ImprovementFactories


@tagged("post_install", "-at_install")
class TestImprovementSteps(ImprovementFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_improvement()

    def test_not_begun_without_what_it_takes(self):
        plan = self._as("manager_a", self.Plan).create(
            {"subject": "x", "dealer_id": self.dealer_a.id, "version_id": self.version.id}
        )
        with self.assertRaises(UserError) as refused:
            plan.action_start()
        for missing in ("a weak item", "the period after", "a measure"):
            self.assertIn(missing, str(refused.exception))
        plan.write(
            {"after_from": plan.before_until, "after_until": plan.before_until + timedelta(30),
             "item_ids": [(0, 0, {"factor_id": self.factors["work"].id})],
             "measure_ids": [(0, 0, {"name": "Do it"})]}
        )  # fmt: skip
        with self.assertRaisesRegex(UserError, "target of “work”.*who is in charge of “Do it”"):
            plan.action_start()
        plan.item_ids.target = 800
        plan.measure_ids.write(
            {"user_id": self.users["sales_a"].id, "begin_on": self.today,
             "deadline_on": self.today}
        )  # fmt: skip
        plan.action_start()
        self.assertEqual((plan.stage, plan.started_on), ("do", self.today))
        todo = plan.measure_ids.activity_ids
        self.assertEqual((todo.user_id, todo.date_deadline), (self.users["sales_a"], self.today))
        with self.assertRaisesRegex(UserError, "follows on"):
            plan.action_start()

    def test_not_checked_before_measures_and_answers_are_there(self):
        plan = self._brought_to("do")
        mine = self._as("manager_a", plan)
        with self.assertRaisesRegex(UserError, "done or dropped.*0 of 3"):
            mine.action_check()
        mine.measure_ids.result = "Done"
        mine.measure_ids.action_finish()
        self._answers([8, 9], AFTER[0] + timedelta(3))
        with self.assertRaisesRegex(UserError, "2 of 3"):
            mine.action_check()
        self._answers([9], AFTER[0] + timedelta(3))
        mine.action_check()
        self.assertEqual(plan.stage, "check")
        self.assertEqual(plan.activity_ids.user_id, self.users["manager_a"])

    def test_too_few_answers_to_a_questionnaire_out_of_use_hold_nothing_up(self):
        """Nobody is asked by it any more: nothing is left to wait for."""
        plan = self._brought_to("do")
        plan._store({"after_until": self.today + timedelta(1)})
        mine = self._as("manager_a", plan)
        mine.measure_ids.result = "Done"
        mine.measure_ids.action_finish()
        self._answers([9], AFTER[0] + timedelta(3))
        self._version(self.programme).action_open()
        with self.assertRaisesRegex(UserError, "1 of 3"):
            mine.action_check()  # who was asked by it may still answer
        plan._store({"after_until": self.today})
        mine.action_check()
        self.assertEqual((plan.stage, plan.verdict), ("check", "few"))
        mine.action_act()
        mine._step("close", "Nothing is known", "give_up")

    def test_no_conclusion_before_the_period_is_over(self):
        plan = self._brought_to("check", after_until=self.today + timedelta(1))
        mine = self._as("manager_a", plan)
        with self.assertRaisesRegex(UserError, "the end of the period after"):
            mine.action_act()
        plan._store({"after_until": AFTER[1]})
        mine.action_act()
        with self.assertRaisesRegex(UserError, "Choose what follows"):
            mine._step("close", "Words")
        with self.assertRaisesRegex(UserError, "Say why"):
            mine._step("close", "  ", "give_up")
        dialog = self.env["crm.improvement.dialog"].with_user(self.users["manager_a"])
        action = mine.action_close()
        dialog = dialog.with_context(**action["context"]).create(
            {"conclusion": "give_up", "reason": "It costs more than it brings"}
        )
        dialog.action_confirm()
        self.assertEqual(
            (plan.stage, plan.conclusion, plan.closed_by_id),
            ("closed", "give_up", self.users["manager_a"]),
        )
        self.assertIn("costs more", plan.reason)

    def test_another_round(self):
        plan = self._brought_to("act", responsible_id=self.users["sales_a"].id)
        self.users["sales_a"].dealer_ids = self.dealer_b
        after = self._as("manager_a", plan)._step("close", "Half way", "again").sudo()
        self.assertEqual(after.responsible_id, self.users["manager_a"], "the other one has left")
        self.assertEqual((after.previous_id, after.round, after.stage), (plan, 2, "plan"))
        self.assertEqual(after.dealer_id, plan.dealer_id)
        self.assertEqual((after.before_from, after.before_until), AFTER)
        self.assertEqual(after.item_ids.factor_id, plan.item_ids.factor_id)
        self.assertAlmostEqual(after.item_ids.before_index, plan.item_ids.after_index)
        self.assertFalse(after.measure_ids or after.after_from)
        self.assertEqual(plan.next_ids, after)

    def test_another_round_is_about_the_questionnaire_in_use(self):
        question = self.version.question_ids.filtered("satisfaction_factor_id")[-1]
        plan = self._plan()
        plan.item_ids = [
            (0, 0, {"factor_id": self.factors["work"].id, "target": 900}),
            (0, 0, {"question_id": question.id, "target": 700}),
        ]
        self._brought_to("act", plan)
        later = self._version(self.programme, index_scale="100")
        later.factor_ids.filtered(lambda f: f.name == "work").name = "Something else"
        later.action_open()
        after = self._as("manager_a", plan)._step("close", "Half way", "again").sudo()
        self.assertEqual(after.version_id, later)
        self.assertEqual(after.item_ids.factor_id, later.factor_ids.filtered_domain(
            [("name", "=", "advice")]))  # fmt: skip
        self.assertEqual(after.item_ids.question_id.title, question.title)
        self.assertEqual(after.item_ids.question_id.satisfaction_version_id, later)
        self.assertEqual(after.item_ids.mapped("target"), [85, 70])
        self.assertGreater(after.before_from, plan.after_from, "there are no answers to it")
        self.assertIn("“work”", after.message_ids.mapped("body")[0])

    def test_cancelled_with_a_reason(self):
        plan = self._brought_to("do")
        mine = self._as("manager_a", plan)
        with self.assertRaises(UserError):
            mine._step("cancel")
        with self.assertRaises(UserError):
            mine.unlink()
        mine._step("cancel", "The workshop is rebuilt")
        self.assertFalse(plan.measure_ids.activity_ids)
        self.assertFalse(plan.measure_ids.is_due)
        self._plan().with_user(self.users["manager_a"]).unlink()

    def test_overdue_is_told_once(self):
        plan = self._brought_to("do")
        measure = plan.measure_ids
        measure._store({"deadline_on": self.today - timedelta(1)})
        self.assertTrue(plan.is_overdue and measure.is_overdue)
        overdue = self.Plan.search([("is_overdue", "=", True), ("id", "=", plan.id)])
        self.assertEqual(overdue, plan)
        for _night in range(2):
            plan._follow()
        told = plan.activity_ids
        self.assertEqual((len(told), told.user_id), (1, self.users["manager_a"]))
        self.assertIn(measure.name, told.summary)
        measure._store({"state": "done", "ended_on": self.today})
        self.assertFalse(plan.is_overdue)

    def test_progress(self):
        plan = self._plan()
        others = [self._measure(plan, name=f"Measure {n}") for n in range(3)]
        self._brought_to("do", plan)
        for measure, action in zip(others, ("action_finish", "action_finish", "action_drop"),
                                   strict=True):  # fmt: skip
            mine = self._as("manager_a", measure)
            mine.result = "x"
            getattr(mine, action)()
        self.assertAlmostEqual(plan.progress, 200 / 3)

    def test_periods(self):
        for vals in ({"before_until": BEFORE[0]}, {"after_from": BEFORE[0]},
                     {"after_until": AFTER[0]}):  # fmt: skip
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self._plan(**vals)
                self.env.flush_all()
