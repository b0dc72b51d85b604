"""Collecting figures, computing and storing assessments (S9)."""

import json
from datetime import datetime, time, timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .assessment_oracle import expected
from .common_assessment import AssessmentFactories


@tagged("post_install", "-at_install")
class TestAssessmentCompute(AssessmentFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_assessment()

    def test_scores_and_ranks_follow_from_the_figures(self):
        """Ties share the better rank; who has no case is not ranked; mean of 3 : 1."""
        self._make_calls([10, 7, 7, 5, 2, None])
        assessment = self._brought_to("computed")
        lines = [self._line(assessment, dealer) for dealer in self.dealers]
        self.assertEqual([line.score for line in lines], [100, 70, 70, 50, 20, 0])
        self.assertEqual([line.rank for line in lines], [1, 2, 2, 4, 5, 0])
        self.assertEqual([line.is_ranked for line in lines], [True] * 5 + [False])
        self.assertEqual(lines[5].why_unranked, "missing")
        self.assertFalse(lines[5].has_score)
        self.assertEqual({line.ranked_count for line in lines[:5]}, {5})
        # North: A 100, C 70, E 20; south: B 70, D 50.
        self.assertEqual([line.region_rank for line in lines], [1, 1, 2, 2, 3, 0])
        self.assertEqual(lines[0].mark, 19.0)
        # As wide as the intervals of the KPIs; two that share a rank may be either way.
        self.assertRegex(lines[1].rank_words, r"^2 of 5 \(between [12] and [34]\)$")
        self.assertEqual(lines[5].rank_words, "not ranked")
        parts = lines[1].part_ids
        self.assertEqual(parts.mapped("value"), [70, 70])
        self.assertEqual(parts.mapped("base"), [10, 10])

    def test_it_is_what_the_oracle_says(self):
        self._make_calls([10, 7, 7, 5, 2, None])
        assessment = self._brought_to("computed")
        policy, inputs = (
            json.loads(text) for text in (assessment.policy_json, assessment.inputs_json)
        )
        lines, proposals = expected(policy, inputs | {"bases": {}})
        for line in assessment.line_ids:
            want = lines[line.dealer_id.id]
            self.assertEqual(line.score, float(want["score"] or 0))
            self.assertEqual(line.rank, want["rank"] or 0)
        got = {
            (one.dealer_id.id, one.rule_id.id): (one.amount, one.significance)
            for one in assessment.proposal_ids
        }
        want = {key: (float(one[0]), one[2]) for key, one in proposals.items()}
        self.assertEqual(got, want)

    def test_what_follows(self):
        """Of five ranked the best quarter is two dealers, the half three; the last is fined."""
        self._make_calls([10, 7, 7, 5, 2, None])
        found = self._proposed(self._brought_to("computed"))
        amounts = {(kind, dealer.code[-1]): one.amount for (kind, dealer), one in found.items()}
        self.assertEqual(
            amounts,
            {("bonus", "A"): 300, ("bonus", "B"): 300, ("bonus", "C"): 300, ("fine", "E"): -50},
        )
        self.assertIn("rank 5 of 5", found["fine", self.dealers[4]].reason)

    def test_numbers_of_queries_do_not_grow_with_dealers(self):
        self._make_calls([10, 7, 7, 5, 2, None])
        self.env.flush_all()
        policy, counts = self.policy, []
        for number in (0, 0, 30):
            self.env["crm.dealer"].create(
                [{"name": f"More {n}", "code": f"MORE-{n}", "region_id": self.region_north.id}
                 for n in range(number)]
            )  # fmt: skip
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            policy._inputs(self.begin, self.begin + timedelta(days=90))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1])
        self.assertLess(counts[1], 28)

    def test_only_ended_periods_once(self):
        """A running period waits; a second assessment of a period is refused."""
        this = self._assessment(self.begin + timedelta(days=100))
        with self.assertRaisesRegex(UserError, "has not ended"):
            this.with_user(self.users["oem"]).compute()
        assessment = self._assessment(self.begin + timedelta(days=40))
        self.assertEqual(assessment.begin, self.begin)
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self._assessment(self.begin)

    def test_who_opened_in_the_period(self):
        """New dealers have a score and no rank unless the policy says so; later ones nothing."""
        self._make_calls([10, 7, 6, 5, 2, None])
        self.dealers[0].opened_on = self.begin + timedelta(days=5)
        self.dealers[1].opened_on = self.begin + timedelta(days=120)
        self.dealers[2].active = False
        assessment = self._brought_to("computed")
        self.assertEqual(self._line(assessment, self.dealers[0]).why_unranked, "new")
        self.assertEqual(self._line(assessment, self.dealers[0]).score, 100)
        self.assertFalse(self._line(assessment, self.dealers[1]))
        self.assertFalse(self._line(assessment, self.dealers[2]))
        self.policy.rank_newcomers = True
        assessment.with_user(self.users["oem"]).compute()
        self.assertEqual(self._line(assessment, self.dealers[0]).rank, 1)

    def test_dealers_of_the_policy(self):
        """By kind, region (with those below) and brand."""
        brand = self.env["fleet.vehicle.model.brand"].create({"name": "Test Brand"})
        below = self.env["crm.dealer.region"].create(
            {"name": "Below", "code": "T-BELOW", "parent_id": self.region_north.id}
        )
        self.dealers[0].dealer_type = "sales"
        self.dealers[1].dealer_type = "service"
        self.dealers[2].region_id = below
        self.dealers[3].brand_ids = brand
        north = self.dealers[0] | self.dealers[2] | self.dealers[4]
        for vals, dealers in (
            ({"dealer_type": "service"}, self.dealers - self.dealers[0]),
            ({"dealer_type": "sales"}, self.dealers - self.dealers[1]),
            ({"dealer_type": False, "region_ids": [(4, self.region_north.id)]}, north),
            ({"region_ids": [(5,)], "brand_ids": [(4, brand.id)]}, self.dealers[3]),
        ):
            self.policy.write(vals)
            self.assertEqual(self.policy._assessed_dealers(self.begin), dealers.sorted("name"))

    def test_who_appealed_stays(self):
        self._make_calls([10, 7, 6, 5, 2, None])
        assessment = self._brought_to("shown")
        line = self._as("manager_a", self._line(assessment, self.dealer_a))
        appeal = line.env["crm.assessment.appeal"]._file(line, "Wrong")
        self._as("oem", appeal)._answer("rejected", "Right")
        self._as("oem", assessment)._step("take_back", "A dealer less")
        self.dealer_a.active = False
        with self.assertRaisesRegex(UserError, "Activate the dealer"):
            self._as("oem", assessment).compute()

    def test_too_few_cases(self):
        """The base of the policy decides, by its way."""
        self._make_calls([10, 7, 6, 5, 2, None])
        self.policy.component_ids.write({"min_base": 11, "few": "unranked"})
        assessment = self._brought_to("computed")
        ranked = assessment.line_ids.filtered("is_ranked")
        self.assertFalse(ranked)
        self.assertEqual(self._line(assessment, self.dealers[0]).why_unranked, "few")
        self.policy.component_ids.few = "zero"
        assessment.with_user(self.users["oem"]).compute()
        self.assertEqual(self._line(assessment, self.dealers[0]).score, 0)

    def test_computed_anew_the_figures_are_those_of_now(self):
        """Lines stay the same records; what has gone goes."""
        self._make_calls([10, 7, 6, 5, 2, None])
        assessment = self._brought_to("computed")
        lines = {line.dealer_id: line for line in assessment.line_ids}
        was = assessment.result_hash
        self._make_calls([0, 10, None, None, None, 10], self.begin + timedelta(days=2))
        self.dealers[4].active = False
        assessment.with_user(self.users["oem"]).compute()
        self.assertNotEqual(assessment.result_hash, was)
        self.assertEqual(lines[self.dealers[0]].score, 50)
        self.assertFalse(lines[self.dealers[4]].exists())
        self.assertEqual(assessment.action_check()["params"]["type"], "success")

    def test_four_quarters_running(self):
        """Dealer E is last four times: fined more each time, then reviewed; gaps begin anew."""
        for begin in reversed(self.begins[:4]):
            self._make_calls([10, 7, 6, 5, 2, None], begin)
        found = {}
        for begin in reversed(self.begins[:4]):
            found[begin] = self._proposed(self._brought_to("published", begin))
        last = self.dealers[4]
        fines = [-found[begin]["fine", last].amount for begin in reversed(self.begins[:4])]
        self.assertEqual(fines, [50, 70, 90, 110])
        exits = [("exit", last) in found[begin] for begin in reversed(self.begins[:4])]
        self.assertEqual(exits, [False, False, False, True])
        self.assertIn("periods running: 4", found[self.begin]["exit", last].reason)

    def test_a_period_that_was_not_published_breaks_the_row(self):
        for begin in reversed(self.begins[:4]):
            self._make_calls([10, 7, 6, 5, 2, None], begin)
        for begin in reversed(self.begins[:4]):
            state = "computed" if begin == self.begins[1] else "published"
            assessment = self._brought_to(state, begin)
        self.assertNotIn(("exit", self.dealers[4]), self._proposed(assessment))

    def test_improvement_prize(self):
        """The greatest gain against the period before; only of the same measure."""
        self._make_calls([10, 5, 5, 5, 2, None], self.begins[1])
        self._make_calls([10, 6, 9, 5, 2, 8])
        self._brought_to("published", self.begins[1])
        assessment = self._brought_to("computed")
        found = self._proposed(assessment)
        self.assertEqual(
            [dealer for kind, dealer in found if kind == "improvement"], [self.dealers[2]]
        )
        self.assertEqual(self._line(assessment, self.dealers[2]).change, 40)
        self.assertFalse(self._line(assessment, self.dealers[5]).has_change)

    def test_faked_data_cancel_the_bonus(self):
        """Only what a person confirmed counts."""
        self._make_calls([10, 7, 6, 5, 2, None])
        check = self.env["crm.satisfaction.check"].search([], limit=1)
        self.env["crm.satisfaction.flag"].create(
            [
                {"check_id": check.id, "code": check.code, "key": f"test {state}",
                 "severity": "3", "state": state, "dealer_id": dealer.id, "date": self.begin}
                for state, dealer in (("confirmed", self.dealers[0]), ("new", self.dealers[1]))
            ]
        )  # fmt: skip
        found = self._proposed(self._brought_to("computed"))
        self.assertNotIn(("bonus", self.dealers[0]), found)
        self.assertIn(("bonus", self.dealers[1]), found)
        self.assertIn("300", found["faked", self.dealers[0]].reason)

    def test_cheating_confirmed_after_publication_counts_when_it_is_confirmed(self):
        """Once: not where it was counted, not where nothing was published yet."""
        earlier, begin = self.begins[1], self.begins[0]
        self._make_calls([10, 7, 6, 5, 2, None], earlier)
        before = self._brought_to("shown", earlier)
        self._let_time_pass(before)
        before._stepping().computed_on = datetime.combine(begin + timedelta(days=5), time(4))
        before.with_user(self.users["oem"]).action_publish()
        self._make_calls([10, 7, 6, 5, 2, None])
        check = self.env["crm.satisfaction.check"].search([], limit=1)
        later = begin + relativedelta(months=3, days=2)
        days = [
            (earlier, begin + timedelta(days=20)),  # late
            (earlier, begin + timedelta(days=1)),  # in time: counted there
            (self.begins[2], begin + timedelta(days=20)),  # nothing was published
            (earlier, begin - timedelta(days=9)),  # counted there
            (earlier, later),  # counts in the next quarter
            (begin, later),  # of the quarter itself
        ]
        self.env["crm.satisfaction.flag"].create(
            [
                {"check_id": check.id, "code": check.code, "key": f"test {number}",
                 "severity": "3", "state": "confirmed", "dealer_id": dealer.id, "date": day,
                 "decided_on": datetime.combine(decided, time(4))}
                for number, (dealer, (day, decided)) in enumerate(
                    zip(self.dealers, days, strict=True))
            ]
        )  # fmt: skip
        found = self._proposed(self._brought_to("computed"))
        faked = {dealer.code for kind, dealer in found if kind == "faked"}
        self.assertEqual(faked, set((self.dealers[0] | self.dealers[5]).mapped("code")))

    def test_complaints_and_limits(self):
        """From whoever knows complaints; a figure below its limit, of enough cases."""
        self._make_calls([10, 7, 6, 5, 2, None])
        rules = [
            {"name": "Complaints", "kind": "complaint", "amount": 40, "points": 2},
            {"name": "Late", "kind": "complaint", "same_matter": 0, "more_than": 0,
             "late_counts": True, "amount": 10},
            {"name": "Limit", "kind": "limit", "kpi_id": self.kpi_made.id, "limit_value": 30,
             "amount": 90},
        ]  # fmt: skip
        for rule in rules:
            self.env["crm.assessment.rule"].create({"policy_id": self.policy.id, **rule})
        facts = {
            self.dealers[0].id: {"same_matter": 3, "total": 3, "late": 0},
            self.dealers[1].id: {"same_matter": 2, "total": 5, "late": 0},
            self.dealers[2].id: {"same_matter": 1, "total": 6, "late": 0},
            self.dealers[5].id: {"same_matter": 0, "total": 1, "late": 1},
        }
        with patch.object(
            type(self.env["crm.dealer"]), "_complaint_facts", lambda *_args: facts, create=True
        ):
            assessment = self._brought_to("computed")
        amounts = {
            (one.rule_id.name, one.dealer_id): (one.amount, one.points)
            for one in assessment.proposal_ids
            if one.kind in ("complaint", "limit")
        }
        self.assertEqual(
            amounts,
            {
                ("Complaints", self.dealers[0]): (-40, -2),
                ("Complaints", self.dealers[2]): (-40, -2),
                ("Late", self.dealers[5]): (-10, 0),
                ("Limit", self.dealers[4]): (-90, 0),
            },
        )
        self.assertEqual(assessment._differences(), [])

    def test_only_managers_of_the_manufacturer_compute(self):
        self._make_calls([10, 7, 7, 5, 2, None])
        assessment = self._assessment()
        for login in ("auditor", "agent", "manager_a", "greedy_b", "sales_a", "credit", "clerk"):
            with self.subTest(login=login), self.assertRaises(AccessError):
                assessment.with_user(self.users[login]).compute()
