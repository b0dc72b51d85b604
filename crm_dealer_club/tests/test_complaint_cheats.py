"""What a dealer might try with a complaint, and a ticket that nobody can be told of (M7)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_complaint import ComplaintCase

_JOB = "odoo.addons.crm_dealer_club.models.ticket.crm_ticket_escalation_job"


@tagged("post_install", "-at_install")
class TestComplaintCheats(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.complaint_compensation_limit = 1000
        cls.env.company.complaint_repeat_days = 30

    def _mine(self, ticket):
        return ticket.with_user(self.users["manager_a"])

    def _compensate(self, ticket, amount):
        self._mine(ticket).write({"compensation_kind": "voucher", "compensation_amount": amount})
        self._mine(ticket).action_approve_compensation()

    def test_born_archived(self):
        """Nobody would see it, and no clock would run out."""
        ticket = self._complaint(self.customer_a, active=False)
        self.assertTrue(ticket.active)

    def test_compensation_after_the_solution(self):
        """What is entered between solution and call back is approved as well."""
        ticket = self._bring_to("call_back", self.ticket_a)
        self._mine(ticket).write({"compensation_kind": "refund", "compensation_amount": 50000})
        with self.assertRaisesRegex(UserError, "approval"):
            self._mine(ticket).action_complaint_called("satisfied")
        with self.assertRaises(AccessError):
            self._mine(ticket).action_approve_compensation()
        ticket.with_user(self.users["oem"]).action_approve_compensation()
        self._mine(ticket).action_complaint_called("satisfied")
        self.assertEqual(ticket.crm_step, "closed")

    def test_what_is_given_free_is_approved(self):
        """Goods and services without a value are no way around the approval."""
        ticket = self.ticket_a
        mine = self._mine(ticket)
        for kind in dict(ticket._fields["compensation_kind"].selection):
            mine.write({"compensation_kind": kind, "compensation_amount": 0})
            self.assertEqual(ticket.compensation_to_approve, kind != "apology", kind)
            if kind == "apology":
                continue
            self.assertIn("the approval of the compensation", mine._complaint_missing())
            with self.assertRaisesRegex(UserError, "worth"):
                mine.action_approve_compensation()
        ticket.with_user(self.users["oem"]).action_approve_compensation()
        self.assertFalse(ticket.compensation_to_approve)
        mine.compensation_kind = "vehicle"
        self.assertTrue(ticket.compensation_to_approve, "another kind is approved anew")
        mine.compensation_amount = 800
        mine.action_approve_compensation()
        self.assertFalse(ticket.compensation_to_approve)

    def test_solution_that_is_taken_out_again(self):
        ticket = self._bring_to("call_back", self.ticket_a)
        self._mine(ticket).write({"solution": False, "liable": False})
        with self.assertRaisesRegex(UserError, "missing"):
            self._mine(ticket).action_complaint_called("satisfied")

    def test_two_halves_are_one(self):
        second = self._complaint(self.customer_a)
        self._compensate(self.ticket_a, 900)
        with self.assertRaisesRegex(AccessError, "same customer"):
            self._compensate(second, 900)
        self._compensate(second, 100)

    def test_two_halves_at_once(self):
        both = self.ticket_a | self._complaint(self.customer_a)
        both.compensation_amount = 900
        with self.assertRaisesRegex(AccessError, "same customer"):
            self._mine(both).action_approve_compensation()

    def test_others_do_not_count(self):
        """Other customers, the past, and what the manufacturer gave."""
        second = self._complaint(self.customer_a)
        self._compensate(self.ticket_a, 900)
        self.ticket_a._store(
            {"compensation_approved_on": fields.Datetime.now() - timedelta(days=31)}
        )
        self._compensate(second, 900)
        second.compensation_amount = 5000
        second.with_user(self.users["oem"]).action_approve_compensation()
        self._compensate(self._complaint(self.customer_a), 900)

    def test_a_ticket_that_fails_holds_nobody_up(self):
        late = fields.Datetime.now() - timedelta(days=3)
        tickets = self.ticket_a | self._complaint(self.customer_a) | self.ticket_b
        tickets._store({"date_received": late})
        model = self.env.registry["helpdesk.ticket"]
        escalate, bad = model._escalate, self.ticket_a

        def fail(ticket, clock, level):
            if ticket == bad:
                raise ValueError("broken")
            return escalate(ticket, clock, level)

        job = self.env["crm.ticket.escalation"]
        with (
            patch.object(model, "_escalate", fail),
            patch.object(self.registry["ir.cron"], "_commit_progress", return_value=10),
            mute_logger(_JOB),
        ):
            job._cron_escalate(limit=2)
        self.assertFalse(bad.escalation_ids)
        for ticket in tickets - bad:
            self.assertEqual(len(ticket.escalation_ids), 4)
        while job._escalate_batch():
            pass
        self.assertEqual(len(bad.escalation_ids), 4)
