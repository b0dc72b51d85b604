"""OCA's pages for tickets neither show, close, create nor leak one of ours."""

from lxml import html

from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_dealer_grading.tests.common import DealerFactories

SECRET = "Squeak-7731"


@tagged("post_install", "-at_install")
class TestTicketPortal(DealerFactories, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_network()
        cls.owner = new_test_user(cls.env, "ticket-owner", "base.group_portal", name="Owner")
        cls.owner.partner_id.write({"dealer_id": cls.dealer_a.id, "email": "owner@example.com"})
        cls.partner = cls.owner.partner_id
        tickets = cls.env["helpdesk.ticket"]
        cls.ours = tickets.create(
            {"name": SECRET, "crm_kind": "complaint", "partner_id": cls.partner.id}
        )
        cls.ours.message_subscribe(cls.partner.ids)
        cls.theirs = tickets.create(
            {"name": "Login lost", "description": "x", "partner_id": cls.partner.id}
        )

    def setUp(self):
        super().setUp()
        self.authenticate("ticket-owner", "ticket-owner")

    def test_lists_and_counters(self):
        page = self.url_open("/my/tickets?search=" + SECRET)
        self.assertNotIn(self.ours.number, page.text)
        page = self.url_open("/my/tickets")
        self.assertIn("Login lost", page.text)
        self.assertNotIn(SECRET, page.text)
        self.assertNotIn("Call Back", page.text)  # nor our stages among the filters
        counts = self.make_jsonrpc_request("/my/counters", {"counters": ["ticket_count"]})
        self.assertEqual(counts["ticket_count"], 1)

    def test_a_ticket_and_its_token(self):
        self.assertFalse(self.ours._portal_ensure_token())
        # A token from a time before, or written into the database.
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET access_token = 'stolen' WHERE id = %s", [self.ours.id]
        )
        self.ours.invalidate_recordset()
        for path in (f"/my/ticket/{self.ours.id}", f"/my/ticket/{self.ours.id}/stolen",
                     f"/my/ticket/{self.ours.id}?access_token=stolen"):  # fmt: skip
            for login in ("ticket-owner", None):
                self.authenticate(login, login)
                page = self.url_open(path)
                self.assertNotIn(SECRET, page.text)
                self.assertNotIn("/my/ticket/", page.url)
        self.authenticate("ticket-owner", "ticket-owner")
        self.assertIn("Login lost", self.url_open(f"/my/ticket/{self.theirs.id}").text)

    def test_the_chatter_of_a_stranger(self):
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET access_token = 'stolen' WHERE id = %s", [self.ours.id]
        )
        self.ours.invalidate_recordset()
        threads = self.env["helpdesk.ticket"].with_user(self.owner)
        signed = self.ours._sign_token(self.partner.id)
        for access in ({}, {"token": "stolen"}, {"hash": signed, "pid": self.partner.id}):
            self.assertFalse(threads._get_thread_with_access(self.ours.id, **access))
        self.ours.message_post(body=SECRET, subtype_xmlid="mail.mt_note")
        messages = self.env["mail.message"].with_user(self.owner)
        self.assertFalse(messages.search([("model", "=", "helpdesk.ticket"),
                                          ("res_id", "=", self.ours.id)]))  # fmt: skip

    @mute_logger("odoo.http")
    def test_nobody_closes_ours(self):
        done = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        stage = self.ours.stage_id
        closed = self.env.ref("crm_dealer_club.stage_complaint_closed")
        for target in (done, closed):
            page = self.url_open(f"/ticket/close?ticket_id={self.ours.id}&stage_id={target.id}")
            self.assertIn(page.status_code, (403, 404))
            self.assertEqual(self.ours.stage_id, stage)
        for number in (f"%20{self.ours.id}", f"%2B{self.ours.id}", f"0_{self.ours.id}"):
            page = self.url_open(f"/ticket/close?ticket_id={number}&stage_id={done.id}")
            self.assertIn(page.status_code, (400, 404), number)
            self.assertEqual(self.ours.stage_id, stage, number)
        self.assertEqual(self.url_open("/ticket/close").status_code, 400)
        self.url_open(f"/ticket/close?ticket_id={self.theirs.id}&stage_id={closed.id}")
        self.assertNotEqual(self.theirs.stage_id, closed)
        self.url_open(f"/ticket/close?ticket_id={self.theirs.id}&stage_id={done.id}")
        self.assertEqual(self.theirs.stage_id, done)

    @mute_logger("odoo.http")
    def test_nobody_creates_ours(self):
        company = self.env.company
        company.helpdesk_mgmt_portal_select_team = True
        company.helpdesk_mgmt_portal_select_category = True
        team = self.env.ref("crm_dealer_club.team_complaint")
        cause = self.env.ref("crm_dealer_club.cause_service")
        page = self.url_open("/new/ticket")
        form = html.fromstring(page.text)
        for name, record in (("team", team), ("category", cause)):
            values = form.xpath(f"//select[@name='{name}']/option/@value")
            self.assertTrue(values)
            self.assertNotIn(str(record.id), values)
        before = self.env["helpdesk.ticket"].search_count([("crm_kind", "!=", False)])
        for values in ({"team": team.id, "category": ""}, {"team": "", "category": cause.id}):
            self.url_open(
                "/submitted/ticket",
                data={
                    "subject": "Mine", "description": "x",
                    "csrf_token": Request.csrf_token(self), **values,
                },
            )  # fmt: skip
        after = self.env["helpdesk.ticket"].search_count([("crm_kind", "!=", False)])
        self.assertEqual(before, after)
        self.assertFalse(
            self.env["helpdesk.ticket"].search([("category_id", "=", cause.id)], limit=1)
        )

    def test_a_mail_to_the_customer_has_no_button(self):
        groups = self.ours._notify_get_recipients_groups(
            self.env["mail.message"], "Ticket", {"author_id": self.env.user.partner_id.id}
        )
        for name, _who, data in groups:
            if name in ("portal", "portal_customer", "customer"):
                self.assertFalse(data.get("has_button_access"))
