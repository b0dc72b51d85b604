"""Ways round the steps of an assessment, and to what a dealer should not know (S9)."""

import json
from datetime import datetime, time, timedelta

import pytz

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, freeze_time, tagged

from ..tools.assessment import assess
from .common_assessment import AssessmentFactories


@tagged("post_install", "-at_install")
class TestAssessmentAttack(AssessmentFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_assessment()
        cls._make_calls([10, 7, 6, 5, 2, None])

    # -- What dealers may not know ---------------------------------------------------------------

    def test_groups_and_orders_lead_nowhere(self):
        """By path from the own result to what holds the figures of all."""
        self._brought_to("published")
        self.users["manager_a"].group_ids |= self.env.ref("base.group_allow_export")
        mine = self.env["crm.assessment.line"].with_user(self.users["manager_a"])
        for path in ("assessment_id.inputs_json", "assessment_id.policy_json", "detail",
                     "assessment_id.line_ids.score", "policy_id.assessment_ids.line_ids.dealer_id",
                     "assessment_id.proposal_ids.threshold"):  # fmt: skip
            with self.subTest(path=path):
                for ask in (
                    lambda path=path: mine.formatted_read_group([], [path], ["__count"]),
                    lambda path=path: mine.formatted_read_group([], [], [f"{path}:array_agg"]),
                    lambda path=path: mine.search([], order=path),
                    lambda path=path: mine.search([]).export_data([path.replace(".", "/")]),
                ):
                    try:
                        told = str(ask())
                    except (UserError, ValueError, KeyError):
                        continue
                    for word in ("T-E", "Test Dealer E", "ratio", "70", "60"):
                        self.assertNotIn(word, told)

    def test_who_left_is_told_nothing(self):
        """The former manager stands at the dealer still, but works elsewhere."""
        assessment = self._brought_to("shown")
        line = self._line(assessment, self.dealer_a)
        former = self.users["manager_a"]
        appeal = self.env["crm.assessment.appeal"].with_user(former)._file(line, "Not so")
        former.dealer_ids = self.dealer_b
        self.assertEqual(self.dealer_a.manager_id, former)
        last = self.env["mail.message"].search([], order="id desc", limit=1).id
        appeal.with_user(self.users["oem"])._answer("rejected", "The calls were not made")
        self._let_time_pass(assessment)
        self._as("oem", assessment).action_publish()
        told = self.env["mail.message"].search(
            [("id", ">", last), ("partner_ids", "in", former.partner_id.ids)]
        )
        self.assertNotIn(line.id, told.filtered(lambda m: m.model == line._name).mapped("res_id"))
        self.assertFalse(told.filtered(lambda message: message.model == appeal._name))

    # -- Ways round ------------------------------------------------------------------------------

    def test_nobody_thaws_a_policy(self):
        """By its day, a copy or a creation that says it."""
        self._brought_to("published")
        mine = self._as("oem", self.policy)
        for record in (mine, mine.sudo(), self.policy):
            with self.assertRaises(UserError):
                record.write({"used_on": False})
        with self.assertRaises(UserError):
            mine.write({"share": 20})
        with self.assertRaises(UserError):
            mine.web_save({"used_on": False}, {})
        vals = {"name": "X", "code": "X", "used_on": "2020-01-01 00:00:00"}
        self.assertFalse(mine.create(vals).used_on)

    def test_a_policy_stays_while_dealers_look_at_its_results(self):
        """What is published is what the frozen policy says."""
        assessment = self._brought_to("shown")
        rule, component = self.policy.rule_ids[1], self.policy.component_ids[0]
        for attempt in (
            lambda: self._as("oem", self.policy).write({"period_kind": "month"}),
            lambda: self._as("oem", self.policy).write({"share": 50}),
            lambda: self._as("oem", rule).write({"amount": 9999}),
            lambda: self._as("oem", component).write({"weight": 1}),
            lambda: self._as("oem", component).unlink(),
        ):
            with self.assertRaisesRegex(UserError, "shown to dealers"), self.env.cr.savepoint():
                attempt()
        self._as("oem", assessment)._step("take_back", "A wrong fine")
        self._as("oem", rule).amount = 60

    def test_what_the_policy_does_not_say_any_more_is_not_shown(self):
        assessment = self._brought_to("computed")
        self.policy.rule_ids[1].amount = 60
        mine = self._as("oem", assessment)
        with self.assertRaisesRegex(UserError, "was changed since"):
            mine.action_show()
        mine.compute()
        mine.action_show()
        self.assertEqual(self._proposed(assessment)["fine", self.dealers[4]].amount, -60)

    def test_a_result_that_comes_anew_may_be_appealed_against_anew(self):
        """One appeal each time it is shown: the one before was about other figures."""
        assessment = self._brought_to("shown")
        line = self._line(assessment, self.dealer_a)
        appeals = self.env["crm.assessment.appeal"].with_user(self.users["manager_a"])
        first = appeals._file(line, "Too few calls")
        first.with_user(self.users["oem"])._answer("rejected", "They are all")
        mine = self._as("oem", assessment)
        mine._step("take_back", "A region was missing")
        mine.compute()
        mine.action_show()
        self.assertTrue(self._as("manager_a", line).may_appeal)
        second = appeals._file(line, "Still too few")
        with self.assertRaisesRegex(UserError, "already"):
            appeals._file(line, "And again")
        self.assertEqual(line.appeal_ids, second | first)

    def test_a_client_says_nothing_by_its_context(self):
        """Archived dealers, another company, another language: the same inputs."""
        self.dealers[2].active = False
        end = self.begin + timedelta(days=90)
        company = self.env["res.company"].create({"name": "Elsewhere"})
        said = self.policy._inputs(self.begin, end)
        for policy in (
            self.policy.with_context(active_test=False),
            self.policy.with_company(company),
            self.policy.with_context(tz="Pacific/Kiritimati", lang="zh_CN"),
        ):
            self.assertEqual(policy._inputs(self.begin, end), said)

    def test_finance_hears_of_what_is_taken_back(self):
        """Also when the to-do of the approval is done: the money may be paid already."""
        finance = self.policy.finance_user_id = self.users["credit"]
        bonus = self._proposed(self._brought_to("published"))["bonus", self.dealer_a]
        self._as("oem", bonus)._step("approve")
        bonus.activity_ids.action_feedback("Paid")
        self._as("oem", bonus)._step("withdraw", "Faked calls")
        self.assertEqual(bonus.activity_ids.user_id, finance)
        self.assertIn("Faked calls", str(bonus.activity_ids.note))

    def test_one_bad_policy_does_not_stop_the_drafts(self):
        self.policy.auto_draft = True
        self.env["crm.assessment.policy"].create(
            {"name": "Empty", "code": "A-FIRST", "auto_draft": True}
        )
        self.Assessment._cron_draft()
        self.assertEqual(
            self.Assessment.search([("policy_id", "=", self.policy.id)]).begin, self.begin
        )

    # -- Right -----------------------------------------------------------------------------------

    def test_the_same_whatever_became_of_the_network(self):
        """Names, regions, archived dealers and KPIs: bit by bit the same."""
        assessment = self._brought_to("shown")
        line = self._line(assessment, self.dealer_b)
        appeals = self.env["crm.assessment.appeal"].with_user(self.users["greedy_b"])
        appeals._file(line, "Two more").with_user(self.users["oem"])._answer(
            "upheld", "Right", {"kpi": self.kpi_made, "value": "90", "base": "10"}
        )
        self._let_time_pass(assessment)
        self._as("oem", assessment).action_publish()
        self.dealer_b.write({"name": "Renamed", "code": "T-NEW", "region_id": False})
        self.dealers[2].active = False
        self.kpi_made.write({"active": False, "min_base": 99, "better": "lower"})
        self.policy.action_archive()
        self.env.flush_all()
        self.env.invalidate_all()
        told = self._as("auditor", assessment).with_context(lang="zh_CN").action_check()
        self.assertEqual(told["params"]["type"], "success", told["params"]["message"])

    def test_the_last_day_ends_at_the_companys_midnight(self):
        assessment = self._brought_to("shown")
        line = self._line(assessment, self.dealer_a)
        company = assessment.company_id
        company.partner_id.tz = "Asia/Shanghai"
        appeals = self.env["crm.assessment.appeal"].with_user(self.users["manager_a"])
        midnight = pytz.timezone(company._tz_here()).localize(
            datetime.combine(assessment.appeal_until + timedelta(days=1), time.min)
        ).astimezone(pytz.utc).replace(tzinfo=None)  # fmt: skip
        with freeze_time(midnight + timedelta(minutes=1)):
            self.assertIn("ended on", str(appeals._refusal_to_file(line)))
        with freeze_time(midnight - timedelta(minutes=1)):
            self.assertIsNone(appeals._refusal_to_file(line))
            with self.assertRaisesRegex(UserError, "Publish the day after"):
                self._as("oem", assessment).action_publish()
        with freeze_time(midnight + timedelta(minutes=1)):
            self._as("oem", assessment).action_publish()

    def _inputs(self, scores, wide="1", regions=None):
        """Inputs of one KPI for dealers 1, 2 … with an interval of ± ``wide``."""
        figures = {
            str(number): {"value": str(score), "n": "9", "low": str(score - int(wide)),
                          "high": str(score + int(wide)), "target": None, "basis": ""}
            for number, score in enumerate(scores, 1)
        }  # fmt: skip
        dealers = [
            {"id": number, "code": str(number), "region": (regions or {}).get(number), "new": False}
            for number in range(1, len(scores) + 1)
        ]
        return {"dealers": dealers, "figures": {"csi": figures}, "complaints": {}, "faked": {},
                "corrections": [], "history": []}  # fmt: skip

    def _policy_data(self, *rules):
        data = self.policy._as_data()
        [component, _other] = data["components"]
        data["components"] = [{**component, "kpi": "csi", "min_base": 0}]
        rule = data["rules"][0]
        data["rules"] = [{**rule, "key": n, **changes} for n, changes in enumerate(rules, 1)]
        return data

    def test_last_ten_of_a_small_network(self):
        """Never the better half: the best of eight is not among its last ten."""
        policy = self._policy_data(
            {"kind": "exit", "places": "10", "unit": "count"},
            {"kind": "points", "except_last": 10, "steps": [{"up_to": "100", "reward": "1"}]},
        )
        for count, last in ((0, 0), (1, 0), (2, 1), (8, 4), (9, 4), (20, 10), (30, 10)):
            found = assess(policy, self._inputs(range(50, 50 + count)))["proposals"]
            kinds = {kind: {p["dealer"] for p in found if p["kind"] == kind}
                     for kind in ("exit", "points")}  # fmt: skip
            self.assertEqual(kinds["exit"], set(range(1, last + 1)), count)
            self.assertEqual(kinds["points"], set(range(last + 1, count + 1)), count)

    def test_the_only_dealer_of_a_region_is_not_its_last(self):
        policy = self._policy_data(
            {"kind": "fine", "places": "1", "unit": "count", "scope": "region", "amount": "5"}
        )
        inputs = self._inputs([70, 80, 90], regions={1: 1, 2: 2, 3: 2})
        found = assess(policy, inputs)["proposals"]
        self.assertEqual([one["dealer"] for one in found], [2])

    def test_a_correction_makes_nothing_surer(self):
        """What was not significant does not become so because one figure was put right."""
        policy = self._policy_data(
            {"kind": "bonus", "steps": [{"up_to": "50", "reward": "9"}]}
        )
        inputs = self._inputs([70, 72], wide="5")
        inputs["corrections"] = [{"dealer": 2, "kpi": "csi", "value": "73", "n": "9"}]
        result = assess(policy, inputs)
        line = result["lines"][1]
        self.assertEqual((line["low"], line["score"], line["high"]), ("68", "73", "78"))
        self.assertEqual(result["proposals"][0]["significance"], "no")

    def test_a_corrected_value_needs_its_cases(self):
        assessment = self._brought_to("shown")
        line = self._line(assessment, self.dealer_b)
        appeals = self.env["crm.assessment.appeal"].with_user(self.users["greedy_b"])
        appeal = appeals._file(line, "Two more").with_user(self.users["oem"])
        dialogs = self.env["crm.assessment.dialog"].with_user(self.users["oem"])
        vals = {"kind": "uphold", "appeal_id": appeal.id, "reason": "Two more calls",
                "kpi_id": self.kpi_made.id, "value": 90}  # fmt: skip
        for wrong in ({}, {"base": -3}, {"base": 10, "value": 1e30}, {"base": 10, "value": 900}):
            with self.subTest(wrong=wrong), self.assertRaises(UserError), self.env.cr.savepoint():
                dialogs.create({**vals, **wrong}).action_confirm()
        dialogs.create({**vals, "base": 10}).action_confirm()
        inputs = json.loads(assessment.inputs_json)
        self.assertEqual(inputs["corrections"][0]["value"], "90")
        self.assertEqual(assessment._differences(), [])
