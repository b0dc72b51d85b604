from contextlib import contextmanager
from datetime import datetime, timedelta
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.tests import tagged

from . import grading_oracle as oracle
from .common_grading import TODAY, GradingCommon

# Few different amounts, so that ties are common; refunds make some negative.
AMOUNTS = st.one_of(st.sampled_from([0, 100, 100.5, 250, -80]), st.integers(-10_000, 100_000))
HISTORIES = st.lists(
    st.lists(st.tuples(AMOUNTS, st.integers(0, 364)), min_size=1, max_size=3),
    min_size=1,
    max_size=12,
)
SHARES = st.lists(st.integers(1, 40), min_size=1, max_size=4).map(lambda s: [*s, 100 - sum(s)])
COMMON_SETTINGS = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)


@tagged("post_install", "-at_install")
class TestGradingMethods(GradingCommon):
    """Every method equals the plain-Python oracle on random histories."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls._customers(12)

    @contextmanager
    def _undone(self):
        with self.env.cr.savepoint() as savepoint:
            yield
            savepoint.rollback()
        self.env.invalidate_all()

    def _grade(self, scheme, histories):
        """Insert the histories, grade, and return (sums, levels) by customer."""
        noon = datetime.combine(TODAY, datetime.min.time()) + timedelta(hours=4)
        rows = [
            (customer, amount, noon - timedelta(days=days))
            for customer, history in zip(self.customers, histories, strict=False)
            for amount, days in history
        ]
        self._insert_orders(rows)
        scheme.regrade(date=TODAY)
        sums = {}
        for customer, amount, _moment in rows:
            sums[customer] = sums.get(customer, Fraction(0)) + Fraction(str(amount))
        return rows, sums, self._levels(scheme)

    @COMMON_SETTINGS
    @given(HISTORIES, SHARES.filter(lambda s: s[-1] > 0))
    def test_rank(self, histories, shares):
        with self._undone():
            scheme = self._share_scheme("rank", shares)
            _rows, sums, levels = self._grade(scheme, histories)
            expected = {c: str(i) for c, i in oracle.rank(sums, shares).items()}
            self.assertEqual(levels, expected)

    @COMMON_SETTINGS
    @given(HISTORIES, SHARES.filter(lambda s: s[-1] > 0))
    def test_cumulative(self, histories, shares):
        with self._undone():
            scheme = self._share_scheme("cumulative", shares)
            _rows, sums, levels = self._grade(scheme, histories)
            expected = {c: str(i) for c, i in oracle.cumulative(sums, shares).items()}
            self.assertEqual(levels, expected)

    @COMMON_SETTINGS
    @given(HISTORIES)
    def test_quintiles(self, histories):
        with self._undone():
            scheme = self.env.ref("crm_dealer_grading.scheme_rfm")
            scheme.domain = self.domain
            rows, sums, levels = self._grade(scheme, histories)
            days, counts = {}, {}
            for customer, _amount, moment in rows:
                age = (TODAY - moment.date()).days
                days[customer] = min(days.get(customer, age), age)
                counts[customer] = counts.get(customer, 0) + 1
            recency = oracle.quintile(days, lower_is_better=True)
            frequency, money = oracle.quintile(counts), oracle.quintile(sums)
            expected = {c: oracle.rfm_segment(recency[c], frequency[c], money[c]) for c in sums}
            self.assertEqual(levels, expected)
            scores = {
                r.partner_id: r.score for r in self.Result.search([("scheme_id", "=", scheme.id)])
            }
            self.assertEqual(
                scores, {c: 100 * recency[c] + 10 * frequency[c] + money[c] for c in sums}
            )

    @COMMON_SETTINGS
    @given(HISTORIES, st.lists(st.integers(-5000, 50_000), min_size=1, max_size=3, unique=True))
    def test_bands(self, histories, limits):
        """Bands between limits, the best first; the worst takes everybody below."""
        limits = sorted(limits, reverse=True)
        with self._undone():
            scheme = self._band_scheme(limits)
            _rows, sums, levels = self._grade(scheme, histories)
            expected = {
                c: next((str(i) for i, low in enumerate(limits) if value >= low), "rest")
                for c, value in sums.items()
            }
            self.assertEqual(levels, expected)

    def _band_scheme(self, limits):
        uppers = ["", *limits[:-1]]
        levels = [
            Command.create(
                {
                    "name": f"From {low}",
                    "code": str(i),
                    "sequence": i,
                    "condition_ids": [
                        Command.create(
                            {
                                "metric_id": self.order_revenue.id,
                                "value_range": f"{low}..{upper}",
                            }
                        )
                    ],
                }
            )
            for i, (low, upper) in enumerate(zip(limits, uppers, strict=True))
        ]
        levels.append(Command.create({"name": "Rest", "code": "rest", "sequence": 99}))
        return self.Scheme.create(
            {
                "name": "Bands",
                "code": "test_bands",
                "method": "bands",
                "domain": self.domain,
                "axis_ids": [Command.create({"metric_id": self.order_revenue.id})],
                "level_ids": levels,
            }
        )

    def test_nobody(self):
        scheme = self._share_scheme("rank", [20, 80])
        run = scheme.regrade(date=TODAY)
        self.assertEqual((run.graded, run.changed, self._levels(scheme)), (0, 0, {}))

    def test_one_customer_is_at_the_top(self):
        scheme = self._share_scheme("rank", [1, 99])
        customer = self.customers[0]
        self._insert_orders([(customer, 10, datetime(2026, 6, 1))])
        scheme.regrade(date=TODAY)
        self.assertEqual(self._levels(scheme), {customer: "0"})

    def test_no_revenue_at_all_is_the_last_class(self):
        scheme = self._share_scheme("cumulative", [80, 15, 5])
        rows = [
            (c, amount, datetime(2026, 6, 1))
            for c, amount in zip(self.customers, [0, -5, 0], strict=False)
        ]
        self._insert_orders(rows)
        scheme.regrade(date=TODAY)
        self.assertEqual(set(self._levels(scheme).values()), {"2"})

    def test_nobody_is_at_the_top_with_nothing(self):
        """Free first services, before anybody has paid, make no key customer (G1)."""
        scheme = self._share_scheme("rank", [10, 40, 50])
        nothing = [(c, 0, datetime(2026, 6, 1)) for c in self.customers[:8]]
        self._insert_orders(nothing)
        scheme.regrade(date=TODAY)
        self.assertEqual(set(self._levels(scheme).values()), {"2"})
        self._insert_orders([(self.customers[8], 10, datetime(2026, 6, 1))])
        scheme.regrade(date=TODAY)
        levels = self._levels(scheme)
        self.assertEqual(levels.pop(self.customers[8]), "0")
        self.assertEqual(set(levels.values()), {"2"})

    def test_customers_without_record_only_when_the_scheme_says_so(self):
        scheme = self._share_scheme("rank", [50, 50])
        self._insert_orders([(self.customers[0], 10, datetime(2026, 6, 1))])
        scheme.regrade(date=TODAY)
        self.assertEqual(len(self._levels(scheme)), 1)
        scheme.include_inactive = True
        scheme.regrade(date=TODAY)
        self.assertEqual(len(self._levels(scheme)), 12)

    def test_customers_without_figure_are_last_of_the_sum(self):
        """A highest amount is unknown without orders; unknown is not the best."""
        metric = self.order_revenue.copy({"code": "highest", "aggregate": "max"})
        scheme = self._share_scheme("cumulative", [80, 20], metric, include_inactive=True)
        self._insert_orders([(self.customers[0], 10, datetime(2026, 6, 1))])
        scheme.regrade(date=TODAY)
        levels = self._levels(scheme)
        self.assertEqual(levels.pop(self.customers[0]), "0")
        self.assertEqual(set(levels.values()), {"1"})

    def test_rank_by_an_average(self):
        """Two middling orders are less, on average, than a large one."""
        metric = self.order_revenue.copy({"code": "mean", "aggregate": "average"})
        scheme = self._share_scheme("rank", [50, 50], metric)
        one, two = self.customers[:2]
        amounts = ((one, 60), (one, 60), (two, 100))
        self._insert_orders([(c, a, datetime(2026, 6, 1)) for c, a in amounts])
        scheme.regrade(date=TODAY)
        self.assertEqual(self._levels(scheme), {one: "1", two: "0"})

    def test_rank_within_the_dealer(self):
        others = self._customers(2, self.dealer_b)
        scheme = self._share_scheme("rank", [50, 50], scope="dealer")
        mine = self.customers[:2]
        self._insert_orders(
            [
                (c, a, datetime(2026, 6, 1))
                for c, a in zip(mine + others, [900, 800, 70, 60], strict=True)
            ]
        )
        scheme.regrade(date=TODAY)
        levels = self._levels(scheme)
        self.assertEqual([levels[c] for c in mine + others], ["0", "1", "0", "1"])

    def test_money_of_companies_in_one_currency(self):
        """Amounts become company currency at the document's rate, then the scheme's."""
        euro, dollar = self.env.ref("base.EUR"), self.env.ref("base.USD")
        (euro | dollar).active = True
        home = self.company.currency_id
        foreign = euro if home != euro else dollar
        abroad = self.env["res.company"].create({"name": "Abroad", "currency_id": foreign.id})
        self.env["res.currency.rate"].create(
            [
                {"name": "2026-01-01", "currency_id": foreign.id, "company_id": c.id, "rate": r}
                for c, r in ((self.company, 0.5), (abroad, 1.0))
            ]
            + [{"name": "2026-01-01", "currency_id": home.id, "company_id": abroad.id, "rate": 2.0}]
        )
        scheme = self._share_scheme("rank", [50, 50], currency_id=home.id)
        here, there = self.customers[:2]
        # 100 foreign at the document's rate 0.8 foreign for one home: 125 home.
        self._insert_orders([(here, 100, datetime(2026, 6, 1))], currency=foreign, rate=0.8)
        # 70 foreign of the company abroad: 140 home on the reference date.
        self._insert_orders([(there, 70, datetime(2026, 6, 1))], company=abroad)
        scheme.regrade(date=TODAY)
        scores = {
            r.partner_id: r.score for r in self.Result.search([("scheme_id", "=", scheme.id)])
        }
        self.assertAlmostEqual(scores[here], 125)
        self.assertAlmostEqual(scores[there], 140)
        scheme.company_id = self.company
        scheme.regrade(date=TODAY)
        self.assertEqual(list(self._levels(scheme)), [here])
