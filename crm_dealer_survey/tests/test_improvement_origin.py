"""Where plans and measures come from: weak points, notices, check lists, meetings (S6)."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from .common_improvement import BEFORE, ImprovementFactories


@tagged("post_install", "-at_install")
class TestImprovementOrigin(ImprovementFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_improvement()

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
