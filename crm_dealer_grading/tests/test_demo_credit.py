from odoo.tests import TransactionCase, loaded_demo_data, tagged


@tagged("post_install", "-at_install")
class TestDemoCredit(TransactionCase):
    """Firms that were judged, applied, were billed and bought (K1 to K4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not loaded_demo_data(cls.env):
            cls.skipTest(cls, "This database has no demo data.")
        cls.customers = cls.env["res.partner"].search([("customer_number", "!=", False)])

    def test_assessments(self):
        assessments = self.env["crm.credit.assessment"].search(
            [("partner_id", "in", self.customers.ids)]
        )
        done = assessments.filtered(lambda a: a.state == "done")
        self.assertGreaterEqual(len(done.class_id), 2)
        self.assertEqual(set(done.scorecard_id.mapped("code")), {"5C", "5P"})
        self.assertTrue((assessments - done).filtered("missing"))

    def test_applications(self):
        """Filed, waiting for commerce, refused, and a draft whose papers are missing."""
        domain = [("partner_id", "in", self.customers.ids)]
        applications = self.env["crm.credit.application"].search(domain)
        states = applications.mapped("state")
        self.assertEqual(sorted(states), ["draft", "draft", "filed", "submitted"])
        self.assertEqual(len(applications.filtered("refusal_reason")), 1)

    def test_credit(self):
        """Limits of all kinds, a held order with its to-do, a release that was used."""
        files = self.env["crm.credit.file"].search([("partner_id", "in", self.customers.ids)])
        self.assertEqual(set(files.mapped("state")) - {"none"}, {"valid", "expiring", "expired"})
        self.assertTrue(files.filtered("over_limit") and files.filtered(lambda f: f.free > 0))
        holds = self.env["crm.credit.hold"].search([("partner_id", "in", self.customers.ids)])
        self.assertTrue(holds.activity_ids)
        releases = self.env["crm.credit.release"].search([("partner_id", "in", self.customers.ids)])
        self.assertTrue(releases.filtered("used_order_id"))
        due = self.env["crm.credit.receivable"].search([("partner_id", "in", self.customers.ids)])
        self.assertTrue(due.filtered(lambda line: line.days_overdue > 0))
