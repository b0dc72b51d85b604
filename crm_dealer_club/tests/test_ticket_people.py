"""Who may be given work, whose tickets are looked up, what clocks are called (M7, M8, P5)."""

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from .common_ticket import TicketCase


@tagged("post_install", "-at_install")
class TestTicketPeople(TicketCase):
    def _works(self):
        """A record of each kind that somebody works on, and the field with that person."""
        rescue = self.env["helpdesk.ticket"].create(
            {
                "crm_kind": "rescue",
                "rescue_fault_id": self.env.ref("crm_dealer_club.rescue_fault_tyre").id,
                "rescue_place": "G2",
                "partner_id": self.customer_a.id,
            }
        )
        return (
            (self.ticket_a, "user_id"),
            (rescue, "user_id"),
            (rescue, "rescue_technician_id"),
            (self.env["crm.winback.case"].create({"partner_id": self.customer_a.id}), "user_id"),
            (self._visit(self.vehicle_a), "user_id"),
        )

    def test_nobody_of_another_dealer(self):
        for record, name in self._works():
            for login in ("sales_a", "manager_a"):
                mine = self._as(login, record)
                with self.assertRaisesRegex(AccessError, "another dealer", msg=(record, name)):
                    mine[name] = self.users["sales_b"]
                for allowed in ("sales_a", "agent", "oem"):
                    mine[name] = self.users[allowed]
                mine[name] = False

    def test_not_as_a_new_one_either(self):
        vals = {"name": "X", "crm_kind": "complaint", "partner_id": self.customer_a.id}
        tickets = self._as("sales_a", self.env["helpdesk.ticket"])
        foreign = self.users["sales_b"].id
        with self.assertRaisesRegex(AccessError, "another dealer"):
            tickets.create({**vals, "user_id": foreign})
        with self.assertRaisesRegex(AccessError, "another dealer"):
            tickets.with_context(default_user_id=foreign).create(vals)
        self.assertTrue(tickets.create({**vals, "user_id": self.users["manager_a"].id}))

    def test_who_was_chosen_before_stays(self):
        """The manufacturer may choose anybody, and saving the form again changes nothing."""
        self._as("oem", self.ticket_a).user_id = self.users["sales_b"]
        self._as("sales_a", self.ticket_a).write(
            {"user_id": self.users["sales_b"].id, "solution": "X"}
        )
        self.assertEqual(self.ticket_a.user_id, self.users["sales_b"])

    def test_a_customers_tickets_have_an_index(self):
        """Portal, privacy and the customer's buttons do not read all tickets, others' neither."""
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        for name, index in (("partner_id", "partner"), ("commercial_partner_id", "customer")):
            query = self.env["helpdesk.ticket"]._search(
                [(name, "in", self.customer_a.ids)], active_test=False
            )
            rows = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
            self.assertIn(f"helpdesk_ticket_crm_{index}_index", str(rows))

    def test_what_clocks_and_calendars_are_called(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        clock = self.env.ref("crm_dealer_club.sla_complaint_answer")
        self.assertEqual(clock.display_name, "Complaint: First Answer")
        calendar = self.env.ref("crm_dealer_club.calendar_always")
        self.assertEqual(calendar.display_name, "Around the Clock")
        self.assertRegex(clock.with_context(lang="zh_CN").display_name, r"^[^A-Za-z]+$")
        calendar.name = "Day and night"
        self.assertEqual(calendar.with_context(lang="zh_CN").display_name, "Day and night")
        new = self.env["helpdesk.sla"].create(
            {"crm_kind": "rescue", "crm_clock": "solution", "hours": 2}
        )
        self.assertEqual(new.name, "Rescue: Solution")
        other = self.env["helpdesk.sla"].create({"name": "Theirs", "hours": 3})
        self.assertEqual(other.display_name, "Theirs")
