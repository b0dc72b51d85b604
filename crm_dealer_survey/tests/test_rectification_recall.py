"""The customer is called again after the report (S4)."""

from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .common_rectification import RectificationFactories


@tagged("post_install", "-at_install")
class TestRectificationRecall(RectificationFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_rectification()

    def setUp(self):
        super().setUp()
        self.notice = self._brought_to("reported")
        self.call = self.notice.recall_call_id

    def _said(self, verdict, note=None, call=None):
        desk = self._desk(call or self.call, "agent")
        desk.write({"verdict": verdict, "note": note})
        desk.action_reached()
        self.env.invalidate_all()

    def test_a_report_makes_a_due_call(self):
        call = self.call
        self.assertEqual(
            (call.partner_id, call.caller, call.state, call.rule_id),
            (self.customer_a, "call_centre", "due", self.recall_rule),
        )
        found = self._as("agent", self.Call)._take_next()
        self.assertIn(found, self.Call.search([("caller", "=", "call_centre")]))
        # The dealer does not know when its customer is called.
        self.assertFalse(self._as("manager_a", self.Call).search([("id", "=", call.id)]))

    def test_night_leaves_it_alone(self):
        self.Call._follow_up(**self.Call._events_to_look_at())
        self.Call._close_overdue()
        self.assertEqual(self.call.state, "due")

    def test_satisfied(self):
        desk = self._desk(self.call, "agent")
        self.assertIn("Two hours", desk.rectification_problem)
        self.assertEqual(desk.rectification_measure_ids.name, "Somebody is at the desk")
        with self.assertRaisesRegex(UserError, "satisfied now"):
            desk.action_reached()
        self._said("satisfied", "Thank you")
        self.assertEqual((self.notice.state, self.notice.verdict), ("recalled", "satisfied"))
        self.assertEqual(self.notice.recall_ids.note, "Thank you")
        self.assertEqual(self.notice.recall_ids.user_id, self.users["agent"])
        self.assertEqual(self.notice.activity_ids.user_id, self.users["auditor"])

    def test_not_satisfied_opens_it_again(self):
        self.notice._store({"deadline_on": self.today - timedelta(3)})
        self._said("dissatisfied", "It happened again yesterday")
        notice = self.notice
        self.assertEqual((notice.state, notice.reopen_count), ("in_work", 1))
        self.assertEqual(notice.reason, "It happened again yesterday")
        self.assertEqual(notice.deadline_on, notice._deadline(self.today))
        self.assertEqual(notice.activity_ids.user_id, self.users["manager_a"])
        # The next report makes a call of its own.
        self._brought_to("reported", notice)
        self.assertEqual(notice.recall_call_id.state, "due")
        self.assertNotEqual(notice.recall_call_id, self.call)
        self._said("satisfied", call=notice.recall_call_id)
        self._as("auditor", notice).action_close()
        self.assertEqual(len(notice.recall_ids), 2)

    def test_not_reached_often_enough(self):
        auditor = self._as("auditor", self.notice)
        self._desk(self.call, "agent").action_no_answer()
        self.assertEqual(self.notice.state, "reported")
        with self.assertRaisesRegex(UserError, "called again first"):
            auditor.action_close()
        self._desk(self.call, "agent").action_no_answer()
        self.env.invalidate_all()
        self.assertEqual((self.notice.state, self.notice.verdict), ("recalled", "unreached"))
        self.assertEqual(len(self.notice.recall_ids), 2)
        auditor.action_close()

    def test_refused(self):
        self._desk(self.call, "agent").action_refused()
        self.env.invalidate_all()
        self.assertEqual((self.notice.state, self.notice.verdict), ("recalled", "refused"))

    def test_entered_by_hand(self):
        """The issuer called: the call that was due is nobody's any more."""
        auditor = self._as("auditor", self.notice)
        with self.assertRaisesRegex(UserError, "not satisfied with"):
            auditor._recalled("dissatisfied")
        with self.assertRaises(UserError):
            auditor._recalled("delighted")
        auditor._recalled("unreached")
        self.assertEqual(self.notice.state, "reported")
        auditor._recalled("satisfied", "Met at the fair")
        self.env.invalidate_all()
        self.assertEqual((self.notice.state, self.call.state), ("recalled", "withdrawn"))
        self.assertEqual(self.call.withdrawn_why, "rectification")
        with self.assertRaises(UserError):
            self._desk(self.call, "agent")

    def test_nobody_called(self):
        self.call.sudo().write({"lapses_on": self.today - timedelta(1)})
        for _night in range(2):
            self.Call._close_overdue()
        self.env.invalidate_all()
        self.assertEqual((self.call.state, self.notice.state), ("lapsed", "reported"))
        self.assertEqual(self.notice.activity_ids.user_id, self.users["auditor"])
        self.assertEqual(len(self.notice.activity_ids), 1)
        self._as("auditor", self.notice)._recalled("satisfied")
        self.assertEqual(self.notice.state, "recalled")

    def test_who_wants_no_calls_is_not_called(self):
        self.customer_a.contact_opt_out = True
        notice = self._brought_to("reported")
        self.assertFalse(notice.recall_call_id)
        self._as("auditor", notice).action_close()
        self.assertEqual(notice.state, "closed")

    def test_closing_ends_what_is_due(self):
        self._as("auditor", self.notice)._step("cancel", "A mistake")
        self.env.invalidate_all()
        self.assertEqual(self.call.state, "withdrawn")

    def test_what_is_sent_back_is_not_called_about(self):
        """Nobody calls about a report that does not hold; the next one makes one call."""
        self._as("auditor", self.notice)._step("send_back", "The list is empty")
        self.env.invalidate_all()
        self.assertEqual((self.call.state, self.notice.recall_call_id), ("withdrawn", self.Call))
        self._brought_to("reported", self.notice)
        again = self.notice.recall_call_id
        self._as("auditor", self.notice)._recalled("dissatisfied", "He wrote a letter")
        self.env.invalidate_all()
        self.assertEqual((self.notice.state, again.state), ("in_work", "withdrawn"))
        self.assertFalse(self.notice.recall_call_id)

    def test_the_last_words_count(self):
        """Also where the attempts were read before."""
        self.assertFalse(self.call.attempt_ids)
        self._as("agent", self.call)._record("no_answer", note="Engaged")
        self.assertEqual(self.call.attempt_ids.note, "Engaged")
        self._as("agent", self.call)._record("no_answer", note="Voice mail")
        self.assertEqual(self.call._last_words(), "Voice mail")
        self.assertEqual(set(self.notice.recall_ids.mapped("note")), {"Engaged", "Voice mail"})

    def test_what_was_decided_is_not_tried_again(self):
        self._desk(self.call, "agent").action_wrong_number()
        self.env.invalidate_all()
        self.assertEqual((self.call.state, self.notice.state), ("unreachable", "recalled"))
        with self.assertRaisesRegex(UserError, "does not wait"):
            self._as("agent", self.call).action_try_again()
        with self.assertRaises(AccessError):
            self._as("sales_b", self.call).action_try_again()

    def test_figures_name_the_event(self):
        """Calls after a report and of samples have a name in the figures of calls."""
        report = self.env["crm.followup.report"]
        rules = self.env["crm.followup.rule"]._fields["event"].get_values(self.env)
        self.assertEqual(set(report._fields["event"].get_values(self.env)), set(rules))

    def test_the_dealer_makes_no_such_rule(self):
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self._rule(name="Own", event="rectification")
