"""Notices come from answers, calls and audits by rules, once each (S4)."""

from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .common_rectification import RectificationFactories


@tagged("post_install", "-at_install")
class TestRectificationOrigin(RectificationFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_rectification()
        cls.Rule = cls.env["crm.rectification.rule"]

    def _rule_about(self, about, threshold=0, **vals):
        programme = self.programme if about not in ("call", "complaint") else False
        return self.Rule.create(
            {"name": about, "about": about, "threshold": threshold,
             "programme_id": programme and programme.id,
             "start_on": self.today - timedelta(9), **vals}
        )  # fmt: skip

    def _said(self, **figures):
        """Answers by kind: 8 (or yes, or no words) where nothing else is said."""
        said = {}
        for question in self.version.question_ids:
            kind = question.satisfaction_kind
            value = figures.get(kind, {"compliance": 1, "open": None}.get(kind, 8))
            if value is not None:
                said[question] = value
        return said

    def _notices(self, answer):
        return self.Notice.search([("answer_id", "=", answer.id)])

    def test_total(self):
        self._rule_about("total", 6)
        self.assertFalse(self._notices(self._answered(self._said(satisfaction=6))))
        answer = self._answered(
            self._said(satisfaction=5, open="Too long"), visit_id=self.visit_a.id
        )
        notice = self._notices(answer)
        self.assertEqual(
            (notice.state, notice.origin, notice.dealer_id, notice.problem),
            ("draft", "answer", self.dealer_a, "Too long"),
        )
        self.assertEqual((notice.partner_id, notice.visit_id), (self.customer_a, self.visit_a))
        self.assertEqual((notice.finding_ids.value, notice.finding_ids.said), (5, "5 / 10"))

    def test_factor_of_any_version(self):
        rule = self._rule_about("factor", 6)
        only = self.factors["price"]
        said = self._said()
        for question in self.version.question_ids:
            if question.satisfaction_factor_id == only and question.satisfaction_kind == (
                "satisfaction"
            ):
                said[question] = 4
        notice = self._notices(self._answered(said))
        self.assertEqual((notice.factor_id, notice.finding_ids.factor_id), (only, only))
        rule.factor_id = self.factors["work"]
        self.assertFalse(self._notices(self._answered(said)))
        # A new version copies the factors; the rule goes on.
        rule.factor_id = only
        version = self._version(self.programme)
        version.action_open()
        said = {q: 4 for q in version.question_ids if q.satisfaction_kind == "satisfaction"}
        self.assertTrue(self._notices(self._answered(said, version=version)))

    def test_question_compliance_and_recommendation(self):
        self._rule_about("question", 2)
        one = {self._question("satisfaction"): 2}
        self.assertEqual(
            self._notices(self._answered({**self._said(), **one})).finding_ids.question_id,
            self._question("satisfaction"),
        )
        self.Rule.search([]).active = False
        rule = self._rule_about("compliance", 3)
        self.assertFalse(self._notices(self._answered(
            {**self._said(), self._question("compliance"): 0})))  # fmt: skip
        rule.threshold = 1
        notice = self._notices(self._answered({**self._said(), self._question("compliance"): 0}))
        self.assertEqual(notice.finding_ids.said, "No")
        self.Rule.search([]).active = False
        self._rule_about("nps", 6)
        self.assertFalse(self._notices(self._answered(self._said(nps=6))))
        self.assertFalse(self._notices(self._answered(self._said(nps=7, open="Never"))))
        self.assertEqual(
            self._notices(self._answered(self._said(nps=6, open="Never"))).problem, "Never"
        )

    def test_one_notice_by_the_strictest_rule(self):
        self._rule_about("nps", 6, severity="minor")
        self._rule_about(
            "total", 6, severity="critical", action="issue", issuer_id=self.users["auditor"].id,
            working_days=2,
        )  # fmt: skip
        notice = self._notices(self._answered(self._said(satisfaction=3, nps=1, open="Bad")))
        self.assertEqual(len(notice), 1)
        self.assertEqual(
            (notice.state, notice.severity, notice.issuer_id, notice.working_days),
            ("issued", "critical", self.users["auditor"], 2),
        )
        self.assertEqual(len(notice.finding_ids), 2)
        self.assertEqual(notice.deadline_on, notice._deadline(self.today))

    def test_an_issuer_who_left_leaves_a_draft(self):
        self._rule_about("total", 6, action="issue", issuer_id=self.users["auditor"].id)
        self.users["auditor"].active = False
        notice = self._notices(self._answered(self._said(satisfaction=3)))
        self.assertEqual(notice.state, "draft")

    def test_a_broken_mail_does_not_cost_the_answer(self):
        self._rule_about("total", 6, action="issue", issuer_id=self.users["auditor"].id)
        broken = patch.object(type(self.env["mail.template"]), "send_mail", side_effect=KeyError)
        with broken, mute_logger(
            "odoo.addons.crm_dealer_survey.models.rectification.crm_rectification_origin"
        ):
            answer = self._answered(self._said(satisfaction=3))
        notice = self._notices(answer)
        self.assertEqual((answer.state, notice.state, notice.name), ("done", "draft", "/"))
        self.assertFalse(notice.issuer_id)

    def test_what_makes_none(self):
        rule = self._rule_about("total", 6)
        version = self.version
        self.assertFalse(self._notices(self._answered(
            self._said(satisfaction=3), test_entry=True)))  # fmt: skip
        rule.start_on = self.today + timedelta(1)
        self.assertFalse(self._notices(self._answered(self._said(satisfaction=3))))
        rule.write({"start_on": self.today, "active": False})
        self.assertFalse(self._notices(self._answered(self._said(satisfaction=3))))
        rule.active = True
        nobody = self._customer(False)
        answer = self._answered(self._said(satisfaction=3), version, partner_id=nobody.id)
        self.assertFalse(self._notices(answer))

    def test_once_for_an_answer(self):
        self._rule_about("total", 6)
        answer = self._answered(self._said(satisfaction=3))
        self.assertFalse(self.Notice._from_answers(answer))
        self.assertEqual(len(self._notices(answer)), 1)
        self.assertEqual(self._as("auditor", answer).rectification_count, 1)

    def test_customers_on_the_page_make_notices(self):
        """Whoever answers has no right to anything."""
        self._rule_about("total", 6, action="issue", issuer_id=self.users["auditor"].id)
        answer = self._link()
        public = self.env.ref("base.public_user")
        answer.with_user(public).sudo()._submit_satisfaction(self._said(satisfaction=2))
        self.assertEqual(self._notices(answer).state, "issued")

    def test_many_answers_in_constant_queries(self):
        for about, threshold in (("total", 6), ("question", 3), ("nps", 5)):
            self._rule_about(about, threshold)
        answers = self.env["survey.user_input"]
        for number in range(30):
            answers |= self._answered(self._said(satisfaction=7, open=f"Well {number}"))
        bad = self.env["survey.user_input"]
        for number in range(30):
            bad |= self._answered(self._said(satisfaction=2, nps=1, open=f"Bad {number}"))
        self._notices(bad[0])  # warm
        counts = []
        for some in (answers[:1], answers, bad[:3], bad):
            self.Notice.search([("answer_id", "in", bad.ids)]).unlink()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.Notice._from_answers(some)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1], counts)
        self.assertLessEqual(counts[3], counts[2] + 3, counts)

    def test_button_on_an_answer(self):
        answer = self._answered(self._said(satisfaction=9))
        for login in ("manager_a", "credit", "greedy_b", "sales_a"):
            with self.assertRaises(AccessError):
                self._as(login, answer).action_rectify()
        with self.assertRaises(UserError):
            self._as("auditor", self._link()).action_rectify()
        action = self._as("auditor", answer).action_rectify()
        notice = self.Notice.browse(action["res_id"])
        self.assertEqual((notice.state, notice.answer_id), ("draft", answer))
        again = self._as("agent", answer).action_rectify()
        self.assertEqual(again["res_id"], notice.id)
        # One more about the same answer is a copy of it.
        self._as("auditor", notice).copy()
        opened = self._as("auditor", notice).action_open_answer()
        found = self._as("auditor", self.env["survey.user_input"]).search(opened["domain"])
        self.assertEqual(found, answer)

    def test_a_dissatisfied_customer_on_the_telephone(self):
        [call] = self._calls(self.visit_a, self.rule)
        desk = self._desk(call, "sales_a")
        desk.write({"verdict": "dissatisfied", "note": "The noise is back"})
        desk.action_reached()
        self.assertFalse(self.Notice.search([("call_id", "=", call.id)]))  # no rule
        self._rule_about("call")
        [call] = self._calls(self._done_visit(self.vehicle_a), self.rule)
        desk = self._desk(call, "sales_a")
        desk.write({"verdict": "dissatisfied", "note": "The noise is back"})
        desk.action_reached()
        notice = self.Notice.search([("call_id", "=", call.id)])
        self.assertEqual(
            (notice.state, notice.origin, notice.problem, notice.visit_id),
            ("draft", "call", "The noise is back", call.visit_id),
        )

    def test_call_and_its_answer_make_one(self):
        self._rule_about("call")
        self._rule_about("total", 6)
        [call] = self._calls(self.visit_a, self.rule_centre)
        desk = self._desk(call, "agent")
        for line in desk.question_ids.filtered(lambda q: q.kind == "satisfaction"):
            line.typed = "3"
        desk.write({"verdict": "dissatisfied", "note": "All of it"})
        desk.action_reached()
        notice = self.Notice.search([("call_id", "=", call.id)])
        self.assertEqual((len(notice), notice.answer_id), (1, call.answer_id))

    def test_audits_issue_at_once(self):
        values = {"origin": "audit", "origin_key": "audit:7", "source_ref": "crm.assessment,7",
                  "source_name": "Audit 7", "dealer_id": self.dealer_a.id,
                  "subject": "Waiting room", "problem": "No water", "severity": "minor",
                  "finding_ids": [Command.create({"note": "Item 12", "value": 3})]}  # fmt: skip
        for login in ("manager_a", "agent", "credit", "clerk"):
            with self.assertRaises(AccessError):
                self._as(login, self.Notice)._issue(values)
        notice = self._as("auditor", self.Notice)._issue(values)
        self.assertEqual((notice.state, notice.origin), ("issued", "audit"))
        self.assertEqual(notice.issuer_id, self.users["auditor"])
        self.assertEqual(self._as("oem", self.Notice)._issue(values), notice)
        with self.assertRaisesRegex(UserError, "Audit 7"):
            notice.action_open_source()

    def test_rules_are_whole(self):
        for vals in ({"about": "total", "programme_id": False},
                     {"about": "call", "action": "issue"},
                     {"about": "call", "working_days": 0}):  # fmt: skip
            with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
                self._rule_about(**vals)
        rule = self._rule_about("total", 6)
        self.assertIn("copy", rule.copy().name)

    def test_shipped_rules_write_drafts(self):
        rules = self.Rule.with_context(active_test=False).search([])
        self.assertEqual(set(rules.mapped("action")), {"draft"})
        about = set(rules.mapped("about"))
        self.assertEqual(about, {key for key, _label in self.Rule._fields["about"].selection})
