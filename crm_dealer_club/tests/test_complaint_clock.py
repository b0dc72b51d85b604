"""Two clocks, what stops them, and who is told when they run out (M7)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_complaint import NOW, ComplaintCase

START = fields.Datetime.to_datetime(NOW)


@tagged("post_install", "-at_install")
class TestComplaintClock(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before = cls.env["crm.ticket.escalation"].search([])

    def _new(self, moment=START, **vals):
        with self._at(moment):
            return self._complaint(self.customer_a, **vals)

    def _escalate(self, minutes, ticket):
        """Which levels are told when the job runs so many minutes after receipt."""
        known = ticket.escalation_ids
        with self._at(START + timedelta(minutes=minutes)):
            while self.env["crm.ticket.escalation"]._escalate_batch():
                pass
        ticket.invalidate_recordset()
        return {(entry.clock, entry.level) for entry in ticket.escalation_ids - known}

    # ------------------------------------------------------------ deadlines

    def test_an_hour_and_a_day_around_the_clock(self):
        # A Friday night, over a weekend, with a public holiday in every calendar.
        friday = fields.Datetime.to_datetime("2026-03-06 23:30:00")
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "date_from": "2026-03-06 00:00:00",
                "date_to": "2026-03-09 23:00:00",
            }
        )
        ticket = self._new(friday)
        self.assertEqual(ticket.answer_deadline, friday + timedelta(hours=1))
        self.assertEqual(ticket.solution_deadline, friday + timedelta(days=1))
        self.assertEqual(ticket.next_deadline, ticket.answer_deadline)
        self.assertEqual(len(ticket.ticket_sla_ids), 2)

    def test_working_hours_of_a_team(self):
        calendar = self.env["resource.calendar"].create(
            {
                "name": "Office",
                "tz": "UTC",
                "company_id": False,
                "hours_per_day": 8,
                "attendance_ids": [Command.clear()] + [
                    Command.create(
                        {"name": "Day", "dayofweek": str(day), "hour_from": 9, "hour_to": 17}
                    )
                    for day in range(5)
                ],
            }
        )  # fmt: skip
        self.team.resource_calendar_id = calendar
        # Monday 16:30: half an hour today, half tomorrow; 24 hours are three days.
        ticket = self._new(fields.Datetime.to_datetime("2026-03-02 16:30:00"))
        self.assertEqual(str(ticket.answer_deadline), "2026-03-03 09:30:00")
        self.assertEqual(str(ticket.solution_deadline), "2026-03-05 16:30:00")

    def test_the_boundary(self):
        for seconds, missed in ((0, False), (1, True)):
            ticket = self._new()
            with self._at(START + timedelta(hours=1, seconds=seconds)):
                ticket.action_answered()
            self.assertEqual(ticket.answer_missed, missed)
            clock = ticket.ticket_sla_ids.filtered(lambda c: c.crm_clock == "answer")
            self.assertEqual(clock.state, "expired" if missed else "accomplished")
            with self._at(START + timedelta(days=1, seconds=seconds)):
                self._bring_to("call_back", ticket)
            self.assertEqual(ticket.solution_missed, missed)
            self.assertFalse(ticket.next_deadline)

    def test_colours_and_filters(self):
        ticket = self._new()
        tickets = self.env["helpdesk.ticket"]
        for minutes, state, text in (
            (0, "soon", "1:00 h left"), (60, "soon", "0:00 h left"), (61, "late", "0:01 h overdue"),
        ):  # fmt: skip
            with self._at(START + timedelta(minutes=minutes)):
                ticket.invalidate_recordset(["clock_state", "clock_text"])
                self.assertEqual((ticket.clock_state, ticket.clock_text), (state, text))
                for wanted in ("late", "soon", "running", "stopped"):
                    found = tickets.search(
                        [("clock_state", "=", wanted), ("id", "=", ticket.id)]
                    )
                    self.assertEqual(bool(found), wanted == state)
        with self._at(START + timedelta(minutes=5)):
            ticket.action_answered()
            self.assertEqual(ticket.clock_state, "running")
            mine = [("id", "=", ticket.id)]
            groups = tickets._read_group(mine, ["clock_state"], ["__count"])
            self.assertEqual(groups, [("running", 1)])
            bar = {"field": "clock_state", "colors": {"running": "success"}}
            counts = self._as("agent")["helpdesk.ticket"].read_progress_bar(mine, "stage_id", bar)
            self.assertEqual(sum(count["running"] for count in counts.values()), 1)

    def test_reopening_begins_the_solution_anew_and_forgets_no_delay(self):
        ticket = self._new()
        with self._at(START + timedelta(hours=30)):
            self._bring_to("call_back", ticket)
            self.assertTrue(ticket.solution_missed)
        again = START + timedelta(hours=40)
        with self._at(again):
            ticket.action_complaint_called("dissatisfied", "No")
        self.assertEqual(ticket.solution_deadline, again + timedelta(days=1))
        self.assertEqual(ticket.next_deadline, ticket.solution_deadline)
        with self._at(again + timedelta(hours=1)):
            self._bring_to("closed", ticket)
        self.assertTrue(ticket.solution_missed)

    def test_others_clocks_are_oca_s(self):
        sla = self.env["helpdesk.sla"].create({"name": "Theirs", "hours": 3})
        self.other_team.use_sla = True
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "x", "description": "x", "team_id": self.other_team.id}
        )
        self.assertEqual(ticket.ticket_sla_ids.sla_id, sla)
        self.assertFalse(ticket.next_deadline or ticket.answer_deadline)
        self.assertNotIn(sla, self._new().ticket_sla_ids.sla_id)

    def test_the_next_dealer_is_told_once(self):
        """An escalated complaint that moves on: the new dealer's manager knows of nothing yet."""
        ticket = self._new()
        self.assertEqual(
            self._escalate(200, ticket), {("answer", "dealer"), ("answer", "oem")}
        )
        ticket.dealer_id = self.dealer_b
        known = ticket.escalation_ids
        self.assertEqual(self._escalate(201, ticket), {("answer", "dealer")})
        entry = ticket.escalation_ids - known
        self.assertEqual(entry.user_ids, self.users["greedy_b"])
        self.assertEqual(
            (entry.told_dealer_id, known[0].dealer_id), (self.dealer_b, self.dealer_b)
        )
        todo = ticket.activity_ids.filtered(lambda a: a.user_id == self.users["greedy_b"])
        self.assertEqual(len(todo), 1)
        self.assertFalse(self._escalate(202, ticket))
        ticket.dealer_id = self.dealer_a
        self.assertFalse(self._escalate(203, ticket), "told before")
        ticket.action_answered()
        ticket.dealer_id = self.dealer_b
        self.assertFalse(self._escalate(204, ticket), "nothing runs out any more")

    # ------------------------------------------------------------ the first answer

    def test_what_is_an_answer(self):
        ticket = self._new()
        agent = ticket.with_user(self.users["agent"])
        agent.message_post(body="An internal word", subtype_xmlid="mail.mt_note")
        colleague = self.users["oem"].partner_id
        agent.message_post(body="To a colleague", subtype_xmlid="mail.mt_comment",
                           message_type="comment", partner_ids=colleague.ids)  # fmt: skip
        ticket.message_post(
            body="The customer asks", author_id=self.customer_a.id, message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )  # fmt: skip
        self.assertTrue(ticket.notice_ids)  # what goes out by itself is none
        self.assertFalse(ticket.date_answered)
        agent.message_post(body="We look into it", subtype_xmlid="mail.mt_comment",
                           message_type="comment", partner_ids=self.customer_a.ids)  # fmt: skip
        answered = ticket.date_answered
        self.assertTrue(answered)
        self.assertEqual(ticket.answered_by_id, self.users["agent"])
        with self._at(START + timedelta(days=20)):
            agent.message_post(body="More", subtype_xmlid="mail.mt_comment",
                               message_type="comment", partner_ids=self.customer_a.ids)  # fmt: skip
        self.assertEqual(ticket.date_answered, answered)
        with self.assertRaises(UserError):
            agent.action_answered()

    # ------------------------------------------------------------ escalation

    def test_each_level_once(self):
        ticket = self._new()
        dealer, oem = "dealer", "oem"
        self.assertEqual(self._escalate(44, ticket), set())
        self.assertEqual(self._escalate(45, ticket), {("answer", dealer)})
        entry = ticket.escalation_ids
        self.assertEqual(entry.user_ids, self.users["manager_a"])
        to_do = ticket.activity_ids.filtered(lambda a: a.user_id == self.users["manager_a"])
        self.assertEqual(len(to_do), 1)
        self.assertEqual(self._escalate(100, ticket), set())
        self.assertEqual(self._escalate(120, ticket), {("answer", oem)})
        self.assertIn(self.users["oem"], ticket.escalation_ids[:1].user_ids)
        self.assertEqual(self._escalate(22 * 60, ticket), {("solution", dealer)})
        self.assertEqual(self._escalate(26 * 60, ticket), {("solution", oem)})
        self.assertEqual(self._escalate(90 * 60, ticket), set())
        self.assertEqual(len(ticket.escalation_ids), 4)

    def test_what_is_answered_and_solved_is_not_escalated(self):
        ticket = self._new()
        with self._at(START + timedelta(minutes=5)):
            self._bring_to("call_back", ticket)
        self.assertEqual(self._escalate(90 * 60, ticket), set())
        with self._at(START + timedelta(minutes=10)):
            ticket.action_complaint_called("dissatisfied", "No")
        self.assertEqual(
            self._escalate(90 * 60, ticket), {("solution", "dealer"), ("solution", "oem")}
        )

    def test_without_a_manager_the_manufacturer_is_told(self):
        self.users["greedy_b"].active = False
        with self._at(START):
            ticket = self._complaint(self.customer_b)
        self._escalate(50, ticket)
        self.assertIn(self.users["oem"], ticket.escalation_ids.user_ids)
        self.team.user_id = self.users["agent"]
        self._escalate(120, ticket)
        self.assertEqual(ticket.escalation_ids[:1].user_ids, self.users["agent"])

    def test_the_job_goes_on_after_a_failure(self):
        tickets = self._new() | self._new() | self._new()
        Ticket = self.env.registry["helpdesk.ticket"]
        calls = []

        def killed(ticket, user, clock):
            calls.append(ticket.id)
            if len(calls) == 2:
                raise KeyboardInterrupt

        batch = self.env["crm.ticket.escalation"]._escalate_batch
        with self._at(START + timedelta(minutes=50)):
            with patch.object(Ticket, "_plan_escalation", killed):
                with self.assertRaises(KeyboardInterrupt), self.env.cr.savepoint():
                    batch(limit=10)
            self.env.invalidate_all()
            self.assertFalse(tickets.escalation_ids)
            while batch(limit=2):
                pass
        self.assertEqual([len(ticket.escalation_ids) for ticket in tickets], [1, 1, 1])
