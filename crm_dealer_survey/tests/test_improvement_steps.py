"""Plan, do, check, act: what each step asks for, and what follows it (S6)."""

from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
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

    def test_no_conclusion_before_the_period_is_over(self):
        plan = self._brought_to("check")
        mine = self._as("manager_a", plan)
        mine.after_until = self.today + timedelta(1)
        with self.assertRaisesRegex(UserError, "the end of the period after"):
            mine.action_act()
        mine.after_until = AFTER[1]
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
        plan = self._brought_to("act")
        after = self._as("manager_a", plan)._step("close", "Half way", "again").sudo()
        self.assertEqual((after.previous_id, after.round, after.stage), (plan, 2, "plan"))
        self.assertEqual(after.dealer_id, plan.dealer_id)
        self.assertEqual((after.before_from, after.before_until), AFTER)
        self.assertEqual(after.item_ids.factor_id, plan.item_ids.factor_id)
        self.assertAlmostEqual(after.item_ids.before_index, plan.item_ids.after_index)
        self.assertFalse(after.measure_ids or after.after_from)
        self.assertEqual(plan.next_ids, after)

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

    # ------------------------------------------------------------ where plans come from

    def test_from_weak_points(self):
        self._answers([5, 6, 6, 7], BEFORE[0] + timedelta(3))
        filters = {"date_from": str(BEFORE[0]), "date_to": "2026-03-31"}
        ids = [self.factors["price"].id, self.factors["work"].id]
        for login in ("sales_a", "agent", "clerk"):
            with self.assertRaises(AccessError, msg=login):
                self._as(login, self.version).action_improve(
                    {**filters, "dealer_id": self.dealer_a.id} if login == "agent" else filters,
                    "factor", ids,
                )  # fmt: skip
        version = self._as("manager_a", self.version)
        foreign = self._version(self.programme).factor_ids[0].id
        for wrong in ([], None, [foreign], ["1"], [True], "x"):
            with self.assertRaises(UserError):
                version.action_improve(filters, "factor", wrong)
        with self.assertRaises(UserError):
            version.action_improve({**filters, "dealer_id": self.dealer_b.id}, "factor", ids)
        action = version.action_improve(filters, "factor", ids)
        plan = self.Plan.browse(action["res_id"])
        self.assertEqual(plan.dealer_id, self.dealer_a)
        self.assertEqual((plan.before_from, plan.before_until), BEFORE)
        self.assertEqual(plan.item_ids.factor_id.ids, sorted(ids, key=ids.index))
        self.assertAlmostEqual(plan.item_ids[0].before_index, 600)
        self.assertEqual(plan.item_ids[0].importance, 20)
        self.assertFalse(plan.asked_by_id)
        with self.assertRaisesRegex(UserError, "one dealer"):
            self._as("auditor", self.version).action_improve(filters, "factor", ids)
        asked = self._as("auditor", self.version).action_improve(
            {**filters, "dealer_id": self.dealer_a.id}, "factor", ids
        )
        plan = self.Plan.browse(asked["res_id"])
        self.assertEqual(plan.asked_by_id, self.users["auditor"])
        self.assertEqual(plan.activity_ids.user_id, self.users["manager_a"])
        options = [self._as(login, self.version).weak_point_options()["may_improve"]
                   for login in ("manager_a", "agent", "auditor")]  # fmt: skip
        self.assertEqual(options, [True, False, True])

    def test_from_a_notice(self):
        notices = self.env["crm.rectification"].with_user(self.users["auditor"])
        vals = {"subject": "Waiting", "problem": "Two hours", "dealer_id": self.dealer_a.id}
        notice = notices._issue({**vals, "factor_id": self.factors["work"].id})
        bare = notices._issue(vals)
        with self.assertRaises(AccessError):
            self._as("greedy_b", notice).action_improve()
        with self.assertRaises(AccessError):
            self._as("sales_a", notice).action_improve()
        with self.assertRaisesRegex(UserError, "no factor"):
            self._as("manager_a", bare).action_improve()
        mine = self._as("manager_a", notice)
        plan = self.Plan.browse(mine.action_improve()["res_id"])
        self.assertEqual((plan.rectification_id, plan.item_ids.factor_id),
                         (notice.with_env(self.env), self.factors["work"]))  # fmt: skip
        self.assertEqual(mine.action_improve()["res_id"], plan.id)
        self.assertEqual(mine.improvement_count, 1)
        self.assertEqual(self._as("manager_a", self.dealer_a).improvement_count, 1)

    def test_check_list(self):
        checks = self._as("manager_a", self.env["crm.improvement.check"])
        template = self.env.ref("crm_dealer_survey.improvement_checklist_csi")
        check = checks.create(
            {"checklist_id": template.id, "dealer_id": self.dealer_a.id, "month": "2026-05-17"}
        )
        self.assertEqual((str(check.month), len(check.line_ids)),
                         ("2026-05-01", len(template.item_ids)))  # fmt: skip
        with self.assertRaisesRegex(UserError, "no answer"):
            check.action_done()
        check.line_ids.answer = "yes"
        check.line_ids[0].answer = "na"
        weak = check.line_ids[1:4]
        weak.write({"answer": "no", "note": "Seen on Monday"})
        self.assertEqual((check.yes_count, check.no_count), (len(check.line_ids) - 4, 3))
        check.action_done()
        for attempt in (lambda: weak.write({"answer": "yes"}), check.unlink):
            with self.assertRaises(UserError):
                attempt()
        plan = self.Plan.browse(check.action_make_plan()["res_id"])
        self.assertEqual(set(plan.measure_ids.mapped("name")),
                         set(weak.item_id.mapped("advice")))  # fmt: skip
        self.assertEqual(plan.measure_ids.item_id.factor_id, weak.item_id.factor_id)
        self.assertEqual(weak.measure_id, plan.measure_ids)
        with self.assertRaises(UserError):
            check.action_make_plan()
        check.action_reopen()
        check.line_ids[5].answer = "no"
        self.assertEqual(check.action_make_plan()["res_id"], plan.id)

    def test_meeting(self):
        plan = self._plan()
        meeting = self._as("manager_a", self.env["crm.improvement.meeting"]).create(
            {"name": "Monthly", "dealer_id": self.dealer_a.id, "start": "2026-07-01 02:00:00",
             "duration": 1.5, "plan_ids": [(6, 0, plan.ids)],
             "user_ids": [(6, 0, (self.users["manager_a"] | self.users["sales_a"]
                                  | self.users["auditor"]).ids)]}
        )  # fmt: skip
        event = meeting.event_id
        self.assertEqual(str(event.stop), "2026-07-01 03:30:00")
        self.assertEqual(len(event.partner_ids), 3)
        event.with_user(self.users["manager_a"]).write(
            {"start": "2026-07-02 02:00:00", "stop": "2026-07-02 03:00:00"}
        )
        self.assertEqual((str(meeting.start), meeting.duration), ("2026-07-02 02:00:00", 1))
        meeting.start = "2026-07-03 02:00:00"
        self.assertEqual(str(event.start), "2026-07-03 02:00:00")
        with self.assertRaisesRegex(UserError, "minutes or decisions"):
            meeting.action_hold()
        meeting.decision_ids = [(0, 0, {
            "name": "New form", "plan_id": plan.id, "user_id": self.users["sales_a"].id,
            "deadline_on": self.today + timedelta(5)})]  # fmt: skip
        meeting.action_hold()
        measure = meeting.decision_ids.measure_id
        self.assertEqual((measure.plan_id.id, measure.name, measure.user_id),
                         (plan.id, "New form", self.users["sales_a"]))  # fmt: skip
        for attempt in (lambda: meeting.write({"minutes": "x"}), meeting.unlink,
                        lambda: meeting.decision_ids.write({"name": "x"})):  # fmt: skip
            with self.assertRaises(UserError):
                attempt()
        other = meeting.copy({"start": "2026-08-01 02:00:00"})
        other.action_cancel()
        self.assertFalse(other.event_id.exists())

    # ------------------------------------------------------------ best practice

    def test_best_practice(self):
        plan = self._brought_to("act")
        mine = self._as("manager_a", plan)
        with self.assertRaises(UserError):
            mine.action_propose()  # not closed
        self._brought_to("closed", plan)
        self.assertTrue(plan.has_gain)
        mine.action_propose()
        with self.assertRaisesRegex(UserError, "already"):
            mine.action_propose()
        proposal = plan.suggestion_id
        self.assertEqual((proposal.state, proposal.create_uid), ("proposed",
                         self.env.ref("base.user_root")))  # fmt: skip
        dealer = self._as("greedy_b", proposal)
        self.assertFalse(dealer.search([("id", "=", proposal.id)]))
        oem = self._as("oem", proposal)
        oem.description = "As at test dealer a: ask first"
        with self.assertRaisesRegex(UserError, "Test Dealer A"):
            oem.action_release()
        oem.description = "Ask first"
        oem.action_release()
        [row] = dealer.read()
        self.assertEqual(row["name"], "Advice")
        self.assertNotIn("plan_id", row)
        self.assertNotIn("Test Dealer A", str(row))
        self.assertNotIn("manager_a", str(row))
        with self.assertRaises(AccessError):
            dealer.read(["plan_id"])
        self.assertFalse(dealer.message_ids.filtered(lambda m: "Dealer A" in (m.body or "")))

    def test_no_best_practice_without_effect(self):
        plan = self._plan()
        self._answers([8, 7, 9, 8], BEFORE[0] + timedelta(9))
        self._answers([8, 8, 7, 9], AFTER[0] + timedelta(9))
        self._brought_to("closed", plan)
        self.assertEqual((plan.verdict, plan.has_gain), ("unclear", False))
        with self.assertRaisesRegex(UserError, "better"):
            self._as("manager_a", plan).action_propose()

    def test_suggestions_of_a_plan(self):
        factor = self.factors["advice"]
        oem = self._as("oem", self.env["crm.improvement.suggestion"])
        fits = oem.create({"name": "Card", "factor_id": factor.id})
        oem.create({"name": "Other", "factor_id": self.factors["price"].id})
        later = self._version(self.programme)
        plan = self._plan(version_id=later.id, item_ids=[
            (0, 0, {"factor_id": later.factor_ids.filtered(lambda f: f.name == "advice").id,
                    "target": 800})])  # fmt: skip
        mine = self._as("manager_a", plan)
        action = mine.action_open_suggestions()
        found = self._as("manager_a", fits).search(action["domain"])
        self.assertEqual(found.ids, fits.ids)
        with self.assertRaises(UserError):
            found.action_take()
        found.with_context(**action["context"]).action_take()
        taken = plan.measure_ids.filtered("suggestion_id")
        self.assertEqual((taken.name, taken.item_id), ("Card", plan.item_ids))
        with self.assertRaises(AccessError):
            self._as("greedy_b", found).with_context(**action["context"]).action_take()
        self.assertEqual(fits.use_count, 1)
