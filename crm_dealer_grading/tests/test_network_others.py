"""Users without a dealer role notice nothing; dealers that are companies of their own."""

from odoo import Command
from odoo.fields import Domain
from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common_network import IsolationCase


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
        # A review is a reused addon's record, but one of an application is ours: hidden.
        reviews = self.env.ref("base_tier_validation.model_tier_review")
        rules = self._own_rules().filtered(
            lambda rule: not rule.groups
            and "dealer" in rule.domain_force
            and rule.model_id != reviews
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

    def test_clerk_duplicates_contacts_and_users(self):
        """What of them is the dealers' alone stays behind."""
        self.customer_a.write({"native_place": "Chengdu", "city": "Xi'an"})
        clerk = self.users["clerk"]
        clerk.group_ids += self.env.ref("base.group_partner_manager")
        copy = self._as("clerk", self.customer_a).copy({"name": "Copy"})
        self.assertEqual((copy.name, copy.city), ("Copy", "Xi'an"))
        self.assertFalse(copy.sudo().native_place)
        self.assertEqual(self.customer_a.copy().native_place, "Chengdu")
        clerk.group_ids += self.env.ref("base.group_erp_manager")
        self.assertTrue(self._as("clerk", self.users["sales_b"]).copy({"login": "second"}))

    def test_clerk_merges_contacts(self):
        self.users["clerk"].group_ids += self.env.ref("base.group_partner_manager")
        twins = self.env["res.partner"].create([{"name": "One", "email": "one@example.com"}] * 2)
        wizard = self._as("clerk", self.env["base.partner.merge.automatic.wizard"]).create({})
        wizard._merge(twins.ids, self._as("clerk", twins[0]))
        self.assertEqual(twins.exists(), twins[0])

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

    def test_region_path_in_the_language_of_the_user(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        below = self.env["crm.dealer.region"].create(
            {"name": "Test Bay", "parent_id": self.region_north.id}
        )
        below.with_context(lang="zh_CN").name = "湾区"
        self.region_north.with_context(lang="zh_CN").name = "北区"
        self.assertEqual(below.display_name, "Test North / Test Bay")
        chinese = below.with_context(lang="zh_CN")
        self.assertEqual(chinese.display_name, "北区 / 湾区")
        self.assertIn(below.id, dict(chinese.name_search("湾区")))
