import doctest

from psycopg2.errors import UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools import interval
from .common_grading import GradingCommon


@tagged("post_install", "-at_install")
class TestGradingDefinition(GradingCommon):
    """Bad definitions are refused on saving, with the reason (issue section 4)."""

    def _metric(self, **vals):
        return self.Metric.create(
            {
                "name": "Test metric",
                "code": "test_metric",
                "model_id": self.env["ir.model"]._get_id("sale.order"),
                "partner_path": "partner_id",
                **vals,
            }
        )

    def _field(self, model, name):
        return self.env["ir.model.fields"]._get(model, name).id

    def test_doctests_of_interval(self):
        module = interval.__name__
        finder = doctest.DocTestFinder()
        runner = doctest.DocTestRunner(optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
        for test in finder.find(interval, module):
            runner.run(test)
        self.assertGreater(runner.tries, 8)
        self.assertEqual(runner.failures, 0)

    def test_filter_that_does_not_parse(self):
        for bad in (
            "[('state', '=', 'sale'",
            "[('no_such_field', '=', 1)]",
            "state = sale",
            "[1]",
            "[('amount_undiscounted', '>', 3)]",
        ):
            with self.subTest(bad), self._refused(ValidationError, "filter"):
                self._metric(domain=bad)

    def test_path_that_leads_nowhere(self):
        for bad in ("", "customer", "company_id", "partner_id.name", "partner_id.child_ids"):
            with self.subTest(bad), self._refused(ValidationError, "path"):
                self._metric(partner_path=bad)

    def test_window_without_date(self):
        with self._refused(ValidationError, "date field"):
            self._metric(window_months=12)

    def test_foreign_date_field_and_amount(self):
        with self._refused(ValidationError, "other records"):
            self._metric(date_field_id=self._field("crm.lead", "date_deadline"))
        with self._refused(ValidationError, "amount"):
            self._metric(
                aggregate="sum", measure_field_id=self._field("crm.lead", "expected_revenue")
            )

    def test_money_of_unknown_currency(self):
        with self._refused(ValidationError, "currency"):
            self._metric(
                model_id=self.env["ir.model"]._get_id("sale.order.line"),
                partner_path="order_id.partner_id",
                aggregate="sum",
                measure_field_id=self._field("sale.order.line", "price_subtotal"),
            )

    def test_total_of_unlike_things(self):
        with self._refused(ValidationError, "added up"):
            self._metric(
                kind="total",
                component_ids=[Command.set((self.order_revenue | self.orders).ids)],
            )
        with self._refused(ValidationError, "sums"):
            self._metric(kind="total")

    def test_code(self):
        with self._refused(ValidationError, "code"):
            self._metric(code="visits 12")

    def test_who_cannot_read_the_source_cannot_count_it(self):
        oem = self.users["oem"]
        salaries = self.env["ir.model"]._get_id("ir.config_parameter")
        with self._refused(AccessError, "no right to read"):
            self.Metric.with_user(oem).create(
                {
                    "name": "Spy",
                    "code": "spy",
                    "model_id": salaries,
                    "partner_path": "create_uid.partner_id",
                }
            )

    def test_shares_that_do_not_add_up(self):
        with self._refused(ValidationError, "add up to 90"):
            self._share_scheme("rank", [20, 70])
        with self._refused(ValidationError, "above zero"):
            self._share_scheme("rank", [100, 0])
        scheme = self._share_scheme("rank", [20, 80])
        with self._refused(ValidationError, "add up to 85"):
            scheme.level_ids[0].share = 5
        scheme.level_ids[0].share = 20
        first, second = scheme.level_ids
        scheme.level_ids = [
            Command.update(first.id, {"share": 30}),
            Command.update(second.id, {"share": 70}),
        ]
        self.assertEqual(scheme.level_ids.mapped("share"), [30, 70])

    def _bands(self, *ranges, metrics=None):
        metrics = metrics or self.orders
        return self.Scheme.create(
            {
                "name": "Bands",
                "code": "test_bands",
                "method": "bands",
                "domain": self.domain,
                "axis_ids": [Command.create({"metric_id": m.id}) for m in metrics],
                "level_ids": [
                    Command.create(
                        {
                            "name": f"L{i}",
                            "code": str(i),
                            "sequence": i,
                            "condition_ids": [
                                Command.create({"metric_id": self.orders.id, "value_range": text})
                                for text in ([text] if text else [])
                            ],
                        }
                    )
                    for i, text in enumerate(ranges)
                ],
            }
        )

    def test_overlapping_bands(self):
        with self._refused(ValidationError, "L0 and L1 overlap"):
            self._bands("2..", "1..3")
        self._bands("2..", "1..2", "")

    def test_range_that_is_none(self):
        for bad in ("3", "5..2", "a..b", "2..2", "1..inf"):
            with self.subTest(bad), self._refused(ValidationError, "no range"):
                self._bands(bad)

    def test_two_levels_for_the_rest(self):
        with self._refused(ValidationError, "only one level"):
            self._bands("2..", "", "")

    def test_condition_on_a_metric_that_is_not_in_the_scheme(self):
        with self._refused(ValidationError, "not among its metrics"):
            self._bands("2..", metrics=self.order_revenue)

    def test_scheme_without_metric_or_with_bad_filter(self):
        with self._refused(ValidationError, "at least one metric"):
            self.Scheme.create({"name": "Empty", "code": "empty"})
        scheme = self._bands("2..")
        with self._refused(ValidationError, "customer filter"):
            scheme.domain = "[('nowhere', '=', 1)]"

    def test_days_until_is_for_leads(self):
        with self._refused(ValidationError, "cannot be used"):
            self._share_scheme(
                "rank", [20, 80], self.env.ref("crm_dealer_grading.metric_days_to_order")
            )

    def test_archived_scheme_may_be_unfinished(self):
        scheme = self.Scheme.create({"name": "Draft", "code": "draft", "active": False})
        with self._refused(ValidationError, "at least one metric"):
            scheme.active = True

    def test_what_the_database_refuses_is_refused_on_saving(self):
        metric = self._metric(domain="[('amount_total', '=', 'abc')]")
        with self._refused(ValidationError, "cannot compute"):
            self._share_scheme("rank", [20, 80], metric)

    def test_metric_in_use_stays_usable(self):
        date = self._field("sale.order", "date_order")
        with self._refused(ValidationError, "added up"):
            self.order_revenue.write({"aggregate": "days_since_last", "date_field_id": date})
        with self._refused(ValidationError, "what to count"):
            self.orders.aggregate = False
        with self._refused(ValidationError, "cannot be used"):
            self.orders.aggregate = "days_until"

    def test_total_keeps_archived_parts(self):
        total = self.env.ref("crm_dealer_grading.metric_revenue_12m")
        parts = len(total.component_ids)
        self.order_revenue.active = False
        self.env.invalidate_all()
        self.assertEqual(len(total.component_ids), parts)

    def test_one_range_for_each_metric(self):
        scheme = self._bands("2..", "")
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self.env["crm.grading.condition"].create(
                {
                    "level_id": scheme.level_ids[0].id,
                    "metric_id": self.orders.id,
                    "value_range": "..9",
                }
            )

    def test_closed_fields_are_no_oracle(self):
        oem = self.users["oem"]
        closed = "[('id_number_hash', '=like', 'a%')]"
        with self.assertRaises(AccessError):
            self.Metric.with_user(oem).create(
                {
                    "name": "Spy",
                    "code": "spy",
                    "model_id": self.env["ir.model"]._get_id("res.partner"),
                    "partner_path": "commercial_partner_id",
                    "domain": closed,
                }
            )
        scheme = self._bands("2..")
        with self.assertRaises(AccessError):
            scheme.with_user(oem).domain = closed

    def test_level_with_a_history_stays(self):
        scheme = self._bands("2..", "")
        first, second = scheme.level_ids
        self.env.cr.execute(
            "INSERT INTO crm_grading_history (scheme_id, partner_id, from_level_id, to_level_id,"
            " move, date) VALUES (%s, %s, %s, %s, 'up', '2026-01-01')",
            [scheme.id, self.customer_a.id, second.id, first.id],
        )
        for records in (first, second, scheme):
            with self._refused(UserError, "history is kept"):
                records.unlink()

    def test_shipped_schemes_are_sound(self):
        schemes = self.Scheme.with_context(active_test=False).search([("draft_of_id", "=", False)])
        self.assertLessEqual(
            {"value", "abc", "activity", "activity6", "rfm", "intent"}, set(schemes.mapped("code"))
        )
        schemes.active = True
        schemes._check_definition()

    def test_copy(self):
        copy = self.env.ref("crm_dealer_grading.scheme_activity").copy()
        self.assertEqual(len(copy.level_ids.condition_ids), 10)
        self.assertEqual(copy.level_ids.condition_ids.level_id.scheme_id, copy)
