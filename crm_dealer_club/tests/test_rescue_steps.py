"""A rescue's way and its times (M8)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..models.rescue.helpdesk_ticket_steps import ORDER, TIMES
from .common_rescue import RescueCase


@tagged("post_install", "-at_install")
class TestRescueSteps(RescueCase):
    # -- Taking down a call -----------------------------------------------------------------------

    def test_plate_finds_vehicle_and_owner(self):
        for word in ("京A1R001", " 京a1r001 ", "LRSCAA00000000001", "lrscaa00000000001"):
            with self.subTest(word):
                ticket = self._rescue("agent", rescue_plate=word)
                self.assertEqual(ticket.vehicle_id, self.vehicle_a)
                self.assertEqual(ticket.partner_id, self.customer_a)
                self.assertEqual(ticket.dealer_id, self.dealer_a)
                self.assertEqual(ticket.rescue_home_dealer_id, self.dealer_a)
                self.assertEqual(ticket.partner_phone, "+86 139 5555 0001")
                self.assertIn("京A1R001", ticket.name)

    def test_the_users_own_team_makes_it_a_rescue(self):
        """Without a kind too: the plate finds the vehicle, and it has a title."""
        user = self.users["agent"]
        self.env["ir.default"].set("helpdesk.ticket", "team_id", self.team.id, user_id=user.id)
        ticket = self._rescue("agent", crm_kind=False)
        self.assertEqual((ticket.crm_kind, ticket.vehicle_id), ("rescue", self.vehicle_a))
        self.assertIn("京A1R001", ticket.name)

    def test_unknown_caller(self):
        ticket = self._rescue("agent", rescue_plate="沪Z00000", partner_name="Somebody")
        self.assertFalse(ticket.partner_id or ticket.vehicle_id or ticket.dealer_id)
        with self._refused("choose the dealer"):
            ticket._crm_step("dispatched")
        ticket.dealer_id = self.dealer_b
        self.assertTrue(ticket._crm_step("dispatched"))
        ticket.invalidate_recordset(["notice_ids"])
        self.assertFalse(ticket.notice_ids)
        # The caller turns out to be a customer of another dealer: who was sent stays.
        ticket.partner_id = self.customer_a
        self.assertEqual(ticket.dealer_id, self.dealer_b)
        self.assertEqual(ticket.rescue_home_dealer_id, self.dealer_a)

    def test_form_finds_while_typing(self):
        tickets = self.env["helpdesk.ticket"].with_user(self.users["agent"])
        view = "crm_dealer_club.helpdesk_ticket_view_form_rescue"
        with Form(tickets.with_context(default_crm_kind="rescue"), view=view) as form:
            form.rescue_fault_id = self.accident
            self.assertTrue(form.rescue_danger)
            form.rescue_place = "Bridge"
            form.rescue_plate = "京A1R001"
            self.assertEqual(form.vehicle_id, self.vehicle_a)
            self.assertEqual(form.partner_id, self.customer_a)
        self.assertEqual(form.record.priority, "3")
        self.assertEqual(form.record.crm_step, "answer")

    def test_clocks_start(self):
        self.team.write({"rescue_dispatch_minutes": 12, "rescue_arrival_minutes": 45})
        ticket = self._rescue("agent")
        begun = ticket.date_received
        self.assertTrue(ticket.date_answered)
        self.assertEqual(ticket.rescue_dispatch_due, begun + timedelta(minutes=12))
        self.assertEqual(ticket.rescue_arrival_due, begun + timedelta(minutes=45))
        self.assertEqual(ticket.next_deadline, ticket.rescue_dispatch_due)
        self.team.rescue_dispatch_minutes = 5
        self.assertEqual(ticket.rescue_dispatch_due, begun + timedelta(minutes=12))
        with self._refused(error=Exception):
            self.team.rescue_dispatch_minutes = 50
            self.team.flush_recordset()

    def test_map(self):
        ticket = self._rescue(rescue_latitude=39.9, rescue_longitude=116.4)
        self.assertIn("mlat=39.900000&mlon=116.400000", ticket.rescue_map_url)
        self.assertFalse(self._rescue().rescue_map_url)
        company = ticket.company_id
        for bad in ("http://x/{latitude},{longitude}", "https://x/{latitude}", "javascript:1"):
            with self._refused("https"):
                company.rescue_map_url = bad
        with self._refused(error=Exception):
            ticket.rescue_latitude = 91
            ticket.flush_recordset()

    # -- The way ----------------------------------------------------------------------------------

    def test_whole_way_writes_each_time_once(self):
        ticket = self._rescue("agent")
        for number, (method, values) in enumerate(
            (
                ("action_rescue_dispatch", {"rescue_car_id": self.car_a.id}),
                ("action_rescue_on_site", {}),
                ("action_rescue_done", {"rescue_result": "towed"}),
                ("action_rescue_call_back", {"rescue_call_back": "satisfied"}),
                ("action_rescue_close", {}),
            ),
            2,
        ):
            ticket.write(values)
            self.assertFalse(ticket[TIMES[ORDER[number]]])
            getattr(self._as(ticket, "agent"), method)()
            self.assertTrue(ticket[TIMES[ORDER[number]]])
            self.assertEqual(ticket.stage_id.crm_step, ORDER[number])
        times = [ticket[name] for name in TIMES.values()]
        self.assertEqual(times, sorted(times))
        self.assertTrue(ticket.closed_date)

    def test_no_step_is_skipped(self):
        ticket = self._rescue()
        for step in ("on_site", "done", "called_back", "answer"):
            with self._refused("order"):
                ticket._crm_step(step)
        with self._refused("still to come"):
            ticket.rescue_result = "repaired"
            ticket._crm_step("closed")
        ticket.rescue_result = False
        self._go(ticket, "on_site")
        with self._refused("how it ended"):
            ticket._crm_step("done")
        with self._refused("on site already"):
            ticket.action_rescue_not_needed()
        self._go(self._rescue(), "done")
        ticket.rescue_result = "failed"
        ticket._crm_step("done")
        with self._refused("call-back"):
            ticket._crm_step("called_back")

    def test_dragging_a_card_is_the_same_step(self):
        ticket = self._rescue()
        stages = self.env["helpdesk.ticket.stage"].search([("crm_kind", "=", "rescue")])
        stage = {one.crm_step: one for one in stages}
        with self._refused():
            ticket.stage_id = stage["done"]
        ticket.stage_id = stage["dispatched"]
        self.assertTrue(ticket.rescue_dispatched_at)
        self.assertEqual(len(stage), 6)

    def test_times_are_not_typed(self):
        long_ago = fields.Datetime.now() - timedelta(days=400)
        names = [*TIMES.values(), "rescue_arrival_due", "rescue_fee", "rescue_home_dealer_id"]
        ticket = self._rescue("oem", **dict.fromkeys(TIMES.values(), long_ago))
        for name in TIMES.values():
            self.assertNotEqual(ticket[name], long_ago)
        before = {name: ticket[name] for name in names}
        for name in names:
            value = 1 if name.startswith(("rescue_fee", "rescue_home")) else long_ago
            self._as(ticket, "oem").write({name: value})
        self.assertEqual({name: ticket[name] for name in names}, before)

    def test_not_needed(self):
        ticket = self._rescue()
        self._as(ticket, "agent").action_rescue_not_needed()
        self.assertEqual(ticket.crm_step, "closed")
        self.assertEqual(ticket.rescue_result, "not_needed")

    def test_dispatch_answers(self):
        ticket = self.env["helpdesk.ticket"]._as_member()
        ticket = ticket.create({"crm_kind": "rescue", "partner_id": self.customer_a.id})
        self.assertFalse(ticket.date_answered)
        self.assertEqual(ticket._rescue_at(), "reported")
        self._as(ticket, "agent").action_rescue_dispatch()
        self.assertEqual(ticket.date_answered, ticket.rescue_dispatched_at)

    def test_send_again_keeps_the_first_times(self):
        ticket = self._go(self._rescue(), "called_back")
        first = {name: ticket[name] for name in TIMES.values()}
        self._past(ticket, date_received=300)
        ticket.rescue_call_back = "not_satisfied"
        self._as(ticket, "agent").action_rescue_send_again()
        self.assertEqual(ticket.crm_step, "answer")
        self.assertEqual(ticket.reopen_count, 1)
        self.assertFalse(ticket.rescue_result or ticket.rescue_call_back)
        # The clock runs anew; that it was taken up before does not make it late.
        self.assertEqual(ticket.rescue_alarm, "calm")
        self.assertGreater(ticket.next_deadline, fields.Datetime.now())
        self._go(ticket, "done")
        for name in ("rescue_dispatched_at", "rescue_on_site_at", "rescue_done_at"):
            self.assertEqual(ticket[name], first[name])

    def test_complaint_is_made_once(self):
        ticket = self._go(self._rescue(), "called_back")
        complaint = self._as(ticket, "agent")._rescue_complain()
        self.assertEqual(complaint.crm_kind, "complaint")
        self.assertEqual(complaint.partner_id, self.customer_a)
        self.assertEqual(complaint.dealer_id, self.dealer_a)
        self.assertEqual(self._as(ticket, "agent")._rescue_complain(), complaint)
        unknown = self._go(self._rescue(rescue_plate="", dealer_id=self.dealer_a.id), "called_back")
        with self._refused("customer"):
            unknown._rescue_complain()

    def test_customer_is_told(self):
        self.customer_a.lang = "en_US"
        ticket = self._go(self._rescue(), "done")
        mails = self.env["mail.mail"].search(
            [("model", "=", "helpdesk.ticket"), ("res_id", "=", ticket.id)]
        )
        text = " ".join(mails.mapped("body_html"))
        for words in ("Test Dealer A is on the way", "on site", "safe journey"):
            self.assertIn(words, text)
        ticket.invalidate_recordset(["notice_ids"])
        self.assertEqual(len(ticket.notice_ids), 3)

    # -- Clocks -----------------------------------------------------------------------------------

    def test_late_in_python_and_sql(self):
        calm, late, taken, waived = (self._rescue() for _number in range(4))
        self._past(late, rescue_dispatch_due=1)
        self._go(taken, "done")
        self._past(taken, rescue_arrival_due=30)
        self._past(waived, rescue_dispatch_due=30, rescue_arrival_due=1)
        self.assertTrue(waived.rescue_late)
        waived.action_rescue_not_needed()
        all_ = calm | late | taken | waived
        all_.invalidate_recordset(["rescue_late"])
        expected = late | taken
        self.assertEqual(all_.filtered("rescue_late"), expected)
        tickets = self.env["helpdesk.ticket"]
        mine = ("id", "in", all_.ids)
        self.assertEqual(tickets.search([mine, ("rescue_late", "=", True)]), expected.sorted())
        self.assertEqual(len(tickets.search([mine, ("rescue_late", "=", False)])), 2)
        self.assertEqual(late.rescue_alarm, "late")
        later = calm.date_received + timedelta(minutes=8, seconds=30)
        with patch.object(fields.Datetime, "now", lambda: later):
            calm.invalidate_recordset()
            self.assertEqual((calm.rescue_alarm, calm.rescue_minutes), ("nearly", 8))

    def test_managers_are_told(self):
        """By the job that complaints have: the dealer's, then the manufacturer's."""
        ticket = self._rescue(dealer_id=self.dealer_a.id)
        escalations = self.env["crm.ticket.escalation"]
        while escalations._escalate_batch():
            pass
        mine = [("ticket_id", "=", ticket.id)]
        self.assertFalse(escalations.search(mine))
        for minutes, levels in ((11, {"dealer"}), (30, {"dealer", "oem"}), (31, {"dealer", "oem"})):
            while escalations._escalate_batch(
                now=ticket.date_received + timedelta(minutes=minutes)
            ):
                pass
            found = escalations.search(mine)
            self.assertEqual(set(found.mapped("level")), levels)
            self.assertEqual(len(found), len(levels))
        self.assertIn("sent", " ".join(filter(None, ticket.activity_ids.mapped("summary"))))
        # Sent late, and then it does not arrive: that is told as well, once.
        self._go(ticket, "dispatched")
        for _again in range(2):
            while escalations._escalate_batch(now=ticket.date_received + timedelta(minutes=600)):
                pass
        told = (escalations.search(mine) - found).mapped(lambda one: (one.clock, one.level))
        self.assertEqual(sorted(told), [("arrival", "dealer"), ("arrival", "oem")])

    # -- Corrections ------------------------------------------------------------------------------

    def _correct(self, login, ticket, step, minutes, reason="The clock was wrong"):
        new = fields.Datetime.now() - timedelta(minutes=minutes)
        return (
            self.env["crm.rescue.correction"]
            .with_user(self.users[login])
            .create(
                {"ticket_id": ticket.id, "step": step, "new_time": new, "reason": reason}
            )
        )

    def test_managers_correct_with_a_reason(self):
        ticket = self._go(self._rescue(), "on_site")
        self._past(ticket, date_received=60, date_answered=59, rescue_dispatched_at=50)
        old = ticket.rescue_on_site_at
        for login in ("sales_a", "agent", "auditor", "clerk", "greedy_b"):
            with self.subTest(login), self._refused(error=AccessError):
                self._correct(login, ticket, "on_site", 20)
        for step, minutes, reason in (
            ("on_site", 20, " "), ("on_site", -20, "Later"), ("on_site", 55, "Too early"),
            ("dispatched", 59.5, "Before the answer?"), ("done", 5, "Not there yet"),
        ):  # fmt: skip
            if step == "dispatched":
                minutes = 70
            with self.subTest(step, minutes=minutes), self._refused(error=UserError):
                self._correct("manager_a", ticket, step, minutes, reason)
        made = self._correct("manager_a", ticket, "on_site", 20)
        self.assertEqual(ticket.rescue_on_site_at, made.new_time)
        self.assertEqual(made.old_time, old)
        self.assertEqual(made.user_id, self.users["manager_a"])
        with self._refused():
            made.reason = "Other words"
        with self._refused():
            made.unlink()
