from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_grading import TODAY, GradingCommon


@tagged("post_install", "-at_install")
class TestGradingRuns(GradingCommon):
    """Runs are idempotent, logged, changed rows only, and at once for one customer (G15)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls._customers(10)
        cls.scheme = cls._share_scheme("rank", [10, 90])

    def _orders_of(self, amounts, moment=datetime(2026, 6, 1)):
        self._insert_orders([(c, a, moment) for c, a in zip(self.customers, amounts, strict=False)])

    def test_second_run_changes_nothing(self):
        self._orders_of(range(100, 110))
        first = self.scheme.regrade(date=TODAY)
        self.assertEqual((first.graded, first.changed, first.joined), (10, 10, 10))
        before = self.Result.search([("scheme_id", "=", self.scheme.id)]).read()
        second = self.scheme.regrade(date=TODAY)
        self.assertEqual((second.graded, second.changed), (10, 0))
        after = self.Result.search([("scheme_id", "=", self.scheme.id)]).read()
        self.assertEqual(after, before)
        self.assertFalse(
            self.env["crm.grading.history"].search([("scheme_id", "=", self.scheme.id)])
        )

    def test_move_is_kept_in_history(self):
        self._orders_of(range(100, 110))
        self.scheme.regrade(date=TODAY - timedelta(days=5))
        self._insert_orders([(self.customers[0], 1000, datetime(2026, 6, 29))])
        run = self.scheme.regrade(date=TODAY)
        self.assertEqual((run.changed, run.moved_up, run.moved_down, run.left), (2, 1, 1, 0))
        history = self.env["crm.grading.history"].search([("scheme_id", "=", self.scheme.id)])
        up = history.filtered(lambda move: move.move == "up")
        self.assertEqual(up.partner_id, self.customers[0])
        self.assertEqual((up.from_level_id.code, up.to_level_id.code), ("1", "0"))
        self.assertEqual((up.date, up.held_since), (TODAY, TODAY - timedelta(days=5)))
        result = self.customers[0].grading_result_ids.filtered(lambda r: r.scheme_id == self.scheme)
        self.assertEqual(result.since, TODAY)

    def test_who_leaves_the_scheme(self):
        self._orders_of([100, 90])
        self.scheme.regrade(date=TODAY)
        self.customers[1].category_id = False
        run = self.scheme.regrade(date=TODAY)
        self.assertEqual(run.left, 1)
        move = self.env["crm.grading.history"].search([("scheme_id", "=", self.scheme.id)])
        self.assertEqual((move.partner_id, move.move), (self.customers[1], "left"))
        self.assertFalse(move.to_level_id)

    def test_history_is_append_only(self):
        self.test_who_leaves_the_scheme()
        move = self.env["crm.grading.history"].search([("scheme_id", "=", self.scheme.id)])
        for login in ("oem", "auditor", "manager_a"):
            with self.subTest(login):
                with self.assertRaises(AccessError):
                    move.with_user(self.users[login]).write({"move": "up"})
                with self.assertRaises(AccessError):
                    move.with_user(self.users[login]).unlink()

    def test_run_log_tells_the_pyramid(self):
        self._orders_of([1000, 500, 300, 100, 50, 20, 10, 10, 5, 5])
        run = self.scheme.regrade(date=TODAY)
        top, rest = run.line_ids.sorted("level_sequence")
        self.assertEqual((top.customers, rest.customers), (1, 9))
        self.assertAlmostEqual(top.total_share, 50)
        self.assertAlmostEqual(top.customer_share, 10)
        self.assertEqual((rest.lowest, rest.highest), (5, 500))
        self.assertEqual(self.scheme.last_run_id, run)
        self.assertTrue(top.is_latest)
        self.scheme.regrade(date=TODAY)
        self.assertFalse(top.is_latest)

    def test_why_and_what_is_missing(self):
        self._orders_of([1000, 500, 300])
        self.scheme.regrade(date=TODAY)
        results = {
            r.partner_id: r for r in self.Result.search([("scheme_id", "=", self.scheme.id)])
        }
        self.assertIn("1,000", results[self.customers[0]].why)
        why = results[self.customers[1]].why
        self.assertRegex(why, r"Order revenue, 12 months: \D*500")
        self.assertRegex(why, r"To reach L0: Order revenue.* at least \D*500\.00\D* more than now")

    def test_one_customer_at_once(self):
        """A confirmed order or a visit shows in the level right after the transaction."""
        activity = self.env.ref("crm_dealer_grading.scheme_activity")
        customer = self.customers[0]
        vehicle = self._vehicle(customer)
        self._grade_pending()
        self.assertEqual(customer.activity_level_id.code, "N")
        for _number in range(3):
            visit = self._visit(vehicle, stage="received")
        self._grade_pending()
        self.assertEqual(customer.activity_level_id.code, "A")
        self.assertEqual(customer.activity_level_id.scheme_id, activity)
        visit.stage = "cancelled"
        self._grade_pending()
        self.assertEqual(customer.activity_level_id.code, "B")

    def test_at_once_in_a_statement_a_scheme(self):
        """One statement a scheme, one for the locks, one savepoint."""
        engine, customer = self.env["crm.grading.scheme"], self.customers[0]
        schemes = engine._at_once()
        self.assertGreater(len(schemes), 3)
        for run, queries in (
            (lambda: engine._regrade_now(customer.ids), len(schemes) + 3),
            (lambda: schemes.regrade(customer), 3 * len(schemes)),
        ):
            run()  # compiles the statements, and checks the definitions
            with self.assertQueryCount(queries):
                run()

    def test_broken_metric_stops_nobody(self):
        """A metric can break later, e.g. when an addon goes; orders are confirmed all the same."""
        metric = self.env.ref("crm_dealer_grading.metric_visits_12m")
        self.env.cr.execute(
            "UPDATE crm_grading_metric SET domain = %s WHERE id = %s",
            ["[('no_such_field', '=', 1)]", metric.id],
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        with self.assertLogs("odoo.addons.crm_dealer_grading", "ERROR") as logs:
            order = self._order(self.customers[0], 10)
            self._grade_pending()
        self.assertIn("could not grade", logs.output[0])
        self.assertEqual(order.state, "sale")

    def test_broken_scheme_stops_no_other(self):
        """One broken metric must not end the grading by the others."""
        activity6 = self.env.ref("crm_dealer_grading.scheme_activity6")
        activity6.active = True
        metric = self.env.ref("crm_dealer_grading.metric_visits_6m")
        self.env.cr.execute(
            "UPDATE crm_grading_metric SET domain = %s WHERE id = %s",
            ["[('no_such_field', '=', 1)]", metric.id],
        )
        self.env.invalidate_all()
        customer = self.customers[0]
        with self.assertLogs("odoo.addons.crm_dealer_grading", "ERROR"):
            self._visit(self._vehicle(customer))
            self._grade_pending()
        self.assertTrue(customer.activity_level_id)

    def test_customer_itself_changes(self):
        """Joins a company, is archived: the levels follow at once."""
        customer = self.customers[0]
        self._visit(self._vehicle(customer))
        self._grade_pending()
        self.assertEqual(customer.activity_level_id.code, "B")
        [company] = self._customers(1, is_company=True)
        customer.parent_id = company
        self._grade_pending()
        self.env.invalidate_all()
        own = self.Result.search([("partner_id", "=", customer.id)])
        self.assertFalse(own.filtered(lambda r: r.scheme_id.code == "activity"))
        self.assertEqual(company.activity_level_id.code, "B")
        self.assertEqual(customer.activity_level_id.code, "B")
        company.active = False
        self._grade_pending()
        self.env.invalidate_all()
        self.assertFalse(company.activity_level_id)

    def test_archived_customers_of_a_list_are_not_graded(self):
        self._orders_of([10])
        self.customers[0].active = False
        archived = self.scheme.with_context(active_test=False)
        archived.regrade(date=TODAY)
        self.assertEqual(self._levels(self.scheme), {})

    def test_regrade_over_rpc(self):
        """With ids, as a client sends them; a salesperson regrades nobody else."""
        self._orders_of([10, 20])
        schemes = self.Scheme.with_user(self.users["sales_a"])
        runs = schemes.regrade(self.customers.ids, str(self.env.company._today_here()))
        self.assertTrue(runs)
        self.assertFalse(runs.sudo().filtered("is_full"))

    def test_the_day_is_not_anybodys_to_choose(self):
        """Old revenue would count again, and a club's tier given for it would stay."""
        today = self.env.company._today_here()
        for login, day in (
            ("sales_a", today - timedelta(300)),
            ("manager_a", today - timedelta(1)),
            ("manager_a", today + timedelta(1)),
            ("oem", today + timedelta(1)),
        ):
            schemes = self.Scheme.with_user(self.users[login])
            with self.subTest(login), self.assertRaisesRegex(AccessError, "as of today"):
                schemes.regrade(self.customers.ids, str(day))

    def test_some_customers_of_a_list(self):
        bands = self.env.ref("crm_dealer_grading.scheme_activity")
        bands.domain = self.domain
        vehicle = self._vehicle(self.customers[0])
        self._visit(vehicle)
        before = bands.last_run_id
        run = bands.regrade(self.customers[:2])
        self.assertFalse(run.is_full)
        self.assertEqual(bands.last_run_id, before)

    def test_rights(self):
        for login in ("sales_a", "manager_a", "auditor", "agent", "credit", "clerk"):
            with self.subTest(login), self.assertRaises(AccessError):
                self.scheme.with_user(self.users[login]).regrade()
        for login in ("sales_b", "auditor"):
            with self.subTest(login), self.assertRaises(AccessError):
                self.Scheme.with_user(self.users[login]).regrade(self.customers)
        for login in ("sales_a", "auditor", "agent", "clerk"):
            with self.subTest(login), self.assertRaises(AccessError):
                self.scheme.with_user(self.users[login]).write({"name": "Mine"})
        self.assertTrue(self.scheme.with_user(self.users["oem"]).regrade(date=TODAY))
        self.assertTrue(self.Scheme.with_user(self.users["sales_a"]).regrade(self.customers))

    def test_results_of_other_dealers_are_hidden(self):
        self._orders_of([1000, 500])
        self.scheme.regrade(date=TODAY)
        domain = [("scheme_id", "=", self.scheme.id)]
        for login, count in (
            ("sales_a", 2),
            ("sales_b", 0),
            ("greedy_b", 0),
            ("oem", 2),
            ("auditor", 2),
        ):
            with self.subTest(login):
                self.assertEqual(
                    self.Result.with_user(self.users[login]).search_count(domain), count
                )
        with self.assertRaises(AccessError):
            self.Result.with_user(self.users["clerk"]).search_count(domain)
        with self.assertRaises(AccessError):
            self.env["crm.grading.run"].with_user(self.users["sales_a"]).search_count([])

    def test_levels_go_with_the_customer_to_the_new_dealer(self):
        """The old dealer must not see how its former customer is doing, not even for a night."""
        self.test_move_is_kept_in_history()
        customer = self.customers[0]
        customer.dealer_id = self.dealer_b
        own = [("partner_id", "=", customer.id)]
        for model in ("crm.grading.result", "crm.grading.history"):
            with self.subTest(model):
                self.assertFalse(self.env[model].with_user(self.users["sales_a"]).search(own))
                self.assertTrue(self.env[model].with_user(self.users["sales_b"]).search(own))

    def test_run_in_progress_is_said(self):
        other = self.registry.cursor()
        try:
            self.assertTrue(
                self.scheme.with_env(self.env(cr=other))._lock(shared=False, wait=False)
            )
            with self._refused(UserError, "is being regraded"):
                self.scheme.regrade(date=TODAY)
        finally:
            other.close()
