"""Intervals and ranks against the oracle, without a database."""

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from odoo.addons.crm_dealer_grading.tools.confidence import Sums, interval, ranks, student

from . import index_oracle

ANSWERS = st.lists(
    st.tuples(st.integers(1, 8), st.floats(0, 1000, allow_nan=False)), min_size=1, max_size=60
)


def sums(figures):
    """What SQL adds up."""
    customers = {}
    for customer, figure in figures:
        customers.setdefault(customer, []).append(figure)
    pairs = [(len(told), sum(told)) for told in customers.values()]
    return Sums(
        len(figures),
        len(pairs),
        sum(s for _n, s in pairs),
        sum(s * s for _n, s in pairs),
        sum(n * s for n, s in pairs),
        sum(n * n for n, _s in pairs),
    )


class TestConfidence(BaseCase):
    @settings(max_examples=150, deadline=None)
    @given(ANSWERS)
    def test_error_is_the_oracles(self, figures):
        found = sums(figures)
        mean, n, customers, error = index_oracle.index(figures)
        self.assertAlmostEqual(found.mean, mean, 6)
        self.assertEqual((found.answers, found.customers), (n, customers))
        if error is None:
            self.assertIsNone(found.error)
        else:
            self.assertAlmostEqual(found.error, error, 2)

    def test_textbook_interval_with_one_answer_a_customer(self):
        found = sums(list(enumerate([810.0, 790, 845, 770, 805])))
        low, high = found.interval(0, 1000)
        # Mean 804, s 27.70, t(4) 2.7764.
        self.assertAlmostEqual(low, 769.6, 1)
        self.assertAlmostEqual(high, 838.4, 1)

    def test_who_answers_five_times_does_not_make_it_surer(self):
        once = sums(list(enumerate([700.0, 800, 900])))
        often = sums([(n, f) for n, f in enumerate([700.0, 800, 900]) for _again in range(5)])
        self.assertAlmostEqual(once.error, often.error)

    def test_quantiles_of_the_table(self):
        table = {1: 12.7062, 2: 4.3027, 5: 2.5706, 10: 2.2281, 30: 2.0423, 120: 1.9799}
        self.assertEqual({n: round(student(n), 4) for n in table}, table)
        self.assertAlmostEqual(student(10**6), 1.95996, 4)

    def test_interval_stays_on_the_scale(self):
        self.assertEqual(interval(990, 40, 20, 100, 1000)[1], 1000)
        self.assertEqual(interval(990, None, 1, 100, 1000), (None, None))

    @settings(max_examples=100, deadline=None)
    @given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 20)), max_size=12))
    def test_rank_lies_in_its_range(self, groups):
        figures = [(mean, mean - half, mean + half) for mean, half in groups]
        for rank, best, worst in ranks(figures):
            self.assertLessEqual(best, rank)
            self.assertLessEqual(rank, worst)
            self.assertTrue(1 <= best <= worst <= len(groups))

    def test_sure_figures_have_one_rank(self):
        self.assertEqual(
            ranks([(1, 0, 2), (9, 8, 10), (5, 4, 6)]), [(3, 3, 3), (1, 1, 1), (2, 2, 2)]
        )
