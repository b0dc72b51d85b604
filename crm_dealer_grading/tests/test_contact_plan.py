"""Contacts planned by hand (P2)."""

from collections import Counter

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_contact import ContactCommon


@tagged("post_install", "-at_install")
class TestContactPlan(ContactCommon):
    """Plan Contacts on lists (P2)."""

    def _plan(self, login, records, **vals):
        records = self._as(login, records)
        action = records.action_plan_contacts()
        wizard = self._as(login, self.env["crm.contact.plan"]).with_context(**action["context"])
        wizard = wizard.create({"note": "Test drive", **vals})
        return wizard.action_plan()["params"]["message"]

    def test_each_once_and_spread(self):
        customers = self.env["res.partner"].create(
            [{"name": f"C{i}", "dealer_id": self.dealer_a.id} for i in range(6)]
        )
        customers[0].contact_opt_out = True
        message = self._plan("sales_a", customers, days=3, way="wechat")
        self.assertEqual(message, "5 contacts planned. 1 customers were left out: "
                                  "a contact is planned already, or they want none.")  # fmt: skip
        dues = self.Due._open_of(customers)
        today = self.Due._today()
        days = Counter((due.date - today).days for due in dues)
        self.assertEqual(days, {0: 1, 1: 2, 2: 2})
        self.assertEqual(set(dues.activity_id.mapped("summary")), {"WeChat · Test drive"})
        self.assertEqual(
            sorted(Counter(due.user_id for due in dues).values()), [2, 3]
        )
        self.assertRegex(self._plan("sales_a", customers), "^0 contacts planned")

    def test_for_me_and_balanced(self):
        self.customer_a.user_id = self.users["manager_a"]
        self._plan("sales_a", self.customer_a, who="me")
        due = self.Due._open_of(self.customer_a)
        self.assertEqual(due.user_id, self.users["sales_a"])
        due._close("skipped")
        self._plan("sales_a", self.customer_a, who="owner")
        self.assertEqual(self.Due._open_of(self.customer_a).user_id, self.users["manager_a"])

    def test_leads_and_vehicles(self):
        lead = self._lead(self.customer_a)
        vehicle = self._vehicle(self._customer(self.dealer_a))
        self._plan("sales_a", lead)
        self._plan("sales_a", vehicle)
        self.assertEqual(len(self.Due._open_of(self.customer_a | vehicle.partner_id)), 2)

    def test_beyond_the_cap(self):
        self._holds(self.customer_a, self._level("C", max_contacts_month=1))
        self.Log.create({"partner_id": self.customer_a.id, "summary": "x"})
        self._plan("sales_a", self.customer_a)
        due = self.Due._open_of(self.customer_a)
        self.assertEqual(due.date, self.Due._next_month(self.Due._today()))
        self.assertEqual(due.activity_id.date_deadline, due.date)

    def test_foreign_customers_are_left_out(self):
        self._plan("greedy_b", self.customer_b)
        wizard = self._as("greedy_b", self.env["crm.contact.plan"]).with_context(
            active_model="res.partner", active_ids=self.customer_a.ids
        )
        with self.assertRaisesRegex(UserError, "whom you may edit"):
            wizard.create({"note": "x"}).action_plan()
        self.assertFalse(self.Due._open_of(self.customer_a))

    def test_auditors_plan_nothing(self):
        for login in ("auditor", "credit", "clerk"):
            with self.assertRaises(AccessError), self.subTest(login=login):
                self._as(login, self.customer_a).action_plan_contacts()
