"""Complaints go from step to step under conditions, whoever moves them (M7)."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import format_datetime

from .common_complaint import ComplaintCase


@tagged("post_install", "-at_install")
class TestComplaintSteps(ComplaintCase):
    def _stage(self, step):
        return self.env.ref(f"crm_dealer_club.stage_complaint_{step}")

    # ------------------------------------------------------------ denials

    def test_who_may_not(self):
        for login in ("sales_b", "auditor", "credit", "clerk", "homeless"):
            with self.assertRaises(AccessError):
                self.ticket_a.with_user(self.users[login]).action_complaint_analyse()
            with self.assertRaises(AccessError):
                self.ticket_a.with_user(self.users[login]).action_answered()
        with self.assertRaises(AccessError):
            self.other.with_user(self.helper).action_complaint_analyse()
        self._bring_to("call_back", self.ticket_a)
        with self.assertRaises(AccessError):  # who solved it does not judge it
            self.ticket_a.with_user(self.users["sales_a"]).action_complaint_called("satisfied")

    def test_steps_are_not_written_from_outside(self):
        ticket = self.ticket_a.with_user(self.users["oem"])
        received = ticket.date_received
        ticket.write(
            {
                "date_received": "2020-01-01 00:00:00", "date_answered": "2020-01-01 00:00:00",
                "date_solved": "2020-01-01 00:00:00", "closed_date": "2020-01-01 00:00:00",
                "call_back_result": "satisfied", "reopen_count": 7, "is_repeat": True,
                "compensation_approved_on": "2020-01-01 00:00:00", "crm_step": "closed",
                "solution_deadline": "2040-01-01 00:00:00", "solution_missed": True,
                "access_token": "mine",
            }
        )  # fmt: skip
        self.assertEqual(ticket.date_received, received)
        self.assertFalse(
            ticket.date_answered or ticket.date_solved or ticket.closed_date
            or ticket.call_back_result or ticket.reopen_count or ticket.is_repeat
            or ticket.compensation_approved_on or ticket.solution_missed or ticket.access_token
        )  # fmt: skip
        self.assertEqual(ticket.crm_step, "receive")
        forged = self._as("agent")["helpdesk.ticket"].with_context(crm_ticket_step=True).create(
            {
                "name": "x", "crm_kind": "complaint", "stage_id": self._stage("closed").id,
                "date_received": "2020-01-01 00:00:00", "date_answered": "2020-01-01 00:00:00",
                "call_back_result": "satisfied",
            }
        )  # fmt: skip
        self.assertEqual(forged.crm_step, "receive")
        self.assertGreater(forged.date_received.year, 2020)
        self.assertFalse(forged.date_answered or forged.call_back_result)

    def test_no_step_is_left_out(self):
        ticket = self.ticket_a.with_user(self.users["agent"])
        for step in ("solve", "call_back", "closed"):
            with self.assertRaises(UserError):
                ticket.stage_id = self._stage(step)  # as the board does
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        with self.assertRaises(UserError):
            ticket.stage_id = done
        with self.assertRaises(UserError):
            ticket.active = False
        self.assertEqual(ticket.crm_step, "receive")

    def test_what_is_missing_is_told(self):
        ticket = self._bring_to("analyse", self.ticket_a)
        with self.assertRaisesRegex(UserError, "cause"):
            ticket.action_complaint_solve()
        ticket.category_id = self.cause
        ticket.action_complaint_solve()
        with self.assertRaisesRegex(UserError, "first answer.*responsible.*solution"):
            ticket.action_complaint_solved()
        with self.assertRaises(UserError):  # a cause of others' tickets
            ticket.category_id = self.env["helpdesk.ticket.category"].create({"name": "Wifi"})

    def test_closing_needs_the_call(self):
        ticket = self._bring_to("call_back", self.ticket_a)
        agent = ticket.with_user(self.users["agent"])
        for move in (agent.action_complaint_close, lambda: self._drag(agent, "closed")):
            with self.assertRaisesRegex(UserError, "Call"):
                move()
        for result in ("happy", True, 5):
            with self.assertRaises(UserError):
                agent.action_complaint_called(result)
        with self.assertRaisesRegex(UserError, "not satisfied with"):
            agent.action_complaint_called("dissatisfied", "  ")
        with self.assertRaisesRegex(UserError, "Reopen"):
            self._drag(agent, "analyse")

    def _drag(self, ticket, step):
        ticket.stage_id = self._stage(step)

    def test_closed_facts_stay(self):
        ticket = self._bring_to("closed", self.ticket_a)
        for login in ("sales_a", "manager_a", "agent"):
            with self.assertRaisesRegex(UserError, "closed"):
                ticket.with_user(self.users[login]).category_id = self.other_cause
        ticket.with_user(self.users["oem"]).category_id = self.other_cause

    # ------------------------------------------------------------ the way through

    def test_the_whole_way_by_the_dealer(self):
        sales = self.users["sales_a"]
        ticket = self._bring_to("analyse", self.ticket_a, sales)
        self.assertEqual(ticket.user_id, sales)
        ticket.stage_id.sudo()
        ticket.category_id = self.cause
        self._drag(ticket, "solve")  # dragged: the same step
        ticket.action_answered("On the phone")
        ticket.write({"liable": "dealer", "solution": "New pads"})
        ticket.action_complaint_solved()
        self.assertTrue(ticket.date_solved)
        manager = ticket.with_user(self.users["manager_a"])
        manager.action_complaint_called("satisfied", "All well")
        self.assertEqual(ticket.crm_step, "closed")
        self.assertTrue(ticket.closed and ticket.closed_date)
        self.assertEqual(ticket.call_back_user_id, self.users["manager_a"])
        ticket.with_user(self.users["agent"]).active = False

    def test_not_satisfied_opens_it_again(self):
        ticket = self._bring_to("call_back", self.ticket_a)
        agent = ticket.with_user(self.users["agent"])
        agent.action_complaint_called("dissatisfied", "Still squeaks")
        self.assertEqual((ticket.crm_step, ticket.reopen_count), ("analyse", 1))
        self.assertFalse(ticket.date_solved or ticket.call_back_result or ticket.closed_date)
        self.assertIn("Still squeaks", ticket.message_ids[:1].body)
        self._bring_to("closed", ticket)
        with self.assertRaises(UserError):  # a reason is used up with the reopening
            self._drag(agent, "analyse")
        agent.action_complaint_reopen("Squeaks again")
        self.assertEqual((ticket.crm_step, ticket.reopen_count), ("analyse", 2))

    def test_who_cannot_be_reached(self):
        ticket = self._bring_to("call_back", self.ticket_a)
        agent = ticket.with_user(self.users["agent"])
        for call in range(3):
            with self.assertRaises(UserError):
                agent.action_complaint_close()
            agent.action_complaint_called("unreached")
            self.assertEqual(ticket.call_back_count, call + 1)
            ticket._store({"call_back_date": ticket.call_back_date - timedelta(hours=4)})
        agent.action_complaint_close()
        self.assertEqual((ticket.crm_step, ticket.call_back_count), ("closed", 3))

    def test_calls_in_a_row_are_one(self):
        """Three calls within a minute do not close it; it is said when the next counts."""
        ticket = self._bring_to("call_back", self.ticket_a)
        agent = ticket.with_user(self.users["agent"])
        self.assertIs(agent.action_complaint_called("unreached"), True)
        called = ticket.call_back_date
        words = agent._next_call_words()
        moment = format_datetime(agent.env, called + timedelta(hours=4), dt_format="short")
        self.assertIn(moment, words)
        for note in ("Busy", None):
            shown = agent.action_complaint_called("unreached", note)
            self.assertIn(words, shown["params"]["message"])
        self.assertEqual((ticket.call_back_count, ticket.call_back_date), (1, called))
        bodies = " ".join(ticket.message_ids.mapped("body"))
        self.assertEqual(bodies.count("does not count"), 2)
        self.assertIn("Busy", bodies, "what was said is kept")
        with self.assertRaisesRegex(UserError, "The next call counts from"):
            agent.action_complaint_close()
        ticket._store({"call_back_date": called - timedelta(hours=4, seconds=-5)})
        agent.action_complaint_called("unreached")
        self.assertEqual(ticket.call_back_count, 1, "five seconds too soon")
        ticket.company_id.complaint_call_hours = 0
        for _call in range(2):
            agent.action_complaint_called("unreached")
        self.assertEqual(ticket.call_back_count, 3)
        agent.action_complaint_close()

    def test_who_answers_at_once_closes_it(self):
        ticket = self._bring_to("call_back", self.ticket_a)
        agent = ticket.with_user(self.users["agent"])
        agent.action_complaint_called("unreached")
        agent.action_complaint_called("satisfied")
        self.assertEqual(ticket.crm_step, "closed")

    def test_dialogs_of_the_buttons(self):
        ticket = self._bring_to("call_back", self.ticket_a)
        agent = ticket.with_user(self.users["agent"])
        action = agent.action_complaint_called()
        dialog = self._as("agent")["crm.complaint.step"].with_context(**action["context"])
        with self.assertRaises(UserError):
            dialog.create({}).action_confirm()
        dialog.create({"result": "satisfied"}).action_confirm()
        self.assertEqual(ticket.crm_step, "closed")
        action = agent.action_complaint_reopen()
        dialog = self._as("agent")["crm.complaint.step"].with_context(**action["context"])
        with self.assertRaises(UserError):
            dialog.create({"note": " "}).action_confirm()
        dialog.create({"note": "Again"}).action_confirm()
        self.assertEqual(ticket.crm_step, "analyse")

    def test_hooks_for_what_learns_from_it(self):
        ticket = self._bring_to("closed", self.ticket_a)
        values = ticket._rectification_values()
        self.assertEqual(values["dealer_id"], self.dealer_a.id)
        self.assertIn("Fault Not Repaired", values["cause"])
        self.assertEqual(values["liable"], "Dealer")
        self.assertIsNone(ticket._after_complaint_closed())
