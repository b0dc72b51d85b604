"""No many2one names a foreign customer: core reads its name with all rights."""

from odoo.tests import tagged

from .common_network import AccessCase

EVERYTHING = {"show_address": 1, "show_email": 1, "show_vat": 1}
LABEL = "Customer of another dealer"


@tagged("post_install", "-at_install")
class TestNetworkDisplay(AccessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer_a.write({"email": "a@example.com", "street": "Secret Street", "vat": "SECRET"})

    def _named(self, login, partner, **context):
        env = self._as(login)
        env.invalidate_all()
        wizard = env["base.partner.merge.automatic.wizard"].sudo(login not in STAFF)
        wizard = wizard.create({"dst_partner_id": partner.id}).with_context(**context)
        return wizard.read(["dst_partner_id"])[0]["dst_partner_id"][1]

    def test_wizard_with_a_guessed_id(self):
        for login in ("sales_b", "greedy_b", "homeless"):
            for context in ({}, EVERYTHING, {"formatted_display_name": 1, **EVERYTHING}):
                self.assertEqual(self._named(login, self.customer_a, **context), LABEL, login)
        contact = self._customer(None, parent_id=self.customer_a.id)
        self.assertEqual(self._named("sales_b", contact), LABEL)
        self.assertIn("Secret Street", self._named("sales_a", self.customer_a, **EVERYTHING))
        for login in ("sales_a", "clerk", "oem", "agent"):
            self.assertIn(self.customer_a.name, self._named(login, self.customer_a), login)

    def test_documents_in_wizards(self):
        """A lead is called after its customer; an order's name has it, where one asks for it."""
        show = {"sale_show_partner_name": 1}
        for login, shown in (("sales_b", False), ("greedy_b", False), ("oem", True)):
            self.env.invalidate_all()
            lead = self._as(login, self.lead_a).sudo()
            order = self._as(login, self.order_a).sudo().with_context(**show)
            self.assertEqual(lead.display_name, "Lead of A" if shown else LABEL, login)
            self.assertEqual("Test Customer A" in order.display_name, shown, login)
            self.assertIn(self.order_a.name, order.display_name)
        own = self._as("sales_b")["crm.lead"].new({"name": "New"})
        self.assertEqual(own.display_name, "New")

    def test_who_stays_named(self):
        colleague, free = self.users["sales_a"].partner_id, self._customer(None)
        colleague.dealer_id = self.dealer_a
        for partner in (self.customer_b, colleague, free, self.env.company.partner_id):
            self.assertIn(partner.name, self._named("sales_b", partner))
        self.customer_a._serve_by(self.dealer_b)
        self.assertIn(self.customer_a.name, self._named("sales_b", self.customer_a))

    def test_own_customer_of_another_company(self):
        """Not selected, and so out of reach, but no other dealer's."""
        self.customer_b.company_id = self.env["res.company"].create({"name": "Test Company B"})
        self.assertFalse(self._as("sales_b", self.customer_b).has_access("read"))
        self.assertIn(self.customer_b.name, self._named("sales_b", self.customer_b))

    def test_records_in_the_making(self):
        partners = self._as("sales_b")["res.partner"]
        self.assertEqual(partners.new({"name": "New"}).display_name, "New")
        self.assertFalse(partners.display_name)
        mine = partners.new({"name": "Changed"}, origin=self._as("sales_b", self.customer_b))
        self.assertEqual(mine.display_name, "Changed")
        mixed = partners.new({"name": "New"}) | self._as("sales_b", self.customer_a)
        self.assertEqual(mixed.sudo().mapped("display_name"), ["New", LABEL])

    def test_own_document_of_a_customer_who_moved(self):
        order = self._order(self.customer_a)
        self._as("oem", self.customer_a).dealer_id = self.dealer_b
        self.env.invalidate_all()
        order = self._as("manager_a", order).with_context(**EVERYTHING)
        self.assertEqual(order.read(["partner_id"])[0]["partner_id"][1], LABEL)
        shown = {"partner_id": {"fields": {"display_name": {}}}}
        self.assertEqual(order.web_read(shown)[0]["partner_id"]["display_name"], LABEL)
        # Mails and the superuser's work in the user's name keep the customer's own data.
        self.assertEqual(order.sudo().partner_id.name, self.customer_a.name)
        self.assertIn("a@example.com", order.sudo().partner_id.email_formatted)
        invoice = order.sudo()._create_invoices()
        self.assertEqual(invoice.invoice_partner_display_name, self.customer_a.name)

    def test_real_superuser(self):
        self.env.invalidate_all()
        for uid in (self.env.ref("base.user_root").id, self.env.ref("base.user_admin").id):
            partner = self.customer_a.with_user(uid)
            self.assertEqual(partner.display_name, "Test Customer A")
            self.assertEqual(partner.sudo().display_name, "Test Customer A")

    def test_one_and_a_hundred(self):
        partners = self.env["res.partner"].create(
            [
                {"name": f"T{number}", "dealer_id": dealer.id}
                for number in range(50)
                for dealer in (self.dealer_a, self.dealer_b)
            ]
        )
        costs = {}
        for login in ("sales_b", "clerk"):
            seen = self._as(login, partners).sudo()
            for records in (seen[:2], seen[:2], seen):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                records.mapped("display_name")
                costs[login, len(records)] = self.env.cr.sql_log_count - before
        self.assertEqual(costs["sales_b", 2], costs["sales_b", 100])
        self.assertEqual(costs["clerk", 2], costs["clerk", 100])
        self.assertLessEqual(costs["clerk", 100], 1)


STAFF = ("sales_a", "sales_b", "greedy_b", "homeless")
