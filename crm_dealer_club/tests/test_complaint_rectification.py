"""A closed complaint that came back makes a notice of rectification, where these are kept."""

from unittest import SkipTest

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_complaint import ComplaintCase


@tagged("post_install", "-at_install")
class TestComplaintRectification(ComplaintCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "crm.rectification" not in cls.env:
            raise SkipTest("No notices without the surveys")
        cls.Notice = cls.env["crm.rectification"]

    def _notice(self, ticket):
        return self.Notice.search([("source_ref", "=", f"helpdesk.ticket,{ticket.id}")])

    def test_first_complaint_makes_none(self):
        ticket = self._bring_to("closed", self.ticket_a)
        self.assertFalse(self._notice(ticket))

    def test_repeat_makes_one(self):
        self._bring_to("closed", self.ticket_a)
        again = self.ticket_a.copy({"name": "The brakes again"})
        again.category_id = self.cause
        self._bring_to("closed", again, self.users["agent"])
        self.assertTrue(again.is_repeat)
        notice = self._notice(again)
        self.assertEqual(
            (notice.state, notice.origin, notice.severity, notice.dealer_id),
            ("draft", "complaint", "critical", again.dealer_id),
        )
        self.assertEqual(notice.partner_id, again.partner_id)
        for words in ("The brakes again", "Fault Not Repaired", "New pads", "before"):
            self.assertIn(words, notice.problem)
        # Opened and closed once more, it is the same one.
        again.action_complaint_reopen("Still")
        self._bring_to("closed", again)
        self.assertEqual(len(self._notice(again)), 1)
        opened = notice.with_user(self.users["auditor"]).action_open_source()
        self.assertEqual((opened["res_model"], opened["res_id"]), ("helpdesk.ticket", again.id))

    def test_reopened_makes_one_where_the_dealer_is_liable(self):
        ticket = self._bring_to("closed", self.ticket_a)
        ticket.action_complaint_reopen("Not solved")
        ticket.category_id = ticket.category_id or self.cause
        ticket.action_complaint_solve()
        ticket.write({"liable": "supplier", "solution": "New pads"})
        ticket.action_complaint_solved()
        ticket.sudo().action_complaint_called("satisfied")
        self.assertFalse(self._notice(ticket))
        ticket.action_complaint_reopen("Not solved")
        self._bring_to("closed", ticket)
        self.assertEqual(len(self._notice(ticket)), 1)

    def test_button(self):
        ticket = self.ticket_a
        for login in ("sales_a", "manager_a", "agent"):
            mine = self._as(login, ticket)
            self.assertFalse(mine.can_give_notice, login)
            with self.assertRaises(AccessError):
                mine.action_give_notice()
        auditor = self._as("auditor", ticket)
        self.assertTrue(auditor.can_give_notice)
        action = auditor.action_give_notice()
        self.assertEqual(action["res_id"], self._notice(ticket).id)
        self.assertEqual(auditor.action_give_notice()["res_id"], action["res_id"])
