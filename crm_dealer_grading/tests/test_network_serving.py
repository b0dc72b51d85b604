"""A serving dealer works for another's customer and owns nothing of it."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common_network import IsolationCase


@tagged("post_install", "-at_install")
class TestNetworkServing(IsolationCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer_a._serve_by(cls.dealer_b)
        cls.contact_a = cls._customer(None, name="Contact of A", parent_id=cls.customer_a.id)
        cls.company_b = cls._customer(cls.dealer_b, name="Company of B", is_company=True)
        cls.vehicle_a = cls._vehicle(cls.customer_a)
        cls.vehicle_a.serving_dealer_ids = cls.dealer_b

    def _denied(self, record, vals):
        with self.assertRaises(AccessError, msg=f"{record} {vals}"), self.cr.savepoint():
            record.write(vals)

    def test_taking_a_customer_over(self):
        other = self.env["res.company"].create({"name": "Test Company B"})
        for login in ("sales_b", "greedy_b"):
            for customer in (self.customer_a, self.contact_a):
                mine = self._as(login, customer)
                for vals in (
                    {"parent_id": self.company_b.id},
                    {"is_company": not customer.is_company},
                    {"company_type": "person" if customer.is_company else "company"},
                    {"active": False},
                    {"company_id": other.id},
                ):
                    self._denied(mine, vals)
                with self.assertRaises(AccessError):
                    mine.action_archive()
            company = self._as(login, self.company_b)
            # Core writes lines with the rights of the one who began the transaction.
            with patch.object(self.env.transaction, "default_env", company.env):
                self._denied(company, {"child_ids": [Command.link(self.customer_a.id)]})
        self.assertEqual(self.customer_a.dealer_id, self.dealer_a)

    def test_what_a_serving_dealer_does(self):
        mine = self._as("sales_b", self.customer_a)
        mine.write(
            {"phone": "1", "email": "x@example.com", "parent_id": False, "active": True}
        )
        contact = mine.env["res.partner"].create({"name": "New", "parent_id": mine.id})
        self.assertEqual(contact.dealer_id, self.dealer_a)
        self._as("sales_b", self.vehicle_a).write({"color": "red", "mileage": 10})
        self._as("sales_a", self.customer_a).write({"is_company": True, "company_id": False})

    def test_another_salesperson_moves_no_lead(self):
        """The serving dealer's lead of A's customer stays where it is worked on (P2)."""
        lead = self._as("sales_b", self.env["crm.lead"]).create(
            {"name": "Of B", "type": "opportunity", "partner_id": self.customer_a.id}
        )
        typed = self._lead(self.customer_a, dealer_id=self.dealer_b.id)
        self.assertEqual((lead | typed).dealer_id, self.dealer_b)
        for login in ("oem", "sales_b", False):
            user = self.users[login] if login else self.env["res.users"]
            (lead | typed).sudo().user_id = user
            self._as("oem", lead).write({"user_id": self.users["greedy_b"].id})
            self._as("clerk", typed).write({"user_id": self.users["greedy_b"].id})
            self.env.flush_all()
            self.assertEqual((lead | typed).dealer_id, self.dealer_b, login)
        with Form(self._as("oem", typed)) as form:
            form.user_id = self.users["sales_b"]
            self.assertEqual(form.dealer_id, self.dealer_b)
        self.assertEqual(typed.dealer_id, self.dealer_b)
        # Another customer is another matter.
        typed.partner_id = self._customer(self.dealer_a)
        self.assertEqual(typed.dealer_id, self.dealer_a)

    def test_deleting(self):
        for login in ("greedy_b", "sales_b"):
            for record in (self.contact_a, self.customer_a, self.vehicle_a):
                with self.assertRaises(AccessError, msg=record), self.cr.savepoint():
                    self._as(login, record).unlink()
        self._as("sales_b", self._customer(self.dealer_b)).unlink()
        self._as("sales_b", self._customer(None)).unlink()
        self._as("oem", self._lead(self.customer_a)).unlink()
        self._as("manager_a", self._customer(self.dealer_a)).unlink()

    def test_vehicle_stays_with_its_dealer(self):
        mine = self._as("greedy_b", self.vehicle_a)
        company = self.env["res.company"].create({"name": "Test Company B"})
        for vals in (
            {"active": False},
            {"dealer_id": self.dealer_b.id},
            {"company_id": company.id},
            {"serving_dealer_ids": [Command.clear()]},
        ):
            self._denied(mine, vals)

    def test_merging(self):
        own = self._customer(self.dealer_b)
        wizards = self._as("greedy_b")["base.partner.merge.automatic.wizard"]
        for target in (own, self.customer_a):
            wizard = wizards.create(
                {"partner_ids": (own | self.customer_a).ids, "dst_partner_id": target.id}
            )
            with self.assertRaises(AccessError), self.cr.savepoint():
                wizard.action_merge()
        for other in (self.customer_a, self._customer(self.dealer_a)):
            with self.assertRaises(AccessError), self.cr.savepoint():
                wizards._merge((own | other).ids)
        both = own | self._customer(self.dealer_b)
        wizards._merge(both.ids, own.with_env(wizards.env))
        self.assertEqual(both.exists(), own)

    def test_creating_for_another_dealer(self):
        partners = self._as("sales_b")["res.partner"]
        serving = [Command.set(self.dealer_b.ids)]
        vals = {"name": "x", "serving_dealer_ids": serving}
        with self.assertRaises(AccessError):
            partners.create({**vals, "dealer_id": self.dealer_a.id})
        with self.assertRaises(AccessError):
            partners.with_context(default_dealer_id=self.dealer_a.id).create(vals)
        loaded = partners.load(
            ["name", "dealer_id/.id", "serving_dealer_ids/.id"],
            [["x", str(self.dealer_a.id), str(self.dealer_b.id)]],
        )
        self.assertFalse(loaded["ids"])
        vehicles = self._as("sales_b")["crm.vehicle"]
        vals = {"dealer_id": self.dealer_a.id, "serving_dealer_ids": serving}
        with self.assertRaises(AccessError):
            vehicles.create({**vals, "partner_id": self.customer_b.id})
        vehicle = vehicles.create({**vals, "partner_id": self.customer_a.id})
        self.assertEqual(vehicle.dealer_id, self.dealer_a, "the owner's home dealer")

    def test_customer_number_is_issued(self):
        for login in ("sales_b", "greedy_b", "agent"):
            self._denied(self._as(login, self.customer_b), {"customer_number": "X"})
            with self.assertRaises(AccessError):
                self._as(login)["res.partner"].create({"name": "x", "customer_number": "X"})
        mine = self._as("sales_b", self.customer_b)
        mine.write({"customer_number": mine.customer_number})
        result = self._as("oem")["res.partner"].load(
            ["name", "customer_number"], [["Imported", "CRM-199901-0001"]]
        )
        self.assertTrue(result["ids"])
