"""What becomes of a due contact, and of customers with too few (G12)."""

from datetime import timedelta

from odoo.tests import tagged

from .common_contact import TODAY, ContactCommon


@tagged("post_install", "-at_install")
class TestContactPlanned(ContactCommon):
    def _planned(self):
        level = self._level(
            "A", contact_interval_days=30, contact_way="visit", treatment="Bring a gift"
        )
        self._holds(self.customer_a, level)
        self.customer_a.user_id = self.users["sales_a"]
        due = self._found(self.customer_a)
        due._hand_out(self.Due._today())
        return due

    def test_activity_says_what_to_do(self):
        due = self._planned()
        activity = due.activity_id
        self.assertEqual(due.state, "planned")
        self.assertEqual(activity.activity_type_id, self.due_type)
        self.assertEqual(activity.user_id, self.users["sales_a"])
        self.assertEqual(activity.summary, "Visit · Level A")
        self.assertIn("Bring a gift", activity.note)
        self.assertEqual(activity.res_name, "Test Customer A")
        self.assertEqual(activity.date_deadline, self.Due._today())
        self.assertNotIn(activity.user_id.partner_id, self.customer_a.message_partner_ids)
        self.assertTrue(self.customer_a.contact_due)

    def test_logged_contact_closes_it(self):
        due = self._planned()
        log = self._as("manager_a", self.Log).create(
            {"partner_id": self.customer_a.id, "summary": "Brought it"}
        )
        self.assertEqual((due.state, due.log_id.id), ("done", log.id))
        self.assertFalse(due.activity_id.active)
        self.assertEqual(self.Log.search_count([("partner_id", "=", self.customer_a.id)]), 1)
        self.customer_a.invalidate_recordset()
        self.assertFalse(self.customer_a.contact_due)

    def test_done_activity_is_logged_once(self):
        due = self._planned()
        due.activity_id.with_user(self.users["sales_a"]).action_done()
        self.assertEqual(due.state, "done")
        self.assertEqual(due.log_id.way, "visit")
        self.assertEqual(due.log_id.user_id, self.users["sales_a"])
        self.assertEqual(self.Log.search_count([("partner_id", "=", self.customer_a.id)]), 1)
        self.assertFalse(self._found(self.customer_a, self.Due._today()))

    def test_a_deep_contact_that_was_planned_is_one(self):
        """Marked done, it does not come back the next day; the to-do says what is wanted."""
        level = self._level(
            "B", min_contacts=1, min_contacts_deep=True, contact_interval_days=30
        )
        self._holds(self.customer_a, level)
        self.customer_a.user_id = self.users["sales_a"]
        due = self._found(self.customer_a)
        due._hand_out(self.Due._today())
        self.assertIn("Deep Contact", due.activity_id.summary)
        self.assertTrue(due.action_log_contact()["context"]["default_deep"])
        due.activity_id.with_user(self.users["sales_a"]).action_done()
        self.assertTrue(due.log_id.deep)
        self.assertFalse(self._found(self.customer_a, self.Due._today()))

    def test_who_was_reached_after_all(self):
        """A wrong entry is put right: the contact that was due is done."""
        due = self._planned()
        values = {"partner_id": self.customer_a.id, "summary": "Voice box", "missed": True}
        log = self._as("manager_a", self.Log).create(values)
        self.assertEqual(due.state, "planned")
        log.missed = False
        self.assertEqual(due.state, "done")

    def test_cancelled_activity_puts_it_off(self):
        due = self._planned()
        due.activity_id.unlink()
        self.assertEqual(due.state, "skipped")
        today = self.Due._today()
        self.assertFalse(self._found(self.customer_a, today + timedelta(29)))
        self.assertTrue(self._found(self.customer_a, today + timedelta(30)))

    def test_skip_and_opt_out(self):
        due = self._planned()
        self._as("sales_a", due).action_skip()
        self.assertFalse(due.activity_id)
        self.assertEqual(due.state, "skipped")
        again = self._found(self.customer_a, self.Due._today() + timedelta(30))
        self._as("sales_a", self.customer_a).contact_opt_out = True
        again.invalidate_recordset()
        self.assertEqual(again.state, "skipped")

    def test_given_up_customers_are_left_alone(self):
        due = self._planned()
        activity = due.activity_id
        self._as("manager_a", self.customer_a).action_give_up()
        due.invalidate_recordset()
        self.assertEqual(due.state, "skipped")
        self.assertFalse(activity.exists())
        later = self.Due._today() + timedelta(30)
        self.assertFalse(self._found(self.customer_a, later))
        action = self._as("manager_a", self.customer_a).action_plan_contacts()
        plan = self._as("manager_a")["crm.contact.plan"].with_context(**action["context"])
        plan.create({"note": "Once more"}).action_plan()
        self.assertFalse(self.Due._open_of(self.customer_a))
        self._as("manager_a", self.customer_a).action_resume()
        self.assertEqual(self._found(self.customer_a, later).state, "found")

    def test_new_dealer_takes_over(self):
        due = self._planned()
        activity = due.activity_id
        self.customer_a.dealer_id = self.dealer_b
        self.assertFalse(due.exists())
        self.assertFalse(activity.exists())
        self.assertEqual(self._found(self.customer_a).user_id.dealer_ids, self.dealer_b)

    def test_reassigned_from_either_side(self):
        due = self._planned()
        due.activity_id.user_id = self.users["manager_a"]
        self.assertEqual(due.user_id, self.users["manager_a"])
        self._as("sales_a", due).user_id = self.users["sales_a"]
        self.assertEqual(due.activity_id.user_id, self.users["sales_a"])

    def test_batch_costs_few_queries(self):
        level = self._level("F", contact_interval_days=1)
        customers = self.env["res.partner"].create(
            [{"name": f"C{i}", "dealer_id": self.dealer_a.id} for i in range(120)]
        )
        for customer in customers:
            self._holds(customer, level)
        found = self._found(customers)
        found[:20]._hand_out(TODAY)
        self.env.flush_all()
        with self.assertQueryCount(40):
            found[20:]._hand_out(TODAY)
        self.assertEqual(set(found.mapped("state")), {"planned"})

    def test_below_the_minimum(self):
        month = self._level("M1", min_contacts=1)
        customers = self.customer_a | self._customer(self.dealer_a)
        had, none = customers
        for customer in customers:
            self._holds(customer, month)
        first = self.Due._period("month", self.Due._today()).start
        self.Log.create({"partner_id": had.id, "summary": "x", "date": first})
        self.Log.create(
            {"partner_id": none.id, "summary": "x", "date": first - timedelta(seconds=1)}
        )
        Partner = self.env["res.partner"]
        ids = ("id", "in", customers.ids)
        self.assertEqual(Partner.search([ids, ("below_min_contacts", "=", True)]), none)
        self.assertEqual(Partner.search([ids, ("below_min_last_period", "=", True)]), had)
        self.assertEqual(Partner.search([ids, ("below_min_contacts", "=", False)]), had)
        self.assertEqual(customers.mapped("below_min_contacts"), [False, True])
        self.assertEqual(customers.mapped("below_min_last_period"), [True, False])
