"""The loop closes: answer, weak point, plan, measure, effect, assessment, appeal, review (P3)."""

from datetime import date, datetime, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, freeze_time, tagged

from .common_assessment import AssessmentFactories
from .common_improvement import AFTER, BEFORE, ImprovementFactories
from .test_cockpit_loop import LoopChecks

QUARTER = date(2026, 7, 1)
PAGE = {"kind": "quarter", "begin": str(QUARTER)}
OTHERS = ("greedy_b", "sales_b")


@tagged("post_install", "-at_install")
@freeze_time("2026-08-10 04:00:00")
class TestLoop(LoopChecks, ImprovementFactories, AssessmentFactories, TransactionCase):
    """Each step by its role; after each, what the roles see of it and the others do not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_assessment()
        cls.Plan = cls.env["crm.improvement.plan"]
        cls.kpi = cls.env.ref("crm_dealer_survey.kpi_improvement_done")
        cls.loop_policy = cls._policy(
            code="T-LOOP",
            name="Loop Policy",
            component_ids=[
                Command.create({"kpi_id": cls.kpi.id, "weight": 1, "few": "count"}),
                Command.create({"kpi_id": cls.kpi_made.id, "weight": 1}),
            ],
            rule_ids=[Command.create({"name": "Fine", "kind": "fine", "places": 1, "amount": 50})],
        )

    @classmethod
    def _link(cls, version=None, **request):
        """The database's clock is not frozen: links hold whatever it says."""
        return super()._link(version, **{"deadline": datetime(2099, 1, 1), **request})

    def test_the_loop(self):
        self._make_year_plan()
        self._answers([5, 6, 6, 7], BEFORE[0] + timedelta(9))
        plan = self._weak_point_to_plan()
        self._carry_out_measures(plan)
        self._prove_effect(plan)
        with freeze_time("2026-10-05 04:00:00"):
            assessment = self._assess()
            self._appeal(assessment)
        with freeze_time("2026-12-20 04:00:00"):
            self._publish(assessment)
            self._review_year()

    # -- Year plan, from January on --------------------------------------------------------------

    def _make_year_plan(self):
        plans = self.env["crm.year.plan"].with_user(self.users["manager_a"])
        plan = plans.create(
            {"year": 2026, "dealer_id": self.dealer_a.id,
             "target_ids": [(0, 0, {"kpi_id": self.kpi.id, "target": 90})],
             "topic_ids": [(0, 0, {"name": "Advice"})]}
        )  # fmt: skip
        plan._step("submit")
        with self.assertRaises(AccessError):
            plan._step("approve")
        plan.with_user(self.users["oem"])._step("approve")
        plan._step("start")
        self.year_plan = plan.with_env(self.env)

    # -- Weak point, plan, measure, effect -------------------------------------------------------

    def _weak_point_to_plan(self):
        factor = self.factors["advice"]
        asked = {"date_from": str(BEFORE[0]), "date_to": "2026-03-31"}
        seen = self._as("manager_a", self.version).weak_points(asked)
        [row] = [row for row in seen["items"] if row["id"] == factor.id]
        self.assertEqual((row["n"], row["index"]), (4, 600))
        self.assertEqual(self._as("greedy_b", self.version).weak_points(asked)["total"]["n"], 0)
        with self.assertRaises(UserError):
            foreign = {**asked, "dealer_id": self.dealer_a.id}
            self._as("greedy_b", self.version).weak_points(foreign)
        with self.assertRaises(AccessError):
            self._as("sales_a", self.version).action_improve(asked, "factor", [factor.id])
        action = self._as("manager_a", self.version).action_improve(asked, "factor", [factor.id])
        plan = self.Plan.browse(action["res_id"])
        mine = self._as("manager_a", plan)
        mine.write({"after_from": AFTER[0], "after_until": AFTER[1]})
        mine.item_ids.target = 850
        self._measure(plan, begin_on=date(2026, 8, 1), deadline_on=date(2026, 8, 15))
        self._as("manager_a", self.year_plan).topic_ids.record_ref = f"{plan._name},{plan.id}"
        self.assertEqual(self._as("auditor", plan).year_plan_count, 1)
        mine.action_start()
        self._hidden(plan, plan.measure_ids)
        return plan

    def _hidden(self, *groups):
        """Of none of these records another dealer's people see anything."""
        for login in OTHERS:
            for records in groups:
                found = self._as(login, records)
                if found.has_access("read") and found.browse().has_access("read"):
                    self.assertFalse(found.search([("id", "in", records.ids)]), login)

    def _carry_out_measures(self, plan):
        measure = plan.measure_ids
        self.assertEqual(self._counts("manager_a", **PAGE)["Measures Due in Seven Days"], 1)
        self.assertEqual(self._counts("greedy_b", **PAGE)["Measures Due in Seven Days"], 0)
        mine = self._as("manager_a", measure)
        need = self.env["crm.training.need"].browse(mine.action_ask_for_training()["res_id"])
        self.assertEqual(self._as("oem", need).name, measure.name)
        self._hidden(need)
        done = self._as("sales_a", measure)
        done.result = "In all talks"
        done.action_finish()
        self.assertTrue(measure.in_time)
        self.assertEqual(self._counts("manager_a", **PAGE)["Measures Due in Seven Days"], 0)

    def _prove_effect(self, plan):
        self._answers([9, 9, 10, 9, 9], AFTER[0] + timedelta(9))
        mine = self._as("manager_a", plan)
        mine.action_check()
        mine.action_act()
        with self.assertRaises(AccessError):
            self._as("oem", plan)._step("close", "Learned", "standard")
        mine._step("close", "Learned", "standard")
        for login in ("manager_a", "auditor"):
            seen = self._as(login, plan)
            self.assertEqual((seen.verdict, seen.has_gain), ("better", True), login)
            item = seen.item_ids
            self.assertEqual((item.before_index, item.after_index), (600, 920))
        self._hidden(plan, plan.item_ids)

    # -- Assessment, appeal, publication ---------------------------------------------------------

    def _tiles(self, login):
        return self._cards(self._page(login, **PAGE))["assessment"]["tiles"]

    def _assess(self):
        self._make_calls([4, 9, 6, 5, 2, None], QUARTER)
        assessment = self._assessment(QUARTER, self.loop_policy)
        self._as("oem", assessment).compute()
        line = self._line(assessment, self.dealer_a)
        # Both parts count alike: all measures in time, four calls of ten.
        self.assertEqual((line.score, line.rank, line.ranked_count), (70, 2, 5))
        for login in ("manager_a", "greedy_b"):
            self.assertFalse(self._as(login, line).search([]), login)
        self._as("oem", assessment).action_show()
        [tile] = self._tiles("manager_a")
        self.assertEqual((tile["value"], tile["rank"]), (70, [2, 5]))
        [tile] = self._tiles("greedy_b")
        self.assertEqual((tile["value"], tile["rank"]), (90, [1, 5]))
        self._hidden(line)
        weak = self._as("manager_a", line).action_open_weak_points()
        self.assertEqual(weak["params"]["dealer_id"], self.dealer_a.id)
        return assessment

    def _appeal(self, assessment):
        line = self._line(assessment, self.dealer_a)
        north = {**PAGE, "region": self.region_north.id}
        appeals = self.env["crm.assessment.appeal"]
        with self.assertRaises(AccessError):
            appeals.with_user(self.users["greedy_b"])._file(self._as("greedy_b", line), "Mine")
        mine = appeals.with_user(self.users["manager_a"])
        appeal = mine._file(self._as("manager_a", line), "Ten calls").with_env(self.env)
        self.assertEqual(self._counts("oem", **north)["Appeals to Answer"], 1)
        self._hidden(appeal)
        correction = {"kpi": self.kpi_made, "value": "90", "base": 10}
        with self.assertRaises(AccessError):
            self._as("auditor", appeal)._answer("upheld", "Yes", correction)
        with self.assertRaises(UserError):
            self._as("oem", assessment).action_publish()
        self._as("oem", appeal)._answer("upheld", "Proved by the bill", correction)
        self.env.invalidate_all()
        self.assertEqual((line.score, line.rank), (95, 1))
        seen = self._as("manager_a", appeal)
        self.assertEqual((seen.state, seen.score_before, seen.score_after), ("upheld", 70, 95))
        self.assertEqual(self._counts("oem", **north)["Appeals to Answer"], 0)
        [tile] = self._tiles("greedy_b")
        self.assertEqual(tile["rank"], [2, 5], "the place, and not who took it")

    def _publish(self, assessment):
        before = self._counts("oem", **PAGE)
        self._as("oem", assessment).action_publish()
        self.assertEqual(assessment.state, "published")
        self.assertFalse(assessment._differences(), "it follows from what is stored")
        found = self._counts("oem", **PAGE)
        self.assertEqual(before["Assessments to Publish"] - found["Assessments to Publish"], 1)
        proposals = assessment.proposal_ids
        self.assertEqual(
            found["Proposals to Decide"] - before["Proposals to Decide"], len(proposals)
        )
        self.assertNotIn(self.dealer_a, proposals.dealer_id, "fined is who was last")
        [tile] = self._tiles("manager_a")
        self.assertEqual((tile["value"], tile["rank"]), (95, [1, 5]))
        self.assertFalse(self._cards(self._page("manager_a", **PAGE))["assessment"]["note"])

    # -- Review of the year ----------------------------------------------------------------------

    def _review_year(self):
        values = self.env["crm.kpi.value"]
        for kind, begin in (("year", date(2026, 1, 1)), ("quarter", QUARTER)):
            values._measure(self.kpi, kind, begin)
        self.env.flush_all()
        [bar] = self._cards(self._page("manager_a", **PAGE))["targets"]["bars"]
        self.assertEqual((bar["label"], bar["value"]), ("On Target", 1))
        self.assertFalse(self._cards(self._page("greedy_b", **PAGE))["targets"]["bars"])
        mine = self._as("manager_a", self.year_plan)
        mine.topic_ids.write({"state": "done", "result": "Advice is the standard"})
        with self.assertRaises(UserError):  # the year goes on
            mine._review("year", "Advice got better")
        with freeze_time("2027-01-08 04:00:00"):
            self._close_year(mine)

    def _close_year(self, mine):
        review = mine._review("year", "Advice got better").with_env(self.env)
        self.assertEqual((review.line_ids.actual, review.line_ids.light), (100, "reached"))
        with self.assertRaises(AccessError):
            self._as("auditor", review).action_confirm()
        self._as("oem", review).action_confirm()
        self._as("oem", self.year_plan).action_close()
        self._hidden(self.year_plan, review)
