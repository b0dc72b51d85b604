"""Assign a dealer to many records at once, by role (P2)."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DealerCommon


@tagged("post_install", "-at_install")
class TestAssignDealer(DealerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dealer_c = cls.env["crm.dealer"].create({"name": "Test Dealer C", "code": "T-C"})
        cls.vehicle = cls._vehicle(cls.customer_a, vin="LSVAA4187E2666661")
        cls.lead = cls._lead(cls.customer_a)

    def _assign(self, login, records, dealer):
        context = {"active_model": records._name, "active_ids": records.ids}
        wizard = self._as(login)["crm.dealer.assign"].with_context(**context)
        return wizard.create({"dealer_id": dealer.id, "reason": "Moved"}).action_assign()

    def test_denied(self):
        for login in ("sales_a", "agent", "auditor", "credit", "clerk"):
            with self.subTest(login=login), self.assertRaises(AccessError):
                self._assign(login, self.customer_a, self.dealer_b)
        self.assertEqual(self.customer_a.dealer_id, self.dealer_a)

    def test_managers_only_among_own_dealers(self):
        with self.assertRaises(AccessError):
            self._assign("manager_a", self.customer_a, self.dealer_b)
        self.assertEqual(self.customer_a.dealer_id, self.dealer_a)
        self.dealer_c.user_ids = [Command.link(self.users["manager_a"].id)]
        both = self.customer_a | self.customer_b
        answer = self._assign("manager_a", both, self.dealer_c)
        self.assertEqual(self.customer_a.dealer_id, self.dealer_c)
        self.assertEqual(self.customer_b.dealer_id, self.dealer_b)
        self.assertEqual(answer["params"]["type"], "warning")

    def test_manufacturer_moves_customers_with_leads_and_vehicles(self):
        answer = self._assign("oem", self.customer_a | self.customer_b, self.dealer_b)
        self.assertEqual(self.customer_a.dealer_id, self.dealer_b)
        self.assertEqual(self.lead.dealer_id, self.dealer_b)
        self.assertEqual(self.vehicle.dealer_id, self.dealer_b)
        self.assertIn("1 assigned", answer["params"]["message"])
        self.assertIn("Moved", self.customer_a.message_ids[:1].body)

    def test_leads_and_vehicles(self):
        for record in (self.lead, self.vehicle):
            self._assign("oem", record, self.dealer_b)
            self.assertEqual(record.dealer_id, self.dealer_b)
        self.assertEqual(self.customer_a.dealer_id, self.dealer_a)

    def test_nothing_chosen(self):
        with self.assertRaises(UserError):
            self._assign("oem", self.customer_a.browse(), self.dealer_b)

    def test_regrade_of_leads_and_vehicles(self):
        self.lead.with_user(self.users["oem"]).action_regrade()
        self.vehicle.with_user(self.users["sales_a"]).action_regrade()
        with self.assertRaises(UserError):
            self._lead(None).with_user(self.users["oem"]).action_regrade()
