from datetime import datetime, time, timedelta
from decimal import Decimal

from odoo.tests import tagged

from .common_schemes import SchemesCommon

_CENT = Decimal("0.01")


@tagged("post_install", "-at_install")
class TestLevelOutlook(SchemesCommon):
    """What would reach the next level is exact (G14): doing it is the test."""

    COUNT = 20

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        activity = cls.env.ref("crm_dealer_grading.scheme_activity")
        activity.domain = cls.domain
        cls.schemes |= activity
        cls.Scheme._regrade_now(cls.customers.ids)
        cls.results = cls.Result.search([("scheme_id", "in", cls.schemes.ids)])
        cls.results -= cls.results.filtered(lambda r: r.partner_id not in cls.customers)

    def _level_after(self, result, day, steps=()):
        """The level that the engine gives as of a day if that happens on it; nothing remains."""
        scheme, customer = result.scheme_id, result.partner_id
        with self.env.cr.savepoint() as savepoint:
            for step in steps:
                self._do(customer, step, day)
            self.env.flush_all()
            scheme.regrade(customer, date=day)
            found = self._levels(scheme).get(customer)
            savepoint.rollback()
        self.env.invalidate_all()
        return found

    def _do(self, customer, step, day):
        metric = self.env["crm.grading.metric"].browse(step.gauge.key)
        code = metric.code
        number = int(step.amount)
        moment = datetime.combine(day, time(3))
        if code in ("order_revenue_12m", "revenue_12m"):
            self._insert_orders([(customer, step.amount, moment)])
        elif metric.model_name == "sale.order":
            self._insert_orders([(customer, 0, moment)] * number)
        elif metric.model_name == "crm.service.visit":
            vehicle = customer.vehicle_ids[:1] or self._vehicle(self.other)
            self._insert_visits(customer, vehicle, [(moment, 0)] * number)
        elif code == "fleet_size":
            for _number in range(number):
                self._vehicle(customer, purchase_date=day)
        elif code == "lead_revenue_open":
            self._lead(customer, expected_revenue=step.amount)
        elif code == "days_until_next_order":
            self._lead(customer, date_deadline=day + timedelta(number))
        elif code == "last_satisfaction":
            self._insert_logs(customer, [(moment, number, None)])
        elif code == "open_complaints":
            logs = self.env["crm.contact.log"].search(
                [("partner_id", "=", customer.id), ("complaint", "=", "open")], limit=number
            )
            logs.complaint = "solved"
        else:
            self._do_standing(customer, code, step, day)

    def _do_standing(self, customer, code, step, day):
        customer.write(
            {
                ("agreement_valid", "more"): {"agreement_until": day},
                ("potential_high", "more"): {"stated_potential": "high"},
                ("credit_poor", "fewer"): {"credit_standing": "fair"},
                ("credit_checked", "more"): {"credit_standing": "fair"},
                ("pays_cash", "more"): {"payment_habit": "cash"},
                ("pays_card", "fewer"): {"payment_habit": False},
                ("sells_online", "fewer"): {"sells_online": False},
            }[code, step.kind]
        )

    def _told_of(self, result):
        return result.scheme_id.code, result.figures, self.world[result.partner_id]

    def _less(self, plan):
        """The steps of the plan with a little less of one."""
        first, *rest = plan.steps
        metric = self.env["crm.grading.metric"].browse(first.gauge.key)
        unit = _CENT if metric.unit == "money" else 1
        amount = first.amount + 1 if first.kind == "within" else first.amount - unit
        if amount <= 0 or (first.kind == "fewer" and amount < 1):
            return rest
        return [type(first)(first.gauge, first.kind, amount), *rest]

    def test_the_steps_reach_the_level_and_no_less_does(self):
        plans = self.results._counterfactual()
        self.assertGreater(len(plans), 60)
        kinds = {step.kind for plan in plans.values() for step in plan.steps}
        self.assertLessEqual({"more", "fewer", "within", "score"}, kinds)
        for result, plan in list(plans.items())[::5]:
            with self.subTest(result.scheme_id.code, plan=plan, held=result.level_id.code):
                self.assertLess(plan.level.sequence, result.level_id.sequence)
                found = self._level_after(result, self.today, plan.steps)
                self.assertEqual(found, plan.level.code, self._told_of(result))
                found = self._level_after(result, self.today, self._less(plan))
                self.assertNotEqual(found, plan.level.code, self._told_of(result))

    def test_until_the_last_day_and_not_a_day_longer(self):
        plans = self.results._counterfactual()
        dated = {r: plan for r, plan in plans.items() if plan.until}
        self.assertGreater(len(dated), 10)
        for result, plan in list(dated.items())[::5]:
            with self.subTest(result.scheme_id.code, plan=plan, held=result.level_id.code):
                self.assertGreaterEqual(plan.until, self.today)
                found = self._level_after(result, plan.until, plan.steps)
                self.assertEqual(found, plan.level.code, self._told_of(result))
                found = self._level_after(result, plan.until + timedelta(1), plan.steps)
                self.assertNotEqual(found, plan.level.code, self._told_of(result))

    def test_what_costs_the_level(self):
        slips = [(r, slip) for r, o in self.results._outlooks().items() if (slip := o.slip())]
        self.assertGreater(len(slips), 10)
        for result, (day, level) in slips[::5]:
            with self.subTest(result.scheme_id.code, day=day):
                self.assertEqual(
                    self._level_after(result, day), result.level_id.code, self._told_of(result)
                )
                found = self._level_after(result, day + timedelta(1))
                self.assertEqual(found, level.code, self._told_of(result))

    def test_rank_is_exact_as_of_the_run(self):
        moment = datetime.combine(self.today, time(3))
        others = self._customers(20)
        amounts = [self.random.choice((0, 10, 10.5, 99, 100, 1000)) for _other in others]
        self._insert_orders([(o, a, moment) for o, a in zip(others, amounts, strict=True)])
        scheme = self._share_scheme("rank", [10, 30, 60])
        scheme.regrade(date=self.today)
        results = self.Result.search([("scheme_id", "=", scheme.id)])
        plans = results._counterfactual()
        self.assertGreater(len(plans), 10)
        for result, plan in plans.items():
            [step] = plan.steps
            for less, reached in ((0, True), (_CENT, False)):
                with self.env.cr.savepoint() as savepoint:
                    self._insert_orders([(result.partner_id, step.amount - less, moment)])
                    scheme.regrade(date=self.today)
                    found = self._levels(scheme)[result.partner_id]
                    savepoint.rollback()
                self.env.invalidate_all()
                self.assertEqual(found == plan.level.code, reached)

    def test_words(self):
        """One more visit, and until when."""
        [customer] = self._customers(1)
        vehicle = self._vehicle(customer)
        days = [self.today - timedelta(n) for n in (1, 200)]
        rows = [(datetime.combine(day, time(3)), 0) for day in days]
        self._insert_visits(customer, vehicle, rows)
        self.Scheme._regrade_now(customer.ids)
        results = customer.grading_result_ids
        why = results.filtered(lambda r: r.scheme_id.code == "activity").why
        self.assertRegex(why, r"To reach Active by .*: Visits, 12 months: 1 more")
        self.assertRegex(why, r"If nothing happens until .*: At risk|Lost|New")
        why = results.filtered(lambda r: r.scheme_id.code == "horizon").why
        self.assertIn("Days until the next expected order: at most 365", why)

    def test_staff_are_told_no_other_customer_s_figure(self):
        moment = datetime.combine(self.today, time(3))
        self._insert_orders([(c, 12345 + i, moment) for i, c in enumerate(self.customers)])
        scheme = self._share_scheme("rank", [10, 90])
        scheme.regrade(date=self.today)
        lowest = self.Result.search([("scheme_id", "=", scheme.id)])[-1]
        self.assertIn("more than now", lowest.why)
        told = lowest.with_user(self.users["sales_a"]).why
        self.assertNotIn("more than now", told)
        self.assertIn("about", told)

    def test_constant_queries(self):
        self.results.mapped("why")  # what is cached stays
        counts = []
        for results in (self.results[::4], self.results):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            results.mapped("why")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 3)
