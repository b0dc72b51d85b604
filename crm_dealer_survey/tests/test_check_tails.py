"""Tails of shares against integrals and exact sums, without a database."""

import doctest
import random
from fractions import Fraction
from math import comb, exp, lgamma, log

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..tools import tails
from ..tools.tails import (
    beta_binomial_tail,
    common_odds,
    design_effect,
    fisher_tail,
    fit_beta,
    improbable_shares,
)


def integrated_tail(least, size, a, b, steps=4000):
    """The binomial tail, averaged over the beta density by the midpoint rule."""
    norm = lgamma(a + b) - lgamma(a) - lgamma(b)
    total = 0.0
    for step in range(steps):
        p = (step + 0.5) / steps
        density = exp(norm + (a - 1) * log(p) + (b - 1) * log(1 - p))
        tail = sum(comb(size, k) * p**k * (1 - p) ** (size - k) for k in range(least, size + 1))
        total += density * tail / steps
    return total


def exact_tail(hit, bad, other, others, odds):
    """Fisher's tail in fractions."""
    marked = hit + other
    weights = {
        k: comb(bad, k) * comb(others, marked - k) * Fraction(odds) ** k
        for k in range(max(0, marked - others), min(bad, marked) + 1)
    }
    return float(sum(w for k, w in weights.items() if k >= hit) / sum(weights.values()))


def sums(answers):
    """Sums of a dealer's answers; ``(hits, figures)`` each."""
    return {
        "answers": len(answers),
        "figures": sum(n for _k, n in answers),
        "hits": sum(k for k, _n in answers),
        "hh": sum(k * k for k, _n in answers),
        "hf": sum(k * n for k, n in answers),
        "ff": sum(n * n for _k, n in answers),
    }


class TestTails(BaseCase):
    def test_examples_of_the_module(self):
        failed, tried = doctest.testmod(tails)
        self.assertGreater(tried, 4)
        self.assertFalse(failed)

    @settings(max_examples=25, deadline=None)
    @given(st.integers(0, 25), st.floats(1.5, 20), st.floats(1.5, 20))
    def test_beta_binomial_is_the_integral(self, least, a, b):
        self.assertAlmostEqual(
            beta_binomial_tail(least, 25, a, b), integrated_tail(least, 25, a, b), 4
        )

    @settings(max_examples=200, deadline=None)
    @given(
        st.integers(0, 40), st.integers(0, 40), st.integers(0, 40), st.integers(0, 40),
        st.integers(1, 9),
    )  # fmt: skip
    def test_fisher_is_the_exact_sum(self, hit, rest, other, rest2, odds):
        table = (hit, hit + rest, other, other + rest2)
        self.assertAlmostEqual(fisher_tail(*table, odds), exact_tail(*table, odds), 9)

    def test_fisher_stays_exact_with_many(self):
        self.assertAlmostEqual(fisher_tail(60, 100, 100, 900), exact_tail(60, 100, 100, 900, 1), 12)
        self.assertLess(fisher_tail(60, 100, 100, 900), 1e-20)

    def test_the_odds_of_the_network_explain_much(self):
        table = (12, 30, 30, 300)  # 40 % against 10 %
        self.assertLess(fisher_tail(*table), 0.001)
        self.assertGreater(fisher_tail(*table, 5), 0.3)

    def test_common_odds_of_strata(self):
        # Each has odds 4, with other shares: taken together without strata it would not be.
        tables = [(20, 40, 10, 50), (160, 200, 50, 100), (2, 10, 6, 102)]
        self.assertAlmostEqual(common_odds(tables), 4, 1)
        self.assertEqual(common_odds([(1, 10, 50, 100)]), 1.0)  # never below
        self.assertEqual(common_odds([(3, 3, 0, 5)]), 1.0)  # nothing to compare with

    def test_design_effect(self):
        rng = random.Random(1)
        alone = [sums([(int(rng.random() < 0.3), 1) for _n in range(50)]) for _d in range(200)]
        self.assertAlmostEqual(design_effect(alone), 1, 1)
        # Whoever gives one ten gives tens throughout: ten figures are worth one.
        same = [
            sums([(10 * int(rng.random() < 0.3), 10) for _n in range(50)]) for _d in range(200)
        ]
        self.assertAlmostEqual(design_effect(same), 10, 0)
        self.assertEqual(design_effect([sums([(5, 10)])]), 1.0)

    def test_fit_finds_the_distribution(self):
        rng = random.Random(2)
        groups = []
        for _dealer in range(3000):
            share = rng.betavariate(6, 18)
            groups.append((sum(rng.random() < share for _n in range(60)), 60))
        a, b = fit_beta(groups)
        self.assertAlmostEqual(a / (a + b), 0.25, 1)
        self.assertLess(abs(a + b - 24), 3)

    def _network(self, rng, cheats):
        dealers = {}
        for number in range(30):
            share = rng.betavariate(8, 24)
            dealers[number] = self._dealer(rng, share)
        for number in range(cheats):
            dealers[f"cheat {number}"] = self._dealer(rng, 0.85)
        return dealers

    @staticmethod
    def _dealer(rng, share):
        answers = []
        for _answer in range(40):
            own = rng.betavariate(4 * share, 4 * (1 - share))
            answers.append((sum(rng.random() < own for _n in range(10)), 10))
        return sums(answers)

    def test_cheats_do_not_hide_each_other(self):
        for cheats in (0, 1, 6):
            tails_, usual = improbable_shares(self._network(random.Random(cheats), cheats), 0.001)
            found = {key for key, tail in tails_.items() if tail <= 0.001}
            self.assertEqual(found, {f"cheat {n}" for n in range(cheats)})
            self.assertAlmostEqual(usual, 0.25, 1)

    def test_honest_dealers_are_rarely_improbable(self):
        """In many networks the tail keeps its promise, within what chance allows."""
        found = 0
        for seed in range(60):
            tails_, _usual = improbable_shares(self._network(random.Random(1000 + seed), 0), 0.001)
            found += sum(tail <= 0.001 for tail in tails_.values())
        self.assertLessEqual(found, 12)  # of 1,800, where 2 are expected

    def test_too_few_dealers_are_not_compared(self):
        rng = random.Random(3)
        dealers = {n: self._dealer(rng, 0.2) for n in range(4)}
        self.assertEqual(improbable_shares(dealers, 0.001), ({}, None))

    def test_all_alike_or_nothing_at_all(self):
        same = {n: sums([(0, 10)] * 20) for n in range(8)}
        tails_, _usual = improbable_shares(same, 0.001)
        self.assertTrue(all(tail > 0.5 for tail in tails_.values()))
        full = {n: sums([(10, 10)] * 20) for n in range(8)}
        tails_, _usual = improbable_shares(full, 0.001)
        self.assertTrue(all(tail > 0.5 for tail in tails_.values()))
