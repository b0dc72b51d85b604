"""Ways around a rule: followers, meetings, duplicates, reports; and what roles may open."""

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.mail.tools.discuss import Store

from .common_network import STRANGERS, AccessCase

# Models that staff may read and that name a customer, and why no rule of ours is on them.
EXEMPT = {
    "crm.dealer",  # the dealer's own contact card
    "discuss.channel.member",  # core's rule: of the conversations that the user may join
    "fleet.vehicle.model",  # vendors
    "mail.message",  # access follows the document
    "mail.scheduled.message",  # core: found only by who may post on the document
    "product.supplierinfo",  # vendors
    "res.company",  # own companies
    "res.users",  # inherits the rules of its contact
    "res.users.settings.volumes",  # core's rule: the user's own
    "account.analytic.distribution.model",  # configuration
    "account.bank.statement.line",  # inherits the rules of its journal entry
    "account.partial.reconcile",  # exchange differences
    "account.reconcile.model",  # configuration
    "account.reconcile.model.line",  # configuration
    "rating.rating",  # of our tickets: the club's rule, by the ticket that is rated
    "snailmail.letter",  # optional addon of core
}


@tagged("post_install", "-at_install")
class TestNetworkLeaks(AccessCase):
    def test_followers(self):
        self.lead_a.message_subscribe(self.customer_a.ids)
        followers = self._as("greedy_b", self.env["mail.followers"])
        self.assertFalse(followers.search([("partner_id", "=", self.customer_a.id)]))

    def test_notifications(self):
        """Whom a message went to, and the e-mail address: core lets all staff read it."""
        self.customer_a.email = "a@example.com"
        for record in (self.customer_a, self.lead_a):
            record.message_post(body="Hello", partner_ids=self.customer_a.ids)
        domain = [("res_partner_id", "=", self.customer_a.id)]
        for login in STRANGERS:
            found = self._as(login, self.env["mail.notification"])
            self.assertFalse(found.search_read(domain, ["mail_email_address"]), login)
        for login in ("sales_a", "clerk", "oem"):
            found = self._as(login, self.env["mail.notification"])
            self.assertEqual(found.search_count(domain), 2, login)

    def test_chatter_of_a_customer_who_moved(self):
        """The old dealer opens the own order although the customer was notified there."""
        message = self.order_a.message_post(body="Hello", partner_ids=self.customer_a.ids)
        self._as("oem", self.customer_a).dealer_id = self.dealer_b
        self.env.invalidate_all()
        order = self._as("manager_a", self.order_a)
        order.message_post(body="Still ours")
        order.web_read({"message_ids": {}, "message_follower_ids": {}})
        store = Store()
        store.add(message.with_env(order.env))
        self.assertNotIn("Test Customer A", str(store.get_result()["mail.notification"]))
        message.with_env(order.env)._message_notifications_to_store(Store())

    def test_calendar_filters(self):
        self.env["calendar.filters"].create(
            {"user_id": self.users["sales_a"].id, "partner_id": self.customer_a.id}
        )
        domain = [("partner_id", "=", self.customer_a.id)]
        for login, expected in (("greedy_b", 0), ("sales_a", 1), ("clerk", 1)):
            filters = self._as(login, self.env["calendar.filters"])
            self.assertEqual(filters.search_count(domain), expected, login)

    def test_recipients_and_followers_by_guessed_id(self):
        """An own record is no way to write to a foreign customer or to learn the name."""
        own = self._as("greedy_b", self.customer_b)
        for guess in (self.customer_a.ids, (self.customer_a | self.customer_b).ids):
            with self.assertRaises(AccessError):
                own.message_post(body="Hello", partner_ids=guess)
            with self.assertRaises(AccessError):
                own.message_subscribe(guess)
            with self.assertRaises(AccessError):
                own.message_notify(body="Hello", partner_ids=guess)
            with self.assertRaises(AccessError):
                own.env["mail.thread"].message_notify(body="Hello", partner_ids=guess)
        own.message_post(body="Hello", partner_ids=self.customer_b.ids)
        own.message_notify(body="Hello", partner_ids=self.customer_b.ids)
        self._as("clerk", self.customer_b).message_post(
            body="Hello", partner_ids=self.customer_a.ids
        )

    def test_meetings_without_foreign_customers(self):
        """Colleagues' diaries stay useful: only meetings with others' customers are hidden."""
        colleague = self.users["sales_a"]
        meeting = self.env["calendar.event"].create(
            {
                "name": "Training",
                "start": "2026-01-05 09:00:00",
                "stop": "2026-01-05 10:00:00",
                "user_id": colleague.id,
                "partner_ids": [Command.set(colleague.partner_id.ids)],
            }
        )
        self.assertTrue(self._as("sales_b", meeting).read(["name"]))
        meeting.opportunity_id = self.lead_a
        self.assertFalse(self._as("sales_b", meeting).has_access("read"))
        meeting.partner_ids = self.users["sales_b"].partner_id
        self.assertTrue(self._as("sales_b", meeting).read(["name"]), "invited")
        self.assertTrue(self._as("clerk", self.meeting_a).read(["name"]))
        self.assertTrue(self._as("sales_a", self.meeting_a).read(["name"]))

    def test_duplicates_of_foreign_customers_are_not_named(self):
        self.customer_a.write({"vat": "BE0477472701", "company_registry": "0477472701"})
        for login, expected in (("sales_b", False), ("clerk", True)):
            partner = self._customer(
                self.dealer_b, vat="BE0477472701", company_registry="0477472701"
            )
            partner = self._as(login, partner)
            self.assertEqual(bool(partner.same_vat_partner_id), expected, login)
            self.assertEqual(bool(partner.same_company_registry_partner_id), expected, login)
            partner.sudo().unlink()

    def test_duplicates_of_foreign_leads_are_not_counted(self):
        """Core shows leads of the same phone, e-mail or customer with all rights."""
        same = {"phone": "+32470121212", "email_from": "x@secret-company.example"}
        self.lead_a.write(same)
        for login, expected in (("sales_b", 1), ("greedy_b", 1), ("clerk", 2), ("oem", 2)):
            user = self.users[login]
            own = self._lead(self.customer_b, user_id=user.id, **same)
            other = self._lead(self.customer_b, user_id=user.id, **same)
            self.env.flush_all()
            self.env.invalidate_all()
            lead = self._as(login, own)
            self.assertEqual(lead.duplicate_lead_count, expected, login)
            self.assertIn(other, lead.duplicate_lead_ids)
            self.assertEqual(self.lead_a in lead.duplicate_lead_ids, expected == 2, login)
            new = self._as(login)["crm.lead"].new({"name": "x", **same})
            self.assertEqual(new.duplicate_lead_count, expected + 1, login)
            (own | other).unlink()

    # -- nothing forgotten -----------------------------------------------------------------------

    def test_every_model_that_names_a_customer_has_a_rule(self):
        """A new model, ours or an addon's, that staff may read and that names a customer."""
        sources = {"res.partner", "crm.lead", "sale.order", "account.move", "crm.vehicle"}
        sources.add("crm.service.visit")
        groups = self.users["greedy_b"].all_group_ids
        Access, Rule = self.env["ir.model.access"], self.env["ir.rule"]
        ruled = Rule.search([("domain_force", "like", "dealer_scoped"), ("groups", "=", False)])
        readable = Access.search(
            [("perm_read", "=", True), ("group_id", "in", [False, *groups.ids])]
        ).model_id
        missing = []
        for name in set(readable.mapped("model")) - set(ruled.model_id.mapped("model")) - EXEMPT:
            model = self.env.get(name)
            if model is None or model._transient or model._abstract:
                continue
            missing += [
                f"{name}.{field.name}"
                for field in model._fields.values()
                if field.store and field.type == "many2one" and field.comodel_name in sources
            ]
        self.assertFalse(missing)

    # -- reports --------------------------------------------------------------------------------

    def test_reports(self):
        done = self.lead_a.activity_schedule(
            "mail.mail_activity_data_call", user_id=self.users["sales_a"].id
        )
        done.action_feedback("done")
        self.env.flush_all()
        for name, field, value in (
            ("sale.report", "order_reference", f"sale.order,{self.order_a.id}"),
            ("account.invoice.report", "move_id", self.invoice_a.id),
            ("crm.activity.report", "lead_id", self.lead_a.id),
        ):
            domain = [(field, "=", value)]
            rows = self.env[name].search(domain)
            self.assertTrue(rows, name)
            self.assertEqual(rows.dealer_id, self.dealer_a, name)
            self.assertEqual(rows[0].dealer_region_id, self.region_north, name)
            for login in STRANGERS:
                with self.subTest(login=login, model=name):
                    report = self._as(login, self.env[name])
                    if not report.has_access("read"):
                        continue
                    self.assertFalse(report.search(domain))
                    self.assertFalse(report._read_group(domain, ["dealer_id"], ["__count"]))
            self.assertTrue(self._as("oem", self.env["sale.report"]).search_count([]))

    def test_counters_of_a_foreign_dealer(self):
        self.env.flush_all()
        dealer = self._as("greedy_b", self.dealer_a)
        self.assertEqual((dealer.customer_count, dealer.lead_count, dealer.order_count), (0, 0, 0))
        dealer = self._as("oem", self.dealer_a)
        self.assertEqual((dealer.customer_count, dealer.lead_count, dealer.order_count), (1, 1, 1))

    # -- auditors --------------------------------------------------------------------------------

    def test_auditor_reads_and_never_edits(self):
        """Also with Contacts and Sales rights; a contact without a dealer stays editable."""
        auditor = self.users["auditor"]
        auditor.group_ids = [
            Command.link(self.env.ref(group).id)
            for group in ("base.group_partner_manager", "sales_team.group_sale_manager")
        ]
        self.assertTrue(auditor.dealer_read_only)
        for name in ("res.partner", "crm.lead", "sale.order"):
            record = self._as("auditor", self.foreign[name])
            with self.subTest(model=name):
                self.assertTrue(record.read(["display_name", "dealer_id"]))
                with self.assertRaises(AccessError):
                    record.write({"user_id": auditor.id})
                with self.assertRaises(AccessError):
                    record.unlink()
                with self.assertRaises(AccessError):
                    record.message_post(body="Test")
        with self.assertRaises(AccessError):
            self._as("auditor")["crm.lead"].create({"name": "x", "dealer_id": self.dealer_a.id})
        self._as("auditor", self._customer(None)).write({"phone": "+32 2 123 45 67"})

    def test_read_only_is_for_auditors_alone(self):
        for login, expected in {
            "auditor": True,
            "oem": False,
            "agent": False,
            "credit": False,
            "clerk": False,
            "sales_a": False,
        }.items():
            self.assertEqual(self.users[login].dealer_read_only, expected, login)
        self.assertTrue(self._as("oem", self.customer_a).write({"phone": "1"}))
        self.assertTrue(self._as("agent", self.customer_a).write({"phone": "2"}))

    def test_roles_across_dealers_read_all(self):
        for login in ("oem", "auditor", "agent", "credit", "clerk"):
            for name in ("res.partner", "crm.lead", "sale.order", "sale.order.line"):
                with self.subTest(login=login, model=name):
                    record = self._as(login, self.foreign[name])
                    self.assertTrue(record.read(["display_name"]))
                    self.assertEqual(record.search([("id", "=", record.id)]), record)

    def test_forms_open_for_every_role(self):
        """Each field of the forms that a role gets, read as the web client reads it."""
        records = {
            "res.partner": "base.view_partner_form",
            "crm.lead": "crm.crm_lead_view_form",
            "sale.order": "sale.view_order_form",
            "crm.dealer": "crm_dealer_grading.crm_dealer_view_form",
            "fleet.vehicle.model": "fleet.fleet_vehicle_model_view_form",
        }
        model = self.foreign["crm.vehicle"].model_id
        others = {"crm.dealer": self.dealer_a, "fleet.vehicle.model": model}
        for login in ("sales_a", "manager_a", "oem", "auditor", "agent", "credit"):
            for name, view in records.items():
                record = others.get(name) or self.foreign[name]
                with self.subTest(login=login, model=name):
                    self._open_form(self._as(login, record), view)
            catalogue = self._as(login, model)
            with self.subTest(login=login, view="list of models"):
                self._read_view(catalogue, "fleet.fleet_vehicle_model_view_tree", "list")

    def _read_view(self, record, view, kind):
        record.env.invalidate_all()
        arch = record.get_view(self.env.ref(view).id, kind)["arch"]
        record.web_read(self._specification(record, etree.fromstring(arch)))

    def _open_form(self, record, view):
        self._read_view(record, view, "form")
        messages = record.env["mail.message"].search(
            [("model", "=", record._name), ("res_id", "=", record.id)]
        )
        messages.read(["body", "author_id", "date"])

    def _specification(self, record, node):
        """What the web client asks for: the fields of the view, with those of embedded lists."""
        specification = {}
        for child in node.iterchildren(etree.Element):
            if child.tag != "field":
                specification.update(self._specification(record, child))
                continue
            field = record._fields[child.get("name")]
            embedded = child.find("list")
            if embedded is None:
                shown = {"fields": {"display_name": {}}} if field.relational else {}
                specification[field.name] = shown
            else:
                comodel = record.env[field.comodel_name]
                specification[field.name] = {"fields": self._specification(comodel, embedded)}
        return specification
