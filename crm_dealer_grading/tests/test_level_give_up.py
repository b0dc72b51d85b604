from datetime import datetime

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Date
from odoo.tests import tagged

from .common_grading import GradingCommon

FINDINGS = {
    "low_value_reason": "Two oil changes in three years",
    "resources_used": "Four calls a year",
    "attempts": "Coupons, an invitation",
    "value_assessment": "Nothing to expect",
    "recommendation": "give_up",
}


@tagged("post_install", "-at_install")
class TestLevelGiveUp(GradingCommon):
    """A customer of low value is given up after a report that another manager approved (G13)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customers(1)
        cls.scheme = cls._share_scheme("rank", [100])
        cls.scheme.level_ids.requires_give_up_report = True
        cls._insert_orders([(cls.customer, 321, datetime.now().replace(microsecond=0))])
        cls.scheme.regrade()
        cls.Report = cls.env["crm.give.up.report"]

    def _report(self, login="sales_a", **vals):
        return self._as(login)["crm.give.up.report"].create(
            {"partner_id": self.customer.id, **FINDINGS, **vals}
        )

    def _state(self, report):
        return report.sudo().state

    # ---------------------------------------------------------------- denials

    def test_who_may_not_file(self):
        for login in ("auditor", "credit", "agent", "clerk", "sales_b", "greedy_b", "homeless"):
            with self.subTest(login), self.assertRaises(AccessError):
                self._report(login)

    def test_state_is_not_written(self):
        report = self._report()
        for login in ("sales_a", "manager_a", "oem"):
            for vals in ({"state": "approved"}, {"filed_by_id": False}, {"revenue_12m": 0}):
                with self.subTest(login, vals=vals), self.assertRaises(AccessError):
                    self._as(login, report).write(vals)
        made = self._report(state="draft", filed_by_id=self.users["sales_b"].id)
        self.assertFalse(made.filed_by_id)
        with self.assertRaises(AccessError):
            self._report(state="approved")
        with self.assertRaises(AccessError):
            self._as("manager_a")["crm.give.up.report"].with_context(
                default_state="approved"
            ).create({"partner_id": self.customer.id})

    def test_who_may_not_decide(self):
        report = self._report()
        report.action_submit()
        for login in ("sales_a", "auditor", "agent", "credit", "sales_b", "greedy_b", "homeless"):
            for step in (lambda r: r.action_approve(), lambda r: r.action_refuse("No")):
                with self.subTest(login), self.assertRaises(AccessError):
                    step(self._as(login, report))
        self.assertEqual(self._state(report), "submitted")

    def test_who_filed_does_not_decide(self):
        for login in ("manager_a", "oem"):
            report = self._report(login)
            report.action_submit()
            with self._refused(AccessError, "another manager"):
                report.action_approve()
            with self._refused(AccessError, "another manager"):
                report.action_refuse("No")
            with self._refused(AccessError, "another manager"):
                report.sudo().action_approve()
        self._as("manager_a", report).action_approve()

    def test_given_up_is_not_written(self):
        for login in ("sales_a", "manager_a", "oem", "agent"):
            with self.subTest(login), self.assertRaises(AccessError):
                self._as(login, self.customer).write({"given_up_on": "2026-01-01"})
        with self.assertRaises(AccessError):
            self._as("oem")["res.partner"].with_context(default_given_up_on="2026-01-01").create(
                {"name": "X"}
            )
        for login in ("sales_a", "auditor", "agent", "greedy_b"):
            for name in ("action_give_up", "action_resume"):
                with self.subTest(login), self.assertRaises(AccessError):
                    getattr(self._as(login, self.customer), name)()

    # ---------------------------------------------------------------- the way

    def test_only_after_approval(self):
        manager = self._as("manager_a", self.customer)
        with self._refused(UserError, "file a give-up report"):
            manager.action_give_up()
        report = self._report()
        with self._refused(UserError, "“Draft”"):
            self._as("manager_a", report).action_approve()
        report.action_submit()
        with self._refused(UserError, "file a give-up report"):
            manager.action_give_up()
        with self._refused(UserError, "not changed"):
            report.write({"attempts": "More"})
        self._as("manager_a", report).action_approve()
        manager.action_give_up()
        self.assertEqual(self._state(report), "given_up")
        self.assertEqual(self.customer.given_up_on, self.env.company._today_here())
        given_up = self.env["res.partner"]._no_planned_contacts_domain()
        self.assertEqual(
            self.env["res.partner"].search(given_up & given_up).filtered(
                lambda p: p == self.customer
            ),
            self.customer,
        )
        manager.action_resume()
        self.assertEqual(self._state(report), "resumed")
        self.assertFalse(self.customer.given_up_on)
        with self._refused(UserError, "file a give-up report"):
            manager.action_give_up()  # the old approval is used up

    def test_only_a_report_that_recommends_it(self):
        """An approved report that says “Develop” is no leave to give up."""
        manager = self._as("manager_a", self.customer)
        for recommendation in ("develop", "less"):
            report = self._report(recommendation=recommendation)
            report.action_submit()
            self._as("manager_a", report).action_approve()
            with self._refused(UserError, "file a give-up report"):
                manager.action_give_up()
            with self._refused(UserError, "recommends"):
                self._as("manager_a", report).action_give_up()
            self.assertEqual(self._state(report), "approved")
        right = self._report()
        right.action_submit()
        self._as("manager_a", right).action_approve()
        manager.action_give_up()
        self.assertEqual((self._state(report), self._state(right)), ("approved", "given_up"))

    def test_the_report_approved_last_decides(self):
        """An old leave to give up is none any more when a later report says "Develop"."""
        manager, reports = self._as("manager_a", self.customer), []
        for recommendation in ("give_up", "develop"):
            report = self._report(recommendation=recommendation)
            report.action_submit()
            self._as("manager_a", report).action_approve()
            reports.append(report)
        with self._refused(UserError, "file a give-up report"):
            manager.action_give_up()
        with self._refused(UserError, "recommends “Develop”"):
            self._as("manager_a", reports[0]).action_give_up()
        self.assertEqual(list(map(self._state, reports)), ["approved", "approved"])

    def test_an_older_report_does_not_come_back_to_life(self):
        manager, reports = self._as("manager_a", self.customer), []
        for _number in range(2):
            report = self._report()
            report.action_submit()
            self._as("manager_a", report).action_approve()
            reports.append(report)
        manager.action_give_up()
        manager.action_resume()
        self.assertEqual(list(map(self._state, reports)), ["approved", "resumed"])
        with self._refused(UserError, "file a give-up report"):
            manager.action_give_up()

    def test_level_without_the_flag_needs_none(self):
        self.scheme.level_ids.requires_give_up_report = False
        self._as("manager_a", self.customer).action_give_up()
        self.assertTrue(self.customer.given_up_on)

    def test_figures_are_frozen(self):
        report = self._report()
        self.env["crm.contact.log"].create(
            {"partner_id": self.customer.id, "summary": "Call", "date": "2026-05-01 08:00:00"}
        )
        report.action_submit()
        self.assertEqual((report.revenue_12m, report.orders_12m, report.visits_12m), (321, 1, 0))
        self.assertEqual(report.last_contact_on, Date.to_date("2026-05-01"))
        self.assertIn(self.scheme.level_ids.name, report.level_names)
        self._insert_orders([(self.customer, 1000, datetime.now().replace(microsecond=0))])
        self.assertEqual(report.revenue_12m, 321)

    def test_refusal_needs_a_reason_and_can_be_revised(self):
        report = self._report()
        with self._refused(ValidationError, "Fill in"):
            self._report(attempts=False).action_submit()
        report.action_submit()
        manager = self._as("manager_a", report)
        action = manager.action_refuse()
        self.assertEqual(self._state(report), "submitted")
        wizard = manager.env[action["res_model"]].with_context(**action["context"]).create(
            {"reason": "Try once more"}
        )
        wizard.action_refuse()
        self.assertEqual(self._state(report), "refused")
        self.assertEqual(report.refusal_reason, "Try once more")
        report.action_revise()
        report.write({"attempts": "A visit as well"})
        report.action_submit()
        self.assertFalse(report.refusal_reason)
        with self._refused(UserError, "Only drafts"):
            report.unlink()

    def test_merge_of_given_up_customers(self):
        self.customer._store_given_up(Date.today())
        survivor = self._customers(1)
        wizard = self._as("oem")["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((survivor | self.customer).ids, survivor.with_env(wizard.env))
        self.assertFalse(survivor.given_up_on)

    def test_printout(self):
        report = self._report()
        report.action_submit()
        html, kind = self.env["ir.actions.report"]._render_qweb_html(
            "crm_dealer_grading.give_up_report", report.ids
        )
        self.assertEqual(kind, "html")
        self.assertIn("Two oil changes", html.decode())
