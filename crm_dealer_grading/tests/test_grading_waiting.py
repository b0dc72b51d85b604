from odoo.tests import tagged

from .common_grading import GradingCommon


@tagged("post_install", "-at_install")
class TestGradingWaiting(GradingCommon):
    """Who saves notes the customers; the job after the commit grades them (G15)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls._customers(3)

    def _noted(self):
        """Customers whom the transaction notes at its commit, and how often it calls the job."""
        self.env.cr.execute("DELETE FROM crm_grading_pending")
        self.env.cr.execute("DELETE FROM ir_cron_trigger")
        self.env.cr.flush()
        job = self.env.ref("crm_dealer_grading.ir_cron_regrade_pending")
        calls = self.env["ir.cron.trigger"].search_count([("cron_id", "=", job.id)])
        return self.env["crm.grading.pending"].search([]).partner_id, calls

    def test_who_saves_does_not_wait(self):
        """One statement notes the customers of a transaction, once each, and calls the job."""
        self.env.cr.flush()
        orders = [self._order(customer, 10) for customer in self.customers[:2]]
        orders += [self._order(self.customers[0], 20)]
        self.assertEqual(self._noted(), (self.customers[:2], 1))
        orders[0].action_cancel()
        self.env.flush_all()
        with self.assertQueryCount(3):  # two that the test itself deletes with
            self.env.cr.execute("DELETE FROM crm_grading_pending")
            self.env.cr.execute("DELETE FROM ir_cron_trigger")
            self.env.cr.flush()

    def test_customers_without_dealer_start_no_job(self):
        """Who uses the ERP without dealers starts no regrade."""
        self.env.cr.flush()
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        self._order(stranger, 10)
        self.assertEqual(self._noted(), (self.env["res.partner"], 0))

    def test_who_is_noted(self):
        """The company of a contact, the former one as well; who has lost the dealer."""
        first, second, third = self._customers(3, is_company=True)
        [contact] = self._customers(1, parent_id=first.id)
        self.env.cr.flush()
        self._order(contact, 10)
        self.assertEqual(self._noted()[0], first)
        contact.parent_id = second
        self.assertEqual(self._noted()[0], first | second)
        self._visit(self._vehicle(third))
        self._grade_pending()
        self.assertTrue(third.activity_level_id)
        third.dealer_id = False
        self.assertEqual(self._noted()[0], third)
        self._grade_pending()
        self.assertFalse(self.Result.search([("partner_id", "=", third.id)]))

    def test_form_says_that_levels_follow(self):
        """Whoever opens the customer before the job was there is told, contacts as well."""
        [company] = self._customers(1, is_company=True)
        [contact] = self._customers(1, parent_id=company.id)
        self._grade_pending()
        seen = self._as("sales_a", company | contact)
        self.assertEqual(seen.mapped("is_waiting_for_grading"), [False, False])
        self._order(contact, 10)
        self.env.cr.flush()
        self.env.invalidate_all()
        self.assertEqual(seen.mapped("is_waiting_for_grading"), [True, True])
        self._grade_pending()
        self.env.invalidate_all()
        self.assertEqual(seen.mapped("is_waiting_for_grading"), [False, False])
