"""Ways round the rules of year plans (S8): none is left open."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, freeze_time, tagged

from .common_planning import YEAR, PlanningFactories


@tagged("post_install", "-at_install")
@freeze_time(f"{YEAR}-06-15 02:00:00")
class TestPlanningAttack(PlanningFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_planning()

    def test_who_proposed_targets_does_not_approve_them(self):
        self._value(self.rate, 60, year=YEAR - 1)
        plan = self._plan("auditor", region_id=False)
        plan.with_user(self.users["oem"]).action_propose()
        plan.with_user(self.users["auditor"])._step("submit")
        with self.assertRaises(AccessError):
            plan.with_user(self.users["oem"])._step("approve")
        plan.with_user(self.colleague)._step("approve")

    def test_targets_in_force_are_the_plans(self):
        plan = self._brought_to("approved")
        target = self.env["crm.kpi.target"].search([("year_plan_id", "=", plan.id)])
        self.assertEqual(target.target, 80)
        oem = target.with_user(self.users["oem"])
        for attempt in (
            lambda: oem.write({"target": 1}),
            lambda: oem.write({"year_plan_id": False}),
            lambda: oem.write({"dealer_id": self.dealer_b.id}),
            oem.unlink,
            lambda: oem.create({"kpi_id": self.lost.id, "year": YEAR, "target": 1,
                                "dealer_id": self.dealer_a.id, "year_plan_id": plan.id}),
        ):  # fmt: skip
            with self.assertRaisesRegex(UserError, plan.name):
                attempt()
        plan.with_user(self.users["oem"])._step("amend", "Too low")
        mine = plan.with_user(self.users["manager_a"])
        mine.target_ids.target = 85
        mine._step("submit")
        plan.with_user(self.users["oem"])._step("approve")
        self.assertEqual(target.target, 85)

    def test_a_plan_in_force_is_not_put_aside(self):
        plan = self._plan()
        for state in ("submitted", "approved", "running"):
            self._brought_to(state, plan)
            for login in ("manager_a", "oem"):
                with self.assertRaises(UserError, msg=(state, login)):
                    plan.with_user(self.users[login]).active = False
                with self.assertRaises(UserError, msg=(state, login)):
                    plan.with_user(self.users[login]).action_archive()

    def test_a_year_is_not_reviewed_before_its_end(self):
        plan = self._brought_to("running")
        mine = plan.with_user(self.users["manager_a"])
        for phase in ("h2", "q3", "q4"):
            with self.assertRaisesRegex(UserError, "not begun"):
                mine._review(phase)
        with self.assertRaisesRegex(UserError, "not over"):
            mine._review("year", "Well")
        with freeze_time(f"{YEAR}-12-31 17:00:00"):  # 1 January in Shanghai
            self.assertTrue(mine._review("year", "Well"))

    def test_decisions_are_not_deleted_with_the_review(self):
        plan = self._brought_to("running")
        mine = plan.with_user(self.users["manager_a"])
        review = mine._review("q1", "Badly")
        review.with_user(self.users["oem"]).decisions = "Two more advisors"
        with self.assertRaises(UserError):
            review.with_user(self.users["manager_a"]).unlink()
        review.with_user(self.users["oem"]).unlink()

    def test_late_activities_are_found_by_their_own_day(self):
        activities = self._plan().planned_ids
        activities.company_id.partner_id.tz = "Asia/Shanghai"
        day = f"{YEAR}-06-15"
        self._mine(activities).write({"date_begin": day, "date_end": day})
        with freeze_time(f"{YEAR}-06-15 17:00:00"):  # 16 June in Shanghai
            elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
            elsewhere.partner_id.tz = "America/Los_Angeles"
            activities.invalidate_recordset()
            env = activities.with_company(elsewhere)
            found = env.search([("is_late", "=", True), ("id", "=", activities.id)])
            self.assertTrue(activities.is_late)
            self.assertEqual(found, activities)
