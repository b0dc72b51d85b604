"""Which dealer a customer and its documents belong to, and what moves with them."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common_network import IsolationCase


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
