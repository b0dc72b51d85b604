"""Customers of samples whom agents call (S2, S3)."""

from datetime import timedelta

from odoo import fields
from odoo.tests import TransactionCase, tagged

from .common_sampling import SamplingFactories


@tagged("post_install", "-at_install")
class TestSamplingCalls(SamplingFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_sampling()
        cls._network(count=40)
        cls.sample = cls._in_field(channel_1="phone", channel_2=False, channel_4=False, quota=3)
        cls.rule = cls.env["crm.followup.rule"]._of_samples(cls.programme)
        cls.rule.write({"hour_from": 0, "hour_to": 24})
        cls.lines = cls._lines(cls.sample, "sent")
        cls.calls = cls.lines.call_id

    def test_the_call_centre_gets_the_calls(self):
        self.assertEqual(len(self.calls), 6)
        self.assertEqual(set(self.calls.mapped("caller")), {"call_centre"})
        agents = self._as("agent", self.calls)
        self.assertEqual(set(agents.mapped("may_call")), {True})
        for login in ("sales_a", "manager_a", "greedy_b"):
            self.assertFalse(self._as(login, self.calls).search([("id", "in", self.calls.ids)]))

    def test_an_agent_fills_in_the_questionnaire(self):
        call = self._as("agent", self.calls[0])
        action = call.action_call()
        desk = call.env["crm.followup.desk"].browse(action["res_id"])
        self.assertEqual(
            desk.question_ids.question_id,
            self.version.question_ids.sorted(lambda q: (q.sequence, q.id)),
        )
        question = desk.question_ids.filtered(lambda q: q.kind == "satisfaction")[0]
        question.typed = "9"
        desk.action_reached()
        line = self.lines.filtered(lambda line: line.call_id.id == call.id)
        self.assertEqual(line.state, "answered")
        self.assertEqual(line.answer_id.user_input_line_ids.value_scale, 9)
        self.assertEqual(self.calls[0].answer_id, line.answer_id)
        answers = self.env["survey.user_input"].search_count(
            [("partner_id", "=", line.partner_id.id)]
        )
        self.assertEqual(answers, 1, "no second questionnaire")

    def test_refused_and_not_reached_are_replaced(self):
        for call, result, state in zip(
            self.calls[:3], ("refused", "wrong_number", "reached"),
            ("refused", "failed", "refused"), strict=True,
        ):  # fmt: skip
            line = self.lines.filtered(lambda line, call=call: line.call_id == call)
            self._as("agent", call)._record(result)
            self.assertEqual(line.state, state)
        self._work(self.sample)
        self.assertEqual(len(self._lines(self.sample, "sent")), 6)

    def test_dealers_do_not_learn_of_open_calls(self):
        call = self._as("agent", self.calls[0])
        logs = self.env["crm.contact.log"]
        mine = [("partner_id", "=", call.partner_id.id)]
        call._record("no_answer")
        self.assertEqual(call.state, "due")
        self.assertFalse(logs.search_count(mine))
        call._record("reached")
        self.assertEqual(logs.search_count(mine), 1)

    def test_a_customer_who_wants_no_calls_is_replaced(self):
        line = self.lines[0]
        line.partner_id.contact_opt_out = True
        self.assertEqual(line.call_id.state, "withdrawn")
        self._work(self.sample)
        self.assertEqual((line.state, line.reason), ("skipped", "contact"))
        self.assertEqual(len(self._lines(self.sample, "sent")), 6)

    def test_a_call_that_nobody_made_asked_nobody(self):
        tried, other = self.lines[:2]
        self._as("agent", tried.call_id)._record("no_answer")
        (tried | other).call_id.write({"lapses_on": self.today - timedelta(1)})
        self.env["crm.followup.call"]._close_overdue()
        self.Sample._follow_up()
        self.assertEqual((tried.state, other.state), ("expired", "expired"))
        self.assertEqual((tried.asked, other.asked), (True, False))

    def _ruled_call(self, partner):
        rule = self.env["crm.followup.rule"].create(
            {"name": "Asks", "event": "recall", "caller": "call_centre", "hour_from": 0,
             "hour_to": 24, "programme_id": self.programme.id}
        )  # fmt: skip
        return self.env["crm.followup.call"].create(
            {"rule_id": rule.id, "caller": "call_centre", "event_key": f"visit:-{partner.id}",
             "partner_id": partner.id, "dealer_id": self.dealer_a.id, "event_date": self.today,
             "company_id": self.env.company.id, "date_due": self.today, "lapses_on": self.today,
             "date_next": self.calls[0].date_next}
        )  # fmt: skip

    def _desk(self, call):
        call = self._as("agent", call)
        return call.env["crm.followup.desk"].browse(call.action_call()["res_id"])

    def test_a_call_after_a_visit_asks_nobody_who_rests(self):
        rests, free = self.lines[0], self._lines(self.sample, "reserve")[0]
        desk = self._desk(self._ruled_call(rests.partner_id))
        self.assertFalse(desk.question_ids)
        desk.action_reached()
        self.assertEqual(desk.call_id.state, "done", "the call itself is made")
        self.assertEqual(rests.state, "sent")
        call = self._ruled_call(free.partner_id)
        desk = self._desk(call)
        self.assertTrue(desk.question_ids)
        desk.question_ids.filtered(lambda q: q.kind == "satisfaction")[0].typed = "9"
        desk.action_reached()
        self.assertEqual(call.answer_id.state, "done")
        again = self._ruled_call(free.partner_id)
        self.assertFalse(self._desk(again).question_ids, "asked by that call")
        self.programme.cooling_days = 0
        self.env.flush_all()
        # In the second of the answer, too: times of rows have fractions.
        moment = fields.Datetime.now() + timedelta(seconds=0.9)
        self.env.cr.execute("UPDATE survey_user_input SET create_date = %s", [moment])
        self.assertTrue(self._desk(again).question_ids)

    def test_the_rule_is_named_in_each_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        twin = self.programme.copy({"code": "TWIN"})
        rule = self.env["crm.followup.rule"]._of_samples(twin)
        self.assertEqual(rule.with_context(lang="en_US").name, "Sample TWIN")
        self.assertEqual(rule.with_context(lang="zh_CN").name, "样本 TWIN")
        self.assertEqual(self.env["crm.followup.rule"]._of_samples(twin), rule)

    def test_calls_that_lapse(self):
        self.calls.write({"lapses_on": self.today - timedelta(1)})
        self.env["crm.followup.call"]._close_overdue()
        self._work(self.sample)
        self.assertEqual(set(self.lines.mapped("state")), {"expired"})
        self.assertEqual(self.sample.state, "closed")

    def test_other_calls_of_the_visit_do_not_harm_them(self):
        visits = self.lines.visit_id
        self.env["crm.followup.call"]._follow_up(visit_ids=visits.ids)
        self.assertEqual(set(self.calls.mapped("state")), {"due"})
