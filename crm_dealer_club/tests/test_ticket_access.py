"""Ours are for our roles, others' tickets are as without us (denials first)."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common_ticket import OWN, TicketCase


@tagged("post_install", "-at_install")
class TestTicketAccess(TicketCase):
    def _seen(self, user):
        tickets = self.env["helpdesk.ticket"].with_user(user)
        return tickets.search([("id", "in", (self.ticket_a | self.ticket_b | self.other).ids)])

    def test_helpdesk_without_a_role_sees_none_of_ours(self):
        for user in (self.helper, self.chief):
            self.assertEqual(self._seen(user), self.other)
            for model in ("helpdesk.ticket.team", "helpdesk.ticket.stage",
                          "helpdesk.ticket.category", "helpdesk.ticket.channel",
                          "helpdesk.sla", "helpdesk.ticket.sla"):  # fmt: skip
                domain = [("crm_kind", "!=", False)]
                self.assertFalse(self.env[model].with_user(user).search(domain), model)
            with self.assertRaises(AccessError):
                self.ticket_a.with_user(user).read(["name"])
            with self.assertRaises(AccessError):
                self.ticket_a.with_user(user).write({"name": "Mine"})
        reports = self.env["helpdesk.sla.report"].with_user(self.chief)
        self.assertFalse(reports.search([("ticket_id", "=", self.ticket_a.id)]))

    def test_ratings_by_customers_of_other_dealers(self):
        """Of whatever was rated: the rating names who gave it."""
        model = self.env["ir.model"]._get_id("helpdesk.ticket")
        ratings = self.env["rating.rating"]
        for customer in (self.customer_a, self.customer_b, self.env["res.partner"]):
            ratings += ratings.create(
                {
                    "res_model_id": model,
                    "res_id": self.other.id,
                    "partner_id": customer.id,
                    "rating": 5,
                    "feedback": "Thanks",
                    "consumed": True,
                }
            )
        of_a, of_b, of_nobody = ratings
        for login, seen in (
            ("homeless", of_nobody),
            ("sales_b", of_b | of_nobody),
            ("greedy_b", of_b | of_nobody),
            ("sales_a", of_a | of_nobody),
            ("agent", ratings),
            ("oem", ratings),
            ("clerk", ratings),
        ):
            with self.subTest(login):
                found = self._as(login)["rating.rating"].search([("id", "in", ratings.ids)])
                self.assertEqual(found.sudo(), seen)

    def test_portal_and_public_see_and_write_nothing_of_ours(self):
        portal = new_test_user(self.env, "owner", "base.group_portal")
        portal.partner_id.dealer_id = self.dealer_a
        mine = self._complaint(portal.partner_id)
        theirs = self.env["helpdesk.ticket"].create(
            {"name": "Login", "description": "x", "partner_id": portal.partner_id.id}
        )
        tickets = self.env["helpdesk.ticket"].with_user(portal)
        self.assertEqual(tickets.search([("id", "in", (mine | theirs).ids)]), theirs)
        clocks = self.env["helpdesk.ticket.sla"].with_user(portal)
        self.assertFalse(clocks.search([("ticket_id", "=", mine.id)]))
        with self.assertRaises(AccessError):
            mine.with_user(portal).read(["name"])
        public = self.env.ref("base.public_user")
        for user in (portal, public):
            with self.assertRaises(AccessError):
                mine.stage_id.with_user(user).write({"name": "Hacked"})
            with self.assertRaises(AccessError):
                mine.stage_id.with_user(user).read(["name"])

    def test_visitors_and_members_write_no_stage(self):
        """Not of the helpdesk either, whose own rights let anybody in the web rename them."""
        stages = self.env["helpdesk.ticket.stage"].search([("crm_kind", "=", False)])
        member = new_test_user(self.env, "owner", "base.group_portal")
        for user in (self.env.ref("base.public_user"), member):
            with self.subTest(user.login):
                self.assertEqual(stages.with_user(user).search([("crm_kind", "=", False)]), stages)
                with self.assertRaises(AccessError):
                    stages[0].with_user(user).write({"name": "Hacked"})

    def test_dealers_see_their_own(self):
        self.assertEqual(self._seen(self.users["sales_a"]), self.ticket_a)
        self.assertEqual(self._seen(self.users["greedy_b"]), self.ticket_b)
        self.assertFalse(self._seen(self.users["homeless"]))
        with self.assertRaises(AccessError):
            self.ticket_b.with_user(self.users["sales_a"]).read(["name"])
        with self.assertRaises(AccessError):
            self.ticket_a.with_user(self.users["sales_a"]).write(
                {"partner_id": self.customer_b.id}
            )
        with self.assertRaises(AccessError):
            self._as("sales_a")["helpdesk.ticket"].create(
                {"name": "x", "crm_kind": "complaint", "vehicle_id": self.vehicle_b.id}
            )

    def test_the_unknown_customer_is_the_call_centres(self):
        unknown = self._as("agent")["helpdesk.ticket"].create(
            {"name": "Noise", "crm_kind": "complaint", "partner_name": "Somebody"}
        )
        self.assertFalse(unknown.dealer_id)
        self.assertNotIn(unknown, self._as("sales_a")["helpdesk.ticket"].search([]))
        unknown.partner_id = self.customer_b
        self.assertEqual(unknown.dealer_id, self.dealer_b)

    def test_call_centre_auditor_and_credit(self):
        for login in ("agent", "auditor", "oem"):
            self.assertEqual(self._seen(self.users[login]), self.ticket_a | self.ticket_b)
        for login in ("credit", "clerk"):
            self.assertFalse(self._seen(self.users[login]))
        with self.assertRaises(AccessError):
            self.ticket_a.with_user(self.users["auditor"]).write({"name": "Mine"})
        for login in ("agent", "sales_a", "auditor"):
            with self.assertRaises(AccessError):
                self.ticket_a.with_user(self.users[login]).unlink()
            with self.assertRaises(AccessError):
                self.team.with_user(self.users[login]).write({"name": "Mine"})

    def test_our_roles_get_no_right_to_others_tickets(self):
        agent = self.users["agent"]
        self.other.message_subscribe(agent.partner_id.ids)
        self.other.with_user(agent).read(["name"])  # as every follower
        with self.assertRaises(AccessError):
            self.other.with_user(agent).write({"name": "Mine"})
        with self.assertRaises(AccessError):
            self._as("agent")["helpdesk.ticket"].create({"name": "x", "description": "x"})
        oem = self.users["oem"]
        self.other.message_subscribe(oem.partner_id.ids)
        with self.assertRaises(AccessError):
            self.other.with_user(oem).unlink()
        with self.assertRaises(AccessError):
            self.other_team.with_user(oem).write({"name": "Mine"})

    def test_others_tickets_are_as_without_us(self):
        helper = self.other.with_user(self.helper)
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        helper.write({"stage_id": done.id, "user_id": self.helper.id, "dealer_id": False})
        self.assertEqual(helper.stage_id, done)
        self.assertTrue(helper.closed_date)
        self.assertFalse(helper.crm_kind or helper.dealer_id or helper.sudo().date_received)
        self.assertFalse(self.other_team._get_applicable_stages().filtered("crm_kind"))
        board = self.env["helpdesk.ticket"].with_user(self.helper)
        stages = board._read_group_stage_ids(self.env["helpdesk.ticket.stage"], [])
        self.assertFalse(stages.filtered("crm_kind"))
        # Who also belongs to a team of ours gets no complaint by opening a ticket.
        both = new_test_user(self.env, "both", f"crm_dealer_grading.group_call_centre,{OWN}")
        self.team.user_ids = [Command.link(both.id)]
        ticket = (
            self.env["helpdesk.ticket"]
            .with_user(both)
            .create({"name": "x", "description": "x", "user_id": both.id})
        )
        self.assertFalse(ticket.team_id or ticket.crm_kind)

    def test_one_kind_never_becomes_another(self):
        with self.assertRaises(UserError):
            self.ticket_a.team_id = self.other_team
        with self.assertRaises(UserError):
            self.other.team_id = self.team
        self.other.crm_kind = "complaint"
        self.assertFalse(self.other.crm_kind)
        with self.assertRaises(AccessError):
            self.team.with_user(self.users["oem"]).crm_kind = "rescue"
