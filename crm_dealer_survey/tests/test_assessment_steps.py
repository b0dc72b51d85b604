"""Steps of assessments and proposals, to-dos, notices and the job (S9)."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, tagged
from odoo.tools import format_amount

from ..tools.assessment import assess
from .common_assessment import AssessmentFactories


def _named_by_language(records):
    for record in records:
        record.display_name = record.env.lang


@tagged("post_install", "-at_install")
class TestAssessmentSteps(AssessmentFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_assessment()
        cls._make_calls([10, 7, 6, 5, 2, None])

    # -- Assessments -----------------------------------------------------------------------------

    def test_steps_are_the_managers(self):
        """Whoever else tries, also as the superuser in that person's name."""
        assessment = self._brought_to("shown")
        self._let_time_pass(assessment)
        for login in ("auditor", "agent", "manager_a", "greedy_b", "sales_a", "credit", "clerk"):
            for mine in (self._as(login, assessment), self._as(login, assessment).sudo()):
                for step in ("take_back", "publish", "cancel"):
                    with self.subTest(login=login, step=step), self.assertRaises(AccessError):
                        mine._step(step, "Because")
                with self.assertRaises(AccessError):
                    mine.compute()
            with self.assertRaises(AccessError):
                self.Assessment.with_user(self.users[login]).create(
                    {"policy_id": self.policy.id, "begin": self.begins[3]}
                )

    def test_steps_follow_on_each_other(self):
        assessment = self._assessment()
        mine = self._as("oem", assessment)
        for step in ("action_show", "action_publish"):
            with self.assertRaisesRegex(UserError, "follows on"):
                getattr(mine, step)()
        mine.compute()
        with self.assertRaisesRegex(UserError, "follows on"):
            mine.action_publish()
        mine.action_show()
        with self.assertRaisesRegex(UserError, "Publish the day after"):
            mine.action_publish()
        with self.assertRaisesRegex(UserError, "follows on"):
            mine.compute()
        with self.assertRaisesRegex(UserError, "reason"):
            mine._step("take_back", "")
        self._dialog(mine.action_take_back(), reason="A region was missing")
        self.assertEqual((assessment.state, assessment.shown_on), ("computed", False))
        mine.action_show()
        self._let_time_pass(assessment)
        mine.action_publish()
        self.assertEqual(assessment.state, "published")
        self.assertEqual(assessment.published_by_id, self.users["oem"])
        self.assertTrue(self.policy.used_on)

    def _dialog(self, action, login="oem", **vals):
        wizards = self.env[action["res_model"]].with_user(self.users[login])
        form = Form(wizards.with_context(**action["context"]))
        for name, value in vals.items():
            form[name] = value
        form.save().action_confirm()
        self.env.invalidate_all()

    def test_a_cancelled_one_makes_room(self):
        assessment = self._brought_to("computed")
        self._dialog(self._as("oem", assessment).action_cancel(), reason="Wrong policy")
        self.assertEqual((assessment.state, assessment.cancel_reason),
                         ("cancelled", "Wrong policy"))  # fmt: skip
        self._brought_to("shown")

    def test_what_was_tampered_with_is_not_published(self):
        assessment = self._brought_to("shown")
        self._let_time_pass(assessment)
        assessment.line_ids[0]._stepping().write({"score": 99})
        with self.assertRaisesRegex(UserError, "not what the inputs give"):
            self._as("oem", assessment).action_publish()

    def test_managers_of_dealers_are_told_once_shown_and_published(self):
        """Each of the own result, in the own language, and nothing of others."""
        assessment = self._brought_to("computed")
        mine = self._as("oem", assessment)
        for step, word in (("action_show", "appeal until"), ("action_publish", "published")):
            messages = self._told(mine, step)
            self.assertEqual(
                messages.partner_ids,
                self.users["manager_a"].partner_id | self.users["greedy_b"].partner_id,
            )
            told = messages.filtered(
                lambda m: self.users["manager_a"].partner_id in m.partner_ids
            )
            self.assertIn("100.00", told.body)
            self.assertIn(word, told.body)
            self.assertNotIn("70.00", told.body)
            self._let_time_pass(assessment)

    def _told(self, mine, step):
        messages = self.env["mail.message"]
        last = messages.search([], order="id desc", limit=1).id
        getattr(mine, step)()
        return messages.search(
            [("id", ">", last), ("model", "=", "crm.assessment.line"),
             ("message_type", "=", "user_notification")]
        )  # fmt: skip

    def test_the_job_drafts_each_period_once(self):
        self.policy.auto_draft = True
        self.Assessment._cron_draft()
        self.Assessment._cron_draft()
        made = self.Assessment.search([("policy_id", "=", self.policy.id)])
        self.assertEqual((made.begin, made.state), (self.begin, "draft"))
        mine = self._as("oem", made)
        mine.compute()
        self.assertEqual(mine.state, "computed")
        self.policy.action_archive()
        made._stepping().write({"state": "cancelled"})
        self.assertFalse(self.Assessment._cron_draft())

    def test_drafts_are_deleted_others_cancelled(self):
        draft = self._assessment(self.begins[2])
        self._as("oem", draft).unlink()
        computed = self._brought_to("computed")
        with self.assertRaisesRegex(UserError, "Cancel"):
            self._as("oem", computed).unlink()

    def test_a_draft_says_policy_and_period_only(self):
        """A client that sends more is not believed."""
        sent = {"policy_id": self.policy.id, "begin": self.begin, "state": "published",
                "result_hash": "0" * 64, "inputs_json": "{}"}  # fmt: skip
        mine = self.Assessment.with_user(self.users["oem"])
        draft = mine.with_context(default_state="published").create(sent)
        self.assertEqual(draft.state, "draft")
        self.assertFalse(draft.sudo().result_hash or draft.sudo().inputs_json)
        draft.begin = self.begins[1]
        with self.assertRaises(AccessError):
            draft.write({"state": "published"})
        draft.compute()
        with self.assertRaises(AccessError):
            draft.write({"begin": self.begins[2]})

    # -- Proposals -------------------------------------------------------------------------------

    def test_proposals_wait_for_publication(self):
        proposal = self._brought_to("shown").proposal_ids[0]
        with self.assertRaisesRegex(UserError, "publish the assessment first"):
            self._as("oem", proposal).action_approve()

    def test_only_managers_of_the_manufacturer_decide(self):
        proposal = self._brought_to("published").proposal_ids[0]
        for login in ("auditor", "manager_a", "greedy_b", "agent", "credit", "clerk"):
            for mine in (self._as(login, proposal), self._as(login, proposal).sudo()):
                for step in ("approve", "reject", "withdraw"):
                    with self.subTest(login=login, step=step), self.assertRaises(AccessError):
                        mine._step(step, "Because")
            with self.assertRaises(AccessError):
                self._as(login, proposal).write({"state": "approved"})
        self.assertEqual(proposal.state, "proposed")

    def test_approved_finance_gets_a_todo_and_nothing_is_posted(self):
        self.policy.finance_user_id = self.users["credit"]
        moves = self.env["account.move"].search_count([])
        assessment = self._brought_to("published")
        proposals = self._proposed(assessment)
        bonus, fine = (
            proposals["bonus", self.dealer_a], proposals["fine", self.dealers[4]],
        )  # fmt: skip
        self._as("oem", bonus | fine).action_approve()
        self.assertEqual({bonus.state, fine.state}, {"approved"})
        self.assertEqual(bonus.activity_ids.user_id, self.users["credit"])
        # Who pays may not open the proposal: the to-do has the amount.
        for proposal in (bonus, fine):
            amount = format_amount(self.env, proposal.amount, proposal.currency_id)
            self.assertIn(amount, proposal.activity_ids.summary)
        self.assertEqual(self.env["account.move"].search_count([]), moves)
        with self.assertRaisesRegex(UserError, "decided already"):
            self._as("oem", bonus).action_approve()
        self._dialog(self._as("oem", fine).action_withdraw(), reason="Agreed otherwise")
        self.assertEqual((fine.state, fine.decision_note), ("withdrawn", "Agreed otherwise"))
        self.assertIn("Taken back", fine.activity_ids.summary)
        self.assertEqual(assessment._differences(), [])

    def test_approved_finance_reads_the_todo_in_its_own_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.users["oem"].lang = "en_US"
        self.policy.finance_user_id = self.users["credit"]
        proposals = self._proposed(self._brought_to("published"))
        bonus = proposals["bonus", self.dealer_a]
        self.users["credit"].lang = "zh_CN"
        with patch.object(type(bonus), "_compute_display_name", _named_by_language):
            self._as("oem", bonus).with_context(lang="en_US").action_approve()
        self.assertRegex(bonus.activity_ids.summary, "^zh_CN · ")

    def test_rejected_with_a_reason(self):
        proposal = self._brought_to("published").proposal_ids[0]
        with self.assertRaisesRegex(UserError, "reason"):
            self._as("oem", proposal)._step("reject", " ")
        self._dialog(self._as("oem", proposal).action_reject(), reason="New dealer")
        self.assertEqual(proposal.state, "rejected")

    def test_not_significant_needs_a_word(self):
        """Bonus, fine and exit whose threshold lies inside the interval."""
        policies = type(self.policy)
        collect = policies._inputs

        def with_intervals(policy, begin, end):
            """As the KPIs give intervals: ± 15 for the ratio of calls."""
            inputs = collect(policy, begin, end)
            for figure in inputs["figures"]["followup_ratio"].values():
                value = figure["value"]
                if value is not None:
                    figure.update(low=str(int(value) - 15), high=str(int(value) + 15))
            return inputs

        with patch.object(policies, "_inputs", with_intervals):
            assessment = self._brought_to("published")
        self.assertEqual(assessment._differences(), [])
        found = self._proposed(assessment)
        # 100 – 88.75 against 70; 70 ± 11.25 against 60; 20 + 11.25 against 50.
        want = {("bonus", 0): "yes", ("bonus", 1): "no", ("fine", 4): "yes"}
        for (kind, place), significance in want.items():
            proposal = found[kind, self.dealers[place]]
            self.assertEqual(proposal.significance, significance, (kind, place))
        shaky = self._as("oem", found["bonus", self.dealers[1]])
        with self.assertRaisesRegex(UserError, "Say why"):
            shaky._step("approve")
        self._dialog(shaky.action_approve(), reason="Third quarter in a row above the half")
        self.assertEqual(shaky.state, "approved")
        self._as("oem", found["fine", self.dealers[4]]).action_approve()

    def test_a_policy_can_be_replayed_without_storing(self):
        """What a simulation needs: inputs collected once, a changed policy, the pure function."""
        inputs = self.policy._inputs(self.begin, self._assessment().end)
        policy = self.policy._as_data()
        before = {line["dealer"]: line["rank"] for line in assess(policy, inputs)["lines"]}
        policy["components"][0]["better"] = "lower"
        after = {line["dealer"]: line["rank"] for line in assess(policy, inputs)["lines"]}
        self.assertEqual(before[self.dealer_a.id], 1)
        self.assertEqual(after[self.dealers[4].id], 1)
