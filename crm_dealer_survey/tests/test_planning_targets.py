"""Targets of plans: proposed, in force, against actuals, forecast (S8)."""

import random
from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.tests import TransactionCase, freeze_time, tagged

from odoo.addons.crm_dealer_grading.tests.kpi_oracle import target_of_period

from ..tools import planning
from .common_planning import KINDS, YEAR, PlanningFactories

NAMES = {("year", 1): "year", ("half", 1): "h1", ("half", 7): "h2", ("quarter", 1): "q1",
         ("quarter", 4): "q2", ("quarter", 7): "q3", ("quarter", 10): "q4"}  # fmt: skip


@tagged("post_install", "-at_install")
@freeze_time(f"{YEAR}-06-15 02:00:00")
class TestPlanningTargets(PlanningFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_planning()
        cls.env["crm.kpi.target"].search([]).unlink()

    def _target(self, kpi, target, **vals):
        return self.env["crm.kpi.target"].create(
            {"kpi_id": kpi.id, "year": YEAR, "target": target, **vals}
        )

    def _line(self, plan, kpi):
        return plan.target_ids.filtered(lambda line: line.kpi_id == kpi)

    # ------------------------------------------------------------ proposals

    def test_proposals(self):
        """Each rule, for a KPI that should rise and one that should fall."""
        self._value(self.rate, 60, self.dealer_a, year=YEAR - 1)
        self._value(self.lost, 30, self.dealer_a, year=YEAR - 1)
        self._value(self.rate, 99, self.dealer_b, year=YEAR - 1)
        plan = self._plan(gap_share=25, step_percent=10)
        mine = plan.with_user(self.users["manager_a"])
        mine.action_propose()
        line = self._line(plan, self.rate)
        self.assertEqual(
            (line.proposal, line.proposal_rule, line.target, line.last_value), (66, "step", 80, 60)
        )
        fall = self._line(plan, self.lost)
        self.assertEqual((fall.proposal, fall.proposal_rule, fall.target), (27, "step", 27))
        self._target(self.rate, 80)
        self._target(self.lost, 40, region_id=self.region_north.id)
        self._target(self.lost, 10)
        mine.action_propose()
        self.assertEqual((line.proposal, line.proposal_rule, line.guide_target), (65, "gap", 80))
        self.assertEqual((fall.proposal, fall.proposal_rule), (30, "hold"))
        self.assertEqual((fall.target, fall.guide_target), (27, 40))

    def test_proposal_without_figures(self):
        plan = self._plan()
        with self.assertRaises(UserError):
            plan.with_user(self.users["manager_a"]).action_propose()
        self._target(self.lost, 12)
        plan.with_user(self.users["manager_a"]).action_propose()
        line = self._line(plan, self.lost)
        self.assertEqual((line.target, line.proposal_rule), (12, "guide"))

    def test_last_year_is_the_latest_part_that_was_measured(self):
        for month, value in ((1, 10), (7, 20)):
            self._value(self.rate, value, self.dealer_a, year=YEAR - 1, kind="quarter", month=month)
        self._value(self.rate, None, self.dealer_a, year=YEAR - 1)
        plan = self._plan()
        self.assertEqual(plan._last_values(self.rate), {(plan.id, self.rate.id): 20})

    def test_the_networks_own_target_is_no_guide(self):
        self._target(self.rate, 80)
        plan = self._plan("auditor")
        self.assertFalse(plan.target_ids.has_guide)
        region = self._plan("auditor", region_id=self.region_north.id)
        self._target(self.rate, 70, region_id=self.region_north.id)
        self.assertEqual(region.target_ids.guide_target, 80)
        self.assertEqual(self._plan().target_ids.guide_target, 70)

    def test_proposals_ask_once(self):
        dealers = self.env["crm.dealer"].create(
            [{"name": f"D{number}", "code": f"T-D{number}"} for number in range(12)]
        )
        self._target(self.rate, 80)
        counts = []
        for some, year in ((dealers[:1], YEAR), (dealers[1:], YEAR)):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            made = self.Plan.with_user(self.users["oem"])._make_for(some, year)
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(made.target_ids), len(some))
        self.assertLessEqual(counts[1], counts[0] + 4)

    # ------------------------------------------------------------ in force

    def test_approval_sets_the_targets_of_the_kpis(self):
        value = self._value(self.rate, 79, self.dealer_a)
        quarter = self._value(self.rate, 79, self.dealer_a, kind="quarter", month=4)
        self._target(self.rate, 50)
        plan = self._plan()
        self._mine(plan.target_ids).write({"has_quarters": True, "quarter1": 60, "quarter2": 70,
                                                       "quarter3": 80, "quarter4": 90})  # fmt: skip
        self._brought_to("submitted", plan)
        self.assertEqual((value.target, value.standing), (50, "reached"))
        self._brought_to("approved", plan)
        (value | quarter).invalidate_recordset()
        self.assertEqual((value.target, value.standing), (80, "missed"))
        self.assertEqual((quarter.target, quarter.standing), (70, "reached"))
        target = self.env["crm.kpi.target"].search([("year_plan_id", "=", plan.id)])
        self.assertEqual((target.dealer_id, target.target), (self.dealer_a, 80))

    def test_a_changed_plan_changes_the_targets(self):
        plan = self._brought_to("approved")
        target = self.env["crm.kpi.target"].search([("year_plan_id", "=", plan.id)])
        plan.with_user(self.users["oem"])._step("amend", "Churn matters more")
        self.assertEqual(plan.activity_ids.user_id, self.users["manager_a"])
        mine = plan.with_user(self.users["manager_a"])
        mine.target_ids.unlink()
        mine.target_ids = [(0, 0, {"kpi_id": self.lost.id, "target": 9})]
        self.assertTrue(target.exists())  # holds until the other is approved
        self._brought_to("approved", plan)
        self.assertFalse(target.exists())
        target = self.env["crm.kpi.target"].search([("year_plan_id", "=", plan.id)])
        self.assertEqual((target.kpi_id, target.target), (self.lost, 9))

    def test_targets_set_by_hand_are_taken_over(self):
        hand = self._target(self.rate, 1, dealer_id=self.dealer_a.id)
        other = self._target(self.rate, 2, dealer_id=self.dealer_b.id)
        plan = self._brought_to("approved")
        self.assertEqual((hand.target, hand.year_plan_id, other.target), (80, plan, 2))

    # ------------------------------------------------------------ against actuals

    def _random_values(self, rng):
        """``{(KPI, number of the scope, phase): figure}`` of all scopes and periods."""
        scopes = [{"dealer": self.dealer_a}, {"dealer": self.dealer_b},
                  {"region": self.region_north}, {}]  # fmt: skip
        values = {}
        for kpi in (self.rate, self.lost):
            for number, scope in enumerate(scopes):
                for kind, months in KINDS.items():
                    for month in months:
                        value = rng.choice([None, *(rng.randint(50, 110) for _ in range(4))])
                        self._value(kpi, value, kind=kind, month=month, **scope)
                        values[kpi, number, NAMES[kind, month]] = value
        return values

    def test_figures_equal_those_by_hand(self):
        """Random figures of all scopes and periods; another dealer's never slips in."""
        rng = random.Random(8)
        values = self._random_values(rng)
        plans = {0: self._plan(), 2: self._plan("auditor", region_id=self.region_north.id),
                 3: self._plan("auditor")}  # fmt: skip
        lights = set()
        for number, plan in plans.items():
            quarters = [rng.randint(60, 100) for _ in range(4)]
            vals = {f"quarter{n + 1}": quarters[n] for n in range(4)}
            self._mine(plan.target_ids).write({"has_quarters": True, **vals})
            self._mine(plan).target_ids = [(0, 0, {"kpi_id": self.lost.id, "target": 80})]
            self.env.flush_all()
            plan.invalidate_recordset()
            self.assertEqual(len(plan.figure_ids), 14)
            for figure in plan.figure_ids:
                value = values[figure.kpi_id, number, figure.phase]
                in_quarters = figure.kpi_id == self.rate and figure.phase[0] == "q"
                target = quarters[int(figure.phase[1]) - 1] if in_quarters else 80
                light = planning.light(figure.kpi_id.better, target, value)
                self.assertEqual(
                    (figure.has_value, figure.actual if figure.has_value else None, figure.target,
                     figure.light), (value is not None, value, target, light),
                )  # fmt: skip
                lights.add(light)
            self._assert_forecasts(plan, number, values)
        self.assertEqual(lights, {"reached", "close", "missed", "none"})

    def test_counts_are_shared_out_as_by_their_targets(self):
        """Phases of a plan and values of the same periods: one target, whatever adds up how."""
        rng = random.Random(31)
        for number, adds_up in enumerate(("no", "period", "year", "no", "period", "year")):
            self.rate.adds_up = adds_up
            plan = self._plan(year=YEAR + number)
            quarters = [rng.randint(0, 300) for _ in range(4)] if number > 2 else None
            if quarters:
                vals = {f"quarter{n + 1}": quarters[n] for n in range(4)}
                self._mine(plan.target_ids).write({"has_quarters": True, **vals})
            values = {
                NAMES[kind, month]: self._value(
                    self.rate, 100, self.dealer_a, kind=kind, month=month, year=plan.year
                )
                for kind, months in KINDS.items() for month in months
            }  # fmt: skip
            self._brought_to("approved", plan)
            for figure in plan.figure_ids:
                value = values[figure.phase]
                value.invalidate_recordset()
                months = {"y": 12, "h": 6, "q": 3}[figure.phase[0]]
                wanted = target_of_period(adds_up, 80, quarters, value.period.month, months)
                with self.subTest(adds_up=adds_up, quarters=quarters, phase=figure.phase):
                    self.assertAlmostEqual(figure.target, wanted, 2)
                    self.assertAlmostEqual(value.target, wanted, 2)
                    self.assertEqual(
                        figure.light in ("close", "missed"), value.standing == "missed"
                    )

    def _assert_forecasts(self, plan, number, values):
        for line in plan.target_ids:
            known = [values[line.kpi_id, number, f"q{n}"] for n in range(1, 5)]
            year = values[line.kpi_id, number, "year"]
            elapsed = planning.elapsed(YEAR, date(YEAR, 6, 15))
            ahead = planning.forecast("percent", False, year, known, elapsed)
            self.assertAlmostEqual(line.forecast, ahead or 0.0, 2)
            self.assertEqual(line.light, planning.light(line.kpi_id.better, 80, year))

    def test_drill_down(self):
        value = self._value(self.rate, 70, self.dealer_a)
        plan = self._plan()
        figures = plan.figure_ids.with_user(self.users["manager_a"])
        year = figures.filtered(lambda figure: figure.phase == "year")
        action = year.action_open_value()
        self.assertEqual((action["res_model"], action["res_id"]), ("crm.kpi.value", value.id))
        with self.assertRaises(UserError):
            figures.filtered(lambda figure: figure.phase == "q1").action_open_value()
        action = plan.target_ids.with_user(self.users["manager_a"]).action_open_figures()
        self.assertEqual(figures.search(action["domain"]), figures)

    def test_actuals_ask_once(self):
        counts = []
        for number in (1, 2):
            plan = self._plan(year=YEAR + number)
            if number == 2:
                kpis = self.env["crm.kpi"].search([("id", "!=", self.rate.id)])
                lines = [{"kpi_id": kpi.id, "target": 5} for kpi in kpis]
                self._mine(plan).target_ids = [(0, 0, vals) for vals in lines]
            self.env.flush_all()
            self.env.invalidate_all()
            lines = plan.target_ids
            lines.mapped("target")
            lines.kpi_id.mapped("unit")
            before = self.env.cr.sql_log_count
            for name in ("actual", "forecast", "guide_target"):
                lines.mapped(name)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_limits(self):
        plan = self._mine(self._plan())
        with self.assertRaises(ValidationError):
            plan.target_ids.target = -1
        with self.assertRaises(ValidationError):
            plan.target_ids.write({"has_quarters": True, "quarter2": -1})
        with self.assertRaises(ValidationError):
            plan.planned_ids.date_begin = date(YEAR + 1, 1, 1)
        with self.assertRaises(ValidationError):
            plan.budget_ids.month = date(YEAR + 1, 1, 1)
