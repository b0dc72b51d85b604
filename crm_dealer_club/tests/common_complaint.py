"""A complaint that goes through its steps."""

from odoo.tests import freeze_time

from .common_ticket import TicketCase

NOW = "2026-03-02 08:00:00"


class ComplaintCase(TicketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cause = cls.env.ref("crm_dealer_club.cause_service_fault_not_repaired")
        cls.other_cause = cls.env.ref("crm_dealer_club.cause_sales_delivery_late")

    def _at(self, moment):
        """The clock stands at a moment (UTC)."""
        return freeze_time(moment)

    def _bring_to(self, step, ticket, user=None):
        """Take a complaint to a step, with what that needs, as the superuser or ``user``."""
        ticket = ticket.with_user(user) if user else ticket
        steps = ("receive", "analyse", "solve", "call_back", "closed")
        for to in steps[steps.index(ticket.crm_step) + 1 : steps.index(step) + 1]:
            if to == "analyse":
                ticket.action_complaint_analyse()
            elif to == "solve":
                ticket.category_id = ticket.category_id or self.cause
                ticket.action_complaint_solve()
            elif to == "call_back":
                if not ticket.date_answered:
                    ticket.action_answered("We will help")
                ticket.write({"liable": "dealer", "solution": "New pads"})
                ticket.action_complaint_solved()
            else:
                ticket.sudo().action_complaint_called("satisfied")
        return ticket
