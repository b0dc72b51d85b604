"""Replaying periods under other rules, from stored inputs (S9)."""

import json
from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, tagged

from ..tools.assessment import assess
from .common_simulation import SimulationFactories
from .simulation_oracle import replayed


@tagged("post_install", "-at_install")
class TestSimulationRun(SimulationFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_assessment()

    # -- Trying out

    def test_what_is_frozen_is_copied(self):
        quarters = self._four_quarters()
        simulation = self._try_out()
        trial = simulation.policy_id
        self.assertNotEqual(trial, self.policy)
        self.assertEqual(trial.trial_of_id, self.policy)
        self.assertFalse(trial.used_on or trial.auto_draft)
        self.assertIn("try-out 1", trial.display_name)
        self.assertEqual(len(trial.rule_ids), 5)
        self.assertEqual(trial.rule_ids[0].step_ids.mapped("reward"), [300, 100])
        self.assertEqual(set(simulation.assessment_ids), set(quarters))
        self.assertEqual(self._try_out().policy_id.number, 2)
        with self.assertRaisesRegex(ValidationError, "only tried out"):
            self._assessment(self.begins[4], trial)

    def test_what_is_not_frozen_is_tried_out_itself(self):
        self._make_calls([10, 7, 6, 5, 2, None])
        self._brought_to("computed")
        self.assertEqual(self._try_out().policy_id, self.policy)

    def test_a_try_out_becomes_the_next_version(self):
        self._four_quarters()
        self.policy.auto_draft = True
        simulation = self._try_out()
        trial = simulation.policy_id
        self._run(simulation)
        self._as("oem", simulation).action_use_policy()
        simulation.invalidate_recordset()
        self.assertFalse(simulation.is_outdated)
        self.assertEqual((trial.code, trial.number), ("T-POLICY", 2))
        self.assertEqual((trial.previous_id, trial.name), (self.policy, "Test Policy"))
        self.assertTrue(trial.active and trial.auto_draft and not self.policy.active)
        self.assertFalse(trial.trial_of_id)
        with self.assertRaisesRegex(UserError, "no try-out"):
            self._as("oem", trial).action_use()
        self.assertTrue(self._assessment(self.begins[4], trial))

    # -- Replaying

    def test_unchanged_rules_change_nothing(self):
        self._four_quarters()
        simulation = self._run(self._try_out())
        self.assertEqual(simulation.state, "done")
        self.assertEqual(set(simulation.line_ids.mapped("outcome")), {"same"})
        self.assertFalse(any(simulation.line_ids.mapped("is_affected")))
        self.assertEqual(simulation.money_before, simulation.money_after)
        self.assertEqual((simulation.gain_count, simulation.lose_count), (0, 0))
        self.assertEqual(simulation.correlation, 1)
        self.assertEqual(simulation.progress, 100)

    def test_who_gains_and_who_loses(self):
        """By hand: bonus for the best quarter only, 500 instead of 300; a fine of 80, not 50."""
        self._make_calls([10, 7, 6, 5, 2, None])
        self._brought_to("published")
        simulation = self._try_out()
        trial = simulation.policy_id
        self._rule_of(trial, "bonus").step_ids.unlink()
        self._rule_of(trial, "bonus").step_ids = [Command.create({"up_to": 25, "reward": 500})]
        self._rule_of(trial, "fine").amount = 80
        self._run(simulation)
        changes = self._amounts(simulation, "money_change")
        self.assertEqual(
            {key[1]: figure for key, figure in changes.items()},
            {"A": 200, "B": 200, "C": -100, "D": 0, "E": -30, "F": 0},
        )
        self.assertEqual((simulation.money_before, simulation.money_after), (650, 920))
        self.assertEqual((simulation.gain_count, simulation.lose_count), (2, 2))
        top = simulation.top_line_ids.mapped("dealer_id.code")
        self.assertEqual([sorted(top[:2]), top[2:]], [["T-A", "T-B"], ["T-C", "T-E"]])
        worst = simulation.line_ids.filtered(lambda line: line.dealer_id == self.dealers[4])
        self.assertEqual((worst.fine_before, worst.fine_after), (-50, -80))
        self.assertEqual(worst.follows_after, "Fine")

    def test_chained_periods_look_back_at_the_replayed_ones(self):
        """Other weights and places: streaks, fines and prizes as the oracle says."""
        quarters = self._four_quarters()
        simulation = self._try_out()
        trial = simulation.policy_id
        trial.component_ids[0].write({"scoring": "linear", "floor": 30, "goal": 65})
        self._rule_of(trial, "fine").places = 2
        self._rule_of(trial, "exit").write({"places": 2, "periods": 3})
        self._run(simulation)
        self._same_as_oracle(simulation, quarters, {})
        # The fourth quarter looks back at three replayed ones.
        self.assertIn("looked back at: 3", simulation.period_ids[0].remark)
        kinds = {kind for line in simulation.line_ids
                 for kind in (line.follows_after or "").split(", ")}  # fmt: skip
        self.assertIn("Exit Review", kinds)

    def test_what_is_not_chosen_stays_as_published(self):
        """The last quarter alone: the streak goes on from what was published."""
        quarters = self._four_quarters()
        simulation = self._try_out()
        self._as("oem", simulation).assessment_ids = quarters[-1]
        trial = simulation.policy_id
        self._rule_of(trial, "fine").write({"places": 3})
        self._run(simulation)
        published = {}
        for number, quarter in enumerate(quarters[:3], 1):
            result = assess(*(json.loads(t) for t in (quarter.policy_json, quarter.inputs_json)))
            published[number] = {"dealers": {
                str(line["dealer"]): {name: line[name] for name in
                                      ("score", "low", "high", "region", "basis")}
                for line in result["lines"] if line["why"] is None
            }}  # fmt: skip
        self._same_as_oracle(simulation, quarters[-1:], published, first=4)

    def _same_as_oracle(self, simulation, quarters, published, first=1):
        changed = simulation.policy_id._as_data()
        cases = {}
        for number, quarter in enumerate(quarters, first):
            used, inputs = (json.loads(t) for t in (quarter.policy_json, quarter.inputs_json))
            old, new = (
                {line["dealer"]: line["basis"] for line in assess(policy, inputs)["lines"]}
                for policy in (used, changed)
            )
            cases[number] = (used, {**inputs, "bases": old}, new)
        rows, alike = replayed(cases, changed, published)
        for number, quarter in enumerate(quarters, first):
            period = simulation.period_ids.filtered(lambda p, q=quarter: p.assessment_id == q)
            lines = simulation.line_ids.filtered(lambda one, p=period: one.period_id == p)
            self.assertEqual(set(lines.dealer_id.ids), set(rows[number]))
            for line in lines:
                want = rows[number][line.dealer_id.id]
                for side in ("before", "after"):
                    got = tuple(line[f"{name}_{side}"]
                                for name in ("score", "rank", "money", "points"))  # fmt: skip
                    self.assertEqual(got, tuple(float(f or 0) for f in want[side]))
                self.assertEqual(line.outcome, want["outcome"])
            self.assertAlmostEqual(period.correlation, alike[number] or 0, delta=0.00051)

    def test_what_was_known_then_stands(self):
        """Calls that come later change nothing; a KPI nobody asked for is collected now."""
        self._make_calls([10, 7, 6, 5, 2, None])
        assessment = self._brought_to("published")
        before = assessment.read()[0]
        self._make_calls([0, 10, 10, 10, 10, 10], self.begin + timedelta(days=2))
        other = self.env["crm.kpi"].search(
            [("code", "not in", (self.kpi_made.code, self.kpi_reached.code)),
             ("is_momentary", "=", False), ("unit", "=", self.kpi_made.unit)], limit=1
        )  # fmt: skip
        simulation = self._try_out()
        simulation.policy_id.component_ids = [
            Command.create({"kpi_id": other.id, "missing": "leave_out", "few": "leave_out"})
        ]
        self._run(simulation)
        scores = self._amounts(simulation, "score_after")
        self.assertEqual(scores[0, "B"], 70)
        self.assertIn(other.name, simulation.period_ids.remark)
        self.assertIn(other.code, json.loads(simulation.period_ids.inputs_json)["figures"])
        assessment.invalidate_recordset()
        self.assertEqual(assessment.read()[0], before)
        self.assertEqual(assessment._differences(), [])

    def test_targets_that_nobody_asked_for_then(self):
        self._make_calls([10, 7, 6, 5, 2, None])
        self._brought_to("published")
        self.env["crm.kpi.target"].search([("kpi_id", "=", self.kpi_made.id)]).unlink()
        self.env["crm.kpi.target"].create(
            {"kpi_id": self.kpi_made.id, "target": 70, "year": self.begin.year}
        )
        simulation = self._try_out()
        simulation.policy_id.component_ids[1].unlink()
        simulation.policy_id.component_ids.scoring = "target"
        self._run(simulation)
        self.assertEqual(self._amounts(simulation, "score_after")[0, "B"], 100)
        self.assertIn("Targets as they are now", simulation.period_ids.remark)

    def test_dealers_of_the_policy(self):
        """Who was assessed then and is not meant any more has no result after."""
        self._make_calls([10, 7, 6, 5, 2, None])
        self._brought_to("published")
        simulation = self._try_out()
        simulation.policy_id.region_ids = self.region_north
        self.dealers[0].active = False
        self._run(simulation)
        ranks = self._amounts(simulation, "rank_after")
        self.assertEqual({key[1]: rank for key, rank in ranks.items()},
                         {"A": 1, "B": 0, "C": 2, "D": 0, "E": 3, "F": 0})  # fmt: skip

    def test_queries_do_not_grow_with_dealers(self):
        """A number of dealers more, not a query more of reading."""
        counts = []
        for back, more in ((0, 0), (1, 40)):
            self.env["crm.dealer"].create(
                [{"name": f"More {n}", "code": f"MORE-{n}", "region_id": self.region_north.id}
                 for n in range(more)]
            )  # fmt: skip
            self._make_calls([10, 7, 6, 5, 2, None], self.begins[back])
            assessment = self._brought_to("published", self.begins[back])
            simulation = self._try_out()
            self._as("oem", simulation).assessment_ids = assessment
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._run(simulation)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1], counts[0] + 10)

    def test_only_the_manufacturers_manager_runs(self):
        self._make_calls([10, 7, 6, 5, 2, None])
        self._brought_to("published")
        simulation = self._try_out()
        for login in ("auditor", "agent", "manager_a", "greedy_b", "sales_a", "credit", "clerk"):
            with self.subTest(login=login), self.assertRaises(AccessError):
                self._as(login, simulation).action_run()
