"""Who belongs to which dealer, how that changes, and that a changed right holds at once."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import DealerCommon


class IsolationCase(DealerCommon):
    def _sees(self, login, *records):
        """Whether the user finds and may read each of ``records``; all or none."""
        found = set()
        for record in records:
            seen = self._as(login, record)
            found.add(bool(seen.search([("id", "=", record.id)])))
            found.add(seen.has_access("read"))
        self.assertEqual(len(found), 1, f"{login} sees a part of {records}")
        return found.pop()


@tagged("post_install", "-at_install")
class TestNetworkScope(IsolationCase):
    """A changed right holds at once, from whichever side it is changed (design rule 0)."""

    def setUp(self):
        super().setUp()
        # Evaluated and cached before every change.
        self.assertTrue(self._sees("sales_a", self.customer_a))
        self.assertFalse(self._sees("sales_b", self.customer_a))

    def test_user_side(self):
        user = self.users["sales_b"]
        user.write({"dealer_ids": [Command.link(self.dealer_a.id)]})
        self.assertTrue(self._sees("sales_b", self.customer_a, self.customer_b))
        user.dealer_ids -= self.dealer_a
        self.assertFalse(self._sees("sales_b", self.customer_a))
        self.assertTrue(self._sees("sales_b", self.customer_b))

    def test_dealer_side(self):
        user = self.users["sales_b"]
        dealer = self.dealer_a.with_user(self.users["oem"])
        dealer.write({"user_ids": [Command.link(user.id)]})
        self.assertIn(dealer, user.dealer_ids)
        self.assertTrue(self._sees("sales_b", self.customer_a))
        dealer.write({"user_ids": [Command.unlink(user.id)]})
        self.assertNotIn(dealer, user.dealer_ids)
        self.assertFalse(self._sees("sales_b", self.customer_a))

    def test_dealer_created_with_staff(self):
        user = self.users["sales_b"]
        dealer = self.env["crm.dealer"].create(
            {"name": "C", "code": "T-C", "user_ids": [Command.set(user.ids)]}
        )
        self.assertTrue(self._sees("sales_b", self._customer(dealer)))

    def test_manager_is_staff(self):
        self.dealer_a.manager_id = self.users["sales_b"]
        self.assertTrue(self._sees("sales_b", self.customer_a))
        dealer = self.env["crm.dealer"].create(
            {"name": "C", "code": "T-C", "manager_id": self.users["sales_b"].id}
        )
        self.assertTrue(self._sees("sales_b", self._customer(dealer)))

    def test_archived_dealer(self):
        self.dealer_a.action_archive()
        self.assertFalse(self._sees("sales_a", self.customer_a))
        self.assertTrue(self._sees("oem", self.customer_a))
        self.dealer_a.action_unarchive()
        self.assertTrue(self._sees("sales_a", self.customer_a))

    def test_deleted_dealer(self):
        dealer = self.env["crm.dealer"].create(
            {"name": "C", "code": "T-C", "user_ids": [Command.set(self.users["sales_b"].ids)]}
        )
        self._as("sales_b", self.env["res.partner"]).search_count([])
        dealer.unlink()
        self.assertEqual(self.users["sales_b"].dealer_ids, self.dealer_b)

    def test_role_given_and_taken(self):
        clerk, group = self.users["clerk"], self.env.ref("crm_dealer_grading.group_dealer_user")
        self.assertTrue(self._sees("clerk", self.customer_a))
        clerk.group_ids += group
        self.assertFalse(self._sees("clerk", self.customer_a))
        clerk.group_ids -= group
        self.assertTrue(self._sees("clerk", self.customer_a))
        group.write({"user_ids": [Command.link(clerk.id)]})
        self.assertFalse(self._sees("clerk", self.customer_a))
        group.write({"user_ids": [Command.unlink(clerk.id)]})
        self.assertTrue(self._sees("clerk", self.customer_a))

    def test_role_by_implication(self):
        """A group that comes to imply the dealer role scopes its members."""
        group = self.env["res.groups"].create({"name": "Test"})
        self.users["clerk"].group_ids += group
        self.assertTrue(self._sees("clerk", self.customer_a))
        dealer = self.env.ref("crm_dealer_grading.group_dealer_user")
        group.implied_ids += dealer
        self.assertFalse(self._sees("clerk", self.customer_a))
        group.implied_ids -= dealer
        self.assertTrue(self._sees("clerk", self.customer_a))

    def test_no_dealer_no_customers(self):
        everyone = self._customer(None)
        self.assertFalse(self._sees("homeless", self.customer_a, self.customer_b))
        self.assertTrue(self._sees("homeless", everyone))
        dealers = self._as("homeless", self.env["res.partner"])._read_group([], ["dealer_id"])
        self.assertEqual(dealers, [(self.env["crm.dealer"],)])

    def test_no_oem_role_implies_a_dealer_role(self):
        dealer = self.env.ref("crm_dealer_grading.group_dealer_user")
        for name in ("credit_controller", "call_centre", "oem_auditor", "oem_manager"):
            group = self.env.ref(f"crm_dealer_grading.group_{name}")
            self.assertNotIn(dealer, group.all_implied_ids, name)

    def test_a_dealer_role_scopes_whatever_else(self):
        self.users["oem"].group_ids += self.env.ref("crm_dealer_grading.group_dealer_user")
        self.assertFalse(self._sees("oem", self.customer_a))

    def test_user_cannot_widen_the_own_scope(self):
        for login in ("sales_b", "greedy_b"):
            me = self._as(login, self.users[login])
            with self.assertRaises(AccessError):
                me.write({"dealer_ids": [Command.link(self.dealer_a.id)]})
            with self.assertRaises(AccessError):
                self._as(login, self.dealer_a).write({"user_ids": [Command.link(me.id)]})


@tagged("post_install", "-at_install")
class TestNetworkCustomers(IsolationCase):
    def test_contacts_follow_their_company(self):
        company = self._customer(self.dealer_a, name="Test Company", is_company=True)
        contact = self.env["res.partner"].create({"name": "C", "parent_id": company.id})
        self.assertEqual(contact.dealer_id, self.dealer_a)
        deeper = self.env["res.partner"].create({"name": "D", "parent_id": contact.id})
        self.assertEqual(deeper.dealer_id, self.dealer_a)
        company.dealer_id = self.dealer_b
        self.assertEqual((contact | deeper).dealer_id, self.dealer_b)
        company.serving_dealer_ids = self.dealer_a
        self.assertEqual(contact.serving_dealer_ids, self.dealer_a)
        company.dealer_id = False
        self.assertFalse(contact.dealer_id)
        # A contact has no dealer of its own.
        contact.dealer_id = self.dealer_a
        self.assertFalse(contact.dealer_id)
        contact.serving_dealer_ids = self.dealer_b
        self.assertEqual(contact.serving_dealer_ids, self.dealer_a)

    def test_contact_moves(self):
        first = self._customer(self.dealer_a, is_company=True)
        second = self._customer(None, is_company=True, serving_dealer_ids=self.dealer_b.ids)
        contact = self._customer(self.dealer_b, parent_id=first.id)
        self.assertEqual(contact.dealer_id, self.dealer_a)
        contact.parent_id = second
        self.assertFalse(contact.dealer_id, "a company without a dealer has contacts without")
        self.assertEqual(contact.serving_dealer_ids, self.dealer_b)
        contact.parent_id = first
        contact.parent_id = False
        self.assertEqual(contact.dealer_id, self.dealer_a, "keeps the dealer when it leaves")

    def test_subsidiary_is_a_customer_of_its_own(self):
        company = self._customer(self.dealer_a, is_company=True)
        branch = self._customer(self.dealer_b, is_company=True, parent_id=company.id)
        self.assertEqual(branch.dealer_id, self.dealer_b)
        branch.is_company = False
        self.assertEqual(branch.dealer_id, self.dealer_a)

    def test_imported_contacts(self):
        company = self._customer(self.dealer_a, is_company=True)
        result = self.env["res.partner"].load(
            ["name", "parent_id/.id"], [["Imported", str(company.id)]]
        )
        self.assertEqual(self.env["res.partner"].browse(result["ids"]).dealer_id, self.dealer_a)

    def test_default_dealer(self):
        created = self._as("sales_b")["res.partner"].create({"name": "New"})
        self.assertEqual(created.dealer_id, self.dealer_b)
        for login in ("clerk", "oem", "agent"):
            env = self._as(login)
            if env["res.partner"].has_access("create"):
                self.assertFalse(env["res.partner"].create({"name": "New"}).dealer_id, login)
        self.assertFalse(self._as("homeless")["res.partner"].create({"name": "New"}).dealer_id)

    def test_contact_of_a_shared_company(self):
        """Staff who add a contact to a company without a dealer do not take it away from others."""
        shared = self._customer(None, is_company=True)
        contact = self._as("sales_b")["res.partner"].create({"name": "C", "parent_id": shared.id})
        self.assertFalse(contact.dealer_id)

    def test_two_dealers(self):
        user = new_test_user(
            self.env,
            login="both",
            groups="crm_dealer_grading.group_dealer_user",
            context={"no_reset_password": True},
            dealer_ids=(self.dealer_a | self.dealer_b).ids,
        )
        self.users["both"] = user
        other = self.env["crm.dealer"].create({"name": "C", "code": "T-C"})
        self.assertTrue(self._sees("both", self.customer_a, self.customer_b))
        self.assertFalse(self._sees("both", self._customer(other)))
        lead = self._as("both")["crm.lead"].create(
            {"name": "x", "partner_id": self.customer_b.id, "user_id": user.id}
        )
        self.assertEqual(lead.dealer_id, self.dealer_b, "the customer's own, as it is theirs too")
        self._as("both", self.customer_a).dealer_id = self.dealer_b
        self.assertFalse(self._sees("sales_a", self.customer_a))

    def test_home_dealer_is_not_for_the_taking(self):
        """Dealers' staff give customers to own dealers only, and only own ones."""
        mine = self._as("greedy_b", self.customer_b)
        with self.assertRaises(AccessError):
            mine.dealer_id = self.dealer_a
        with self.assertRaises(AccessError):
            mine.dealer_id = False
        mine.write({"dealer_id": self.dealer_b.id, "phone": "1"})
        served = self.customer_a
        served._serve_by(self.dealer_b)
        served = self._as("greedy_b", served)
        served.phone = "2"
        with self.assertRaises(AccessError):
            served.dealer_id = self.dealer_b
        with self.assertRaises(AccessError):
            served.serving_dealer_ids = [Command.clear()]
        free = self._customer(None)
        self._as("sales_b", free).write({"dealer_id": False, "phone": "3"})
        self._as("sales_b", free).dealer_id = self.dealer_b
        self.assertEqual(free.dealer_id, self.dealer_b)

    def test_moving_to_another_dealer(self):
        """The customer and what is open move; what was done stays where it was done."""
        company = self._customer(self.dealer_a, is_company=True)
        contact = self._customer(None, parent_id=company.id)
        open_lead, won = self._lead(contact), self._lead(company)
        won.action_set_won()
        elsewhere = self._lead(
            company, dealer_id=self.env["crm.dealer"].create({"name": "C", "code": "T-C"}).id
        )
        order = self._order(contact)
        self._as("oem", company).dealer_id = self.dealer_b
        self.assertTrue(self._sees("sales_b", company, contact, open_lead))
        self.assertFalse(self._sees("sales_a", company, contact, open_lead))
        self.assertEqual((won | order.opportunity_id).dealer_id, self.dealer_a)
        self.assertEqual(order.dealer_id, self.dealer_a)
        self.assertEqual(elsewhere.dealer_id.code, "T-C")
        self.assertFalse(self._sees("manager_a", company))
        self.assertTrue(self._sees("manager_a", order, won))

    def test_old_dealer_opens_the_own_order_of_a_moved_customer(self):
        order = self._order(self.customer_a)
        self._as("oem", self.customer_a).dealer_id = self.dealer_b
        self.env.invalidate_all()
        order = self._as("manager_a", order)
        names = ("name", "partner_id", "partner_invoice_id", "dealer_id", "tax_totals")
        values = order.web_read({name: {} for name in names})[0]
        self.assertEqual(values["dealer_id"], self.dealer_a.id)
        order.message_post(body="Still ours")

    def test_serving_dealer(self):
        served = self._as("sales_b", self.customer_a)._serve_by(self.dealer_b)
        self.assertEqual(served, self.customer_a)
        self.assertTrue(self._sees("sales_b", self.customer_a))
        self.assertTrue(self._sees("sales_a", self.customer_a))
        self.assertEqual(self.customer_a.dealer_id, self.dealer_a)
        trace = self.customer_a.message_ids[0]
        self.assertIn("Test Dealer B", trace.body)
        self.assertIn(self.users["sales_b"].name, trace.body)
        self.assertEqual(trace.author_id, self.users["sales_b"].partner_id)
        again = self._as("sales_b", self.customer_a)._serve_by(self.dealer_b)
        self.assertFalse(again, "one link, one trace")

    def test_serving_a_contact_serves_its_company(self):
        company = self._customer(self.dealer_a, is_company=True)
        contact = self._customer(None, parent_id=company.id)
        self._as("sales_b", contact)._serve_by(self.dealer_b)
        self.assertTrue(self._sees("sales_b", company, contact))

    def test_serving_is_for_own_dealers(self):
        for login in ("sales_b", "homeless"):
            with self.assertRaises(AccessError):
                self._as(login, self.customer_b)._serve_by(self.dealer_a)

    def test_documents_of_a_served_customer(self):
        """The dealer that does the work, not the customer's home."""
        lead_a, order_a = self._lead(self.customer_a), self._order(self.customer_a)
        self.customer_a._serve_by(self.dealer_b)
        self.assertFalse(self._sees("greedy_b", lead_a))
        self.assertFalse(self._sees("greedy_b", order_a))
        env = self._as("sales_b")
        lead = env["crm.lead"].create(
            {"name": "x", "partner_id": self.customer_a.id, "user_id": env.uid}
        )
        order = env["sale.order"].create(
            {
                "partner_id": self.customer_a.id,
                "order_line": [Command.create({"product_id": self.product.id})],
            }
        )
        self.assertEqual((lead.dealer_id, order.dealer_id), (self.dealer_b, self.dealer_b))
        self.assertEqual(order.order_line.dealer_id, self.dealer_b)
        order.action_confirm()
        invoice = order.sudo()._create_invoices()
        self.assertEqual(invoice.dealer_id, self.dealer_b)
        self.assertEqual(invoice.line_ids.dealer_id, self.dealer_b)
        self.assertFalse(self._sees("manager_a", order))

    def test_documents_made_by_others(self):
        """Whoever has no scope works for the customer's home dealer."""
        for login in ("clerk", "oem"):
            env = self._as(login)
            lead = env["crm.lead"].create({"name": "x", "partner_id": self.customer_b.id})
            self.assertEqual(lead.dealer_id, self.dealer_b, login)
            self.assertFalse(env["crm.lead"].create({"name": "x"}).dealer_id, login)
            self.assertFalse(self._lead(self._customer(None)).dealer_id)

    def test_prospect_given_to_a_salesperson(self):
        """A lead of nobody's customer belongs to the dealer whose salesperson gets it."""
        lead = self._as("oem")["crm.lead"].create({"name": "x", "user_id": False})
        self.assertFalse(lead.dealer_id)
        lead.user_id = self.users["sales_b"]
        self.assertEqual(lead.dealer_id, self.dealer_b)
        lead.user_id = self.users["clerk"]
        self.assertEqual(lead.dealer_id, self.dealer_b)
        lead.user_id = self.users["sales_a"]
        self.assertEqual(lead.dealer_id, self.dealer_a)

    def test_lead_becomes_a_customer_of_its_dealer(self):
        lead = self._lead(None, dealer_id=self.dealer_b.id, contact_name="New", partner_name=False)
        self._as("oem", lead)._handle_partner_assignment(create_missing=True)
        self.assertEqual(lead.partner_id.dealer_id, self.dealer_b)
        order = self.env["sale.order"].create(
            {"partner_id": self.customer_a.id, "opportunity_id": lead.id}
        )
        self.assertEqual(order.dealer_id, self.dealer_b, "an order follows its lead")

    def test_refund_stays_with_the_dealer(self):
        invoice = self._invoice(self.customer_a, post=True)
        self.customer_a.dealer_id = self.dealer_b
        refund = invoice._reverse_moves()
        self.assertEqual(refund.dealer_id, self.dealer_a)


@tagged("post_install", "-at_install")
class TestNetworkOthers(IsolationCase):
    """Who has no dealer role is not restricted, and nobody loses sight of colleagues."""

    def _own_rules(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "crm_dealer_grading"), ("model", "=", "ir.rule")]
        )
        return self.env["ir.rule"].browse(data.mapped("res_id"))

    def test_rules_are_empty_for_everybody_else(self):
        portal = new_test_user(self.env, "visitor", groups="base.group_portal")
        public = self.env.ref("base.public_user")
        others = [self.users[login] for login in ("clerk", "oem", "agent", "credit")]
        rules = self._own_rules().filtered(
            lambda rule: not rule.groups and "dealer" in rule.domain_force
        )
        self.assertGreater(len(rules), 15)
        for user in (*others, portal, public, self.env.ref("base.user_admin")):
            context = rules.with_user(user)._eval_context()
            for rule in rules:
                with self.subTest(user=user.login, rule=rule.name):
                    domain = Domain(safe_eval(rule.domain_force, context))
                    self.assertTrue(domain.is_true())

    def test_every_isolation_rule_is_global(self):
        for rule in self._own_rules().filtered(lambda r: "dealer_scoped" in r.domain_force):
            self.assertFalse(rule.groups, rule.name)
            self.assertTrue(all(rule[f"perm_{mode}"] for mode in rule._MODES), rule.name)

    def test_clerk_counts_what_bare_odoo_shows(self):
        self._lead(self.customer_a)
        self._order(self.customer_b)
        self.env.flush_all()
        for name in ("res.partner", "crm.lead", "sale.order", "sale.order.line", "sale.report"):
            model = self.env[name].with_context(active_test=False)
            companies = [("company_id", "in", [False, self.env.company.id])]
            with self.subTest(model=name):
                self.assertEqual(
                    self._as("clerk", model).search_count([]),
                    model.sudo().search_count(companies),
                )

    def test_clerk_edits_customers_of_dealers(self):
        self.users["clerk"].group_ids += self.env.ref("base.group_partner_manager")
        customer = self._as("clerk", self.customer_a)
        customer.phone = "1"
        customer.message_post(body="Test")
        lead = self._as("clerk", self._lead(self.customer_b))
        lead.write({"partner_id": self.customer_a.id, "dealer_id": False})

    def test_portal_user_is_not_scoped(self):
        portal = new_test_user(self.env, "owner", groups="base.group_portal")
        portal.partner_id.dealer_id = self.dealer_a
        order = self._order(portal.partner_id)
        order.message_subscribe(portal.partner_id.ids)
        self.assertEqual(order.dealer_id, self.dealer_a)
        self.assertTrue(order.with_user(portal).read(["name"]))
        self.assertTrue(portal.partner_id.with_user(portal).read(["name"]))
        self.assertTrue(self._sees("sales_a", portal.partner_id))
        self.assertFalse(self._sees("sales_b", portal.partner_id))

    def test_colleagues_and_companies_stay_in_sight(self):
        colleague = self.users["sales_a"].partner_id
        company = self.env.company.partner_id
        # Even where somebody gave them a dealer.
        (colleague | company).dealer_id = self.dealer_a
        self.assertTrue(self._sees("sales_b", colleague, company))
        env = self._as("sales_b")
        self.assertTrue(env["res.users"].browse(self.users["sales_a"].id).read(["avatar_128"]))
        self.assertTrue(colleague.with_env(env).read(["avatar_128", "email"]))
        self.assertIn(
            colleague.id,
            [p["id"] for p in env["res.partner"].get_mention_suggestions("sales_a")["res.partner"]],
        )

    def test_own_preferences_and_chatter(self):
        me = self._as("sales_b", self.users["sales_b"])
        me.write({"signature": "<p>B</p>", "phone": "123"})
        self.assertEqual(me.read(["dealer_ids", "signature"])[0]["dealer_ids"], self.dealer_b.ids)
        me.get_views([(self.env.ref("base.view_users_form_simple_modif").id, "form")])
        customer = self._as("sales_b", self.customer_b)
        message = customer.message_post(
            body="Hello", partner_ids=self.users["sales_a"].partner_id.ids
        )
        self.assertTrue(message.read(["body", "author_id"]))
        self.assertTrue(customer.message_ids)
        customer.activity_schedule("mail.mail_activity_data_todo", user_id=me.id)


@tagged("post_install", "-at_install")
class TestNetworkCompanies(IsolationCase):
    """A dealer may be a company of its own (spec §0)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company_b = cls.env["res.company"].create({"name": "Test Company B"})
        cls.dealer_b.company_id = cls.company_b
        cls.both = cls.env.company | cls.company_b
        (cls.users["sales_a"] | cls.users["sales_b"] | cls.users["oem"]).write(
            {"company_ids": [Command.set(cls.both.ids)]}
        )
        cls.users["sales_b"].company_id = cls.company_b

    def test_scope_holds_in_every_company(self):
        for companies in (self.env.company, self.company_b, self.both):
            for login, own, foreign in (
                ("sales_a", self.customer_a, self.customer_b),
                ("sales_b", self.customer_b, self.customer_a),
            ):
                model = self._as(login)["res.partner"].with_context(
                    allowed_company_ids=companies.ids
                )
                found = model.search([("id", "in", (own | foreign).ids)])
                self.assertEqual(found, own, (login, companies.mapped("name")))

    def test_dealers_of_other_companies_are_not_listed(self):
        found = self._as("clerk", self.env["crm.dealer"]).search([("code", "like", "T-")])
        self.assertEqual(found, self.dealer_a)
        dealers = self._as("oem", self.env["crm.dealer"]).with_context(
            allowed_company_ids=self.both.ids
        )
        self.assertEqual(dealers.search_count([("code", "like", "T-")]), 2)

    def test_clerk_reads_a_customer_of_another_company_s_dealer(self):
        customer = self._as("clerk", self.customer_b)
        self.env.invalidate_all()
        self.assertEqual(
            customer.web_read({"dealer_id": {"fields": {"display_name": {}}}})[0]["dealer_id"][
                "display_name"
            ],
            self.dealer_b.name,
        )
        order = self._as("clerk")["sale.order"].create({"partner_id": self.customer_b.id})
        self.assertTrue(order.read(["dealer_id", "dealer_region_id"]))

    def test_default_dealer_of_the_company(self):
        user = self.users["sales_a"]
        user.dealer_ids |= self.dealer_b
        env = self._as("sales_a")
        partners = env["res.partner"]
        self.assertEqual(partners.create({"name": "x"}).dealer_id, self.dealer_a)
        self.assertEqual(
            partners.with_company(self.company_b).create({"name": "x"}).dealer_id, self.dealer_b
        )

    def test_document_of_another_company(self):
        """An order that company B writes for A's customer is B's dealer's work."""
        self.customer_a.dealer_id.company_id = self.env.company
        orders = self.env["sale.order"].with_context(allowed_company_ids=self.both.ids)
        order = orders.create({"partner_id": self.customer_a.id, "company_id": self.company_b.id})
        self.assertEqual(order.dealer_id, self.dealer_b)
        order = orders.create({"partner_id": self.customer_a.id})
        self.assertEqual(order.dealer_id, self.dealer_a)
