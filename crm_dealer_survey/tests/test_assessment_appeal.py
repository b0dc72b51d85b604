"""Appeals of dealers, their answers, and what they change (S9)."""

import base64
from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import mute_logger

from .common_assessment import AssessmentFactories


@tagged("post_install", "-at_install")
class TestAssessmentAppeal(AssessmentFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_assessment()
        cls._make_calls([10, 7, 6, 5, 2, None])
        cls.assessment = cls._brought_to("shown")
        cls.line = cls._line(cls.assessment, cls.dealer_a)
        cls.Appeal = cls.env["crm.assessment.appeal"]

    def _file(self, login="manager_a", reason="Two calls were made by phone"):
        """By the dialog of the button."""
        action = self._as(login, self.line).action_appeal()
        return self._dialog(login, action, reason=reason)

    def _dialog(self, login, action, **vals):
        wizards = self.env[action["res_model"]].with_user(self.users[login])
        form = Form(wizards.with_context(**action["context"]))
        for name, value in vals.items():
            form[name] = value
        form.save().action_confirm()
        self.env.invalidate_all()
        return self.line.appeal_ids

    # -- Denials ---------------------------------------------------------------------------------

    def test_nobody_else_appeals(self):
        for login in ("greedy_b", "sales_a", "sales_b", "agent", "auditor", "oem", "clerk"):
            mine = self._as(login, self.line)
            with self.subTest(login=login):
                with self.assertRaises(AccessError):
                    mine.action_appeal()
                with self.assertRaises(AccessError):
                    self.Appeal.with_user(self.users[login])._file(mine, "I want that")
                with self.assertRaises(AccessError):
                    self.Appeal.with_user(self.users[login]).create(
                        {"line_id": self.line.id, "reason": "x", "state": "upheld"}
                    )

    def test_not_before_it_is_shown_nor_after_the_time(self):
        self._let_time_pass(self.assessment)
        with self.assertRaisesRegex(UserError, "ended on"):
            self._file()
        self._as("oem", self.assessment).action_publish()
        with self.assertRaisesRegex(UserError, "while the result is shown"):
            self._file()
        self.assertFalse(self._as("manager_a", self.line).may_appeal)

    def test_one_for_each_result_and_with_words(self):
        mine = self._as("manager_a", self.line)
        with self.assertRaisesRegex(UserError, "in words"):
            self.Appeal.with_user(self.users["manager_a"])._file(mine, "  ")
        appeal = self._file()
        with self.assertRaisesRegex(UserError, "already"):
            mine.action_appeal()
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            appeal._stepping().copy()
            self.env.flush_all()

    def test_days_of_a_policy_may_be_none(self):
        """Then nobody reads of a day that is over."""
        self._as("oem", self.assessment)._step("take_back", "Wrong")
        self.policy.appeal_days = 0
        self._as("oem", self.assessment).action_show()
        with self.assertRaisesRegex(UserError, "cannot be appealed against"):
            self._file()
        mine = self._as("manager_a", self.line)
        self.assertFalse(mine.has_appeal_time)
        told = self.env["mail.message"].search(
            [("model", "=", "crm.assessment.line"), ("res_id", "=", mine.id),
             ("message_type", "=", "user_notification")], order="id desc", limit=1,
        )  # fmt: skip
        reports = self.env["ir.actions.report"].with_user(self.users["manager_a"])
        page = reports._render_qweb_html("crm_dealer_survey.assessment_line", mine.ids)[0]
        for text in (told.body, page.decode()):
            self.assertNotIn("may appeal", text)
        self.assertIn("cannot be appealed", told.body)
        self._as("oem", self.assessment).action_publish()

    # -- Filing ----------------------------------------------------------------------------------

    def test_filed_with_a_file_that_the_manufacturer_reads(self):
        proof = base64.b64encode(b"List of calls").decode()
        dialogs = self.env["crm.assessment.dialog"].with_user(self.users["manager_a"])
        dialogs.create(
            {"kind": "appeal", "line_id": self.line.id, "reason": "See the list", "proof": proof,
             "proof_name": "list.txt"}
        ).action_confirm()  # fmt: skip
        appeal = self.line.appeal_ids
        seen = self._as("oem", appeal)
        self.assertEqual((seen.state, seen.filed_by_id), ("filed", self.users["manager_a"]))
        self.assertEqual(base64.b64decode(seen.proof), b"List of calls")
        self.assertTrue(appeal.activity_ids.filtered(lambda a: a.user_id == self.users["oem"]))
        with self.assertRaises(AccessError):
            self._as("greedy_b", appeal).read(["reason", "proof"])
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", appeal._name), ("res_id", "=", appeal.id),
             ("res_field", "=", "proof")]
        )  # fmt: skip
        with self.assertRaises(AccessError):
            self._as("greedy_b", attachment).read(["datas"])

    def test_not_published_while_open(self):
        self._file()
        self._let_time_pass(self.assessment)
        for step in ("action_publish",):
            with self.assertRaisesRegex(UserError, "answer them first"):
                getattr(self._as("oem", self.assessment), step)()
        for step in ("take_back", "cancel"):
            with self.assertRaisesRegex(UserError, "answer them first"):
                self._as("oem", self.assessment)._step(step, "Because")

    # -- Answers ---------------------------------------------------------------------------------

    def test_only_managers_of_the_manufacturer_answer(self):
        appeal = self._file()
        for login in ("manager_a", "greedy_b", "auditor", "agent"):
            mine = self._as(login, appeal)
            for attempt in (
                mine.action_uphold,
                mine.action_reject,
                lambda mine=mine: mine._answer("rejected", "No"),
                lambda mine=mine: mine.write({"state": "upheld"}),
            ):
                with self.subTest(login=login), self.assertRaises(UserError):
                    attempt()
        for login in ("oem", "greedy_b"):
            with self.subTest(login=login), self.assertRaises(AccessError):
                self._as(login, appeal).action_withdraw()

    def test_refused_with_a_reason(self):
        appeal = self._file()
        before = self.assessment.result_hash
        with self.assertRaisesRegex(UserError, "in words"):
            self._as("oem", appeal)._answer("rejected", " ")
        self._dialog("oem", self._as("oem", appeal).action_reject(), reason="The list is wrong")
        self.assertEqual((appeal.state, appeal.answer), ("rejected", "The list is wrong"))
        self.assertEqual(self.assessment.result_hash, before)
        with self.assertRaisesRegex(UserError, "answered already"):
            self._as("oem", appeal)._answer("rejected", "Again")
        self._let_time_pass(self.assessment)
        self._as("oem", self.assessment).action_publish()

    def test_withdrawn_by_the_dealer(self):
        appeal = self._file()
        self._as("manager_a", appeal).action_withdraw()
        self.assertEqual(appeal.state, "withdrawn")

    def test_upheld_everything_is_computed_anew_and_both_stay(self):
        """Calls of A from 10 of 10 down would be odd: dealer C appeals, and overtakes B."""
        self.line = self._line(self.assessment, self.dealers[2])
        self.dealers[2].user_ids = self.users["manager_a"]
        appeal = self._file()
        before, lines = self.assessment.result_hash, self.assessment.line_ids
        collected = self.assessment.inputs_json
        self._dialog(
            "oem",
            self._as("oem", appeal).action_uphold(),
            reason="The calls were found",
            kpi_id=self.kpi_made,
            value=100,
            base=12,
        )
        self.assertEqual((self.line.score, self.line.score_before), (90, 60))
        self.assertEqual((self.line.rank, self.line.is_corrected), (2, True))
        self.assertEqual(self._line(self.assessment, self.dealer_b).rank, 3)
        self.assertEqual(self.assessment.line_ids, lines)
        self.assertNotEqual(self.assessment.result_hash, before)
        self.assertEqual((appeal.value_before, appeal.value_after), ("60", "100"))
        self.assertEqual((appeal.score_before, appeal.score_after), (60, 90))
        part = self.line.part_ids.filtered(lambda p: p.kpi_id == self.kpi_made)
        self.assertEqual((part.value, part.base, part.is_corrected), (100, 12, True))
        self.assertNotIn('"n":"12"', collected)
        self.assertIn('"reason":"The calls were found"', self.assessment.inputs_json)
        self.assertIn('"old":"60"', self.assessment.inputs_json)
        self.assertEqual(self.assessment._differences(), [])
        # Computed anew from new figures the correction stays.
        self._as("oem", self.assessment)._step("take_back", "Another dealer was wrong")
        self._as("oem", self.assessment).compute()
        self.assertEqual(self.line.score, 90)

    def test_only_figures_of_the_assessment_are_corrected(self):
        appeal = self._file()
        other = self.env.ref("crm_dealer_grading.kpi_churn")
        with self.assertRaisesRegex(UserError, "counts in this assessment"):
            self._as("oem", appeal)._answer(
                "upheld", "Right", {"kpi": other, "value": "1", "base": "1"}
            )

    # -- Counts ----------------------------------------------------------------------------------

    def _computed_with(self, facts, rules=()):
        """Computed anew and shown, while ``facts`` are what is known of complaints."""
        mine = self._as("oem", self.assessment)
        mine._step("take_back", "More came in")
        for rule in rules:
            self.env["crm.assessment.rule"].create({"policy_id": self.policy.id, **rule})
        with patch.object(
            type(self.env["crm.dealer"]), "_complaint_facts", lambda *_args: facts, create=True
        ):
            mine.compute()
        mine.action_show()

    def _kinds(self):
        """What is proposed for the dealer."""
        return {one.kind for one in self.assessment.proposal_ids.filtered(
            lambda one: one.dealer_id == self.dealer_a
        )}  # fmt: skip

    def test_upheld_against_a_confirmed_fake(self):
        check = self.env["crm.satisfaction.check"].search([], limit=1)
        self.env["crm.satisfaction.flag"].create(
            {"check_id": check.id, "code": check.code, "key": "test", "severity": "3",
             "state": "confirmed", "dealer_id": self.dealer_a.id, "date": self.begin}
        )  # fmt: skip
        self._computed_with({})
        self.assertEqual(self._kinds(), {"faked"})
        appeal = self._file()
        mine = self._as("oem", appeal)
        with self.assertRaisesRegex(UserError, "right numbers"):
            mine._answer("upheld", "Right", {"counts": {"faked": -1}})
        action = mine.action_uphold()
        self.assertEqual(action["context"]["default_faked"], 1)
        self._dialog("oem", action, reason="It was an error", subject="faked", faked=0)
        self.assertEqual(self._kinds(), {"bonus"})
        self.assertEqual((appeal.counts, appeal.value_before, appeal.value_after), (
            "faked", "1", "0"))  # fmt: skip
        self.assertFalse(appeal.kpi_id or appeal.base_after)
        self.assertEqual(self.assessment._differences(), [])
        self._computed_with({})
        self.assertEqual(self._kinds(), {"bonus"})

    def test_upheld_against_a_count_of_complaints(self):
        """What was collected stays beside it, also when other complaints come in."""
        rule = {"name": "C", "kind": "complaint", "amount": 40, "same_matter": 3, "more_than": 5}
        told = {self.dealer_a.id: {"same_matter": 3, "total": 4, "late": 1}}
        self._computed_with(told, [rule])
        self.assertEqual(self._kinds(), {"bonus", "complaint"})
        appeal = self._file()
        action = self._as("oem", appeal).action_uphold()
        with self.assertRaisesRegex(UserError, "right numbers"):
            self._dialog("oem", action, reason="Twice", subject="complaints", same_matter=5)
        self._dialog(
            "oem", action, reason="One was counted twice", subject="complaints", total=3,
            same_matter=2,
        )  # fmt: skip
        self.assertEqual(self._kinds(), {"bonus"})
        self.assertEqual((appeal.value_before, appeal.value_after), ("4 / 3 / 1", "3 / 2 / 1"))
        self.assertIn('"same_matter":3', self.assessment.inputs_json)
        self._computed_with({self.dealer_a.id: {"same_matter": 4, "total": 4, "late": 1}})
        self.assertEqual(self._kinds(), {"bonus"})
        self.assertEqual(self.assessment._differences(), [])

    def test_only_counts_that_a_rule_asks_for_are_corrected(self):
        appeal = self._file()
        counts = {"complaints": {"total": 1, "same_matter": 0, "late": 0}}
        with self.assertRaisesRegex(UserError, "counts in this assessment"):
            self._as("oem", appeal)._answer("upheld", "Right", {"counts": counts})

    def test_the_last_day_is_the_companys(self):
        """The whole last day counts, the day after does not."""
        today = self.env.company._today_here()
        self.assertEqual(self.assessment.appeal_until, today + timedelta(days=7))
        self.assessment._stepping().write({"appeal_until": today})
        self.assertTrue(self._file())
