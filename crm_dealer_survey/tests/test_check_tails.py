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
    HONEST_SHARE,
    beta_binomial_tail,
    common_odds,
    design_effect,
    fisher_tail,
    fit_beta,
    improbable_odds,
    improbable_shares,
    odds_spread,
    too_improbable,
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

    @settings(max_examples=200, deadline=None)
    @given(st.lists(st.floats(0, 1), max_size=12), st.floats(0.0001, 0.2))
    def test_of_many_is_the_rule_by_its_definition(self, tails_, level):
        """The largest set whose worst tail is within the share that its size allows."""
        sizes = [
            size
            for size in range(1, len(tails_) + 1)
            if sorted(tails_)[size - 1] * len(tails_) <= HONEST_SHARE * size * (1 + 1e-12)
        ]
        limit = min(sorted(tails_)[max(sizes) - 1], level) if sizes else -1
        wanted = {n for n, tail in enumerate(tails_) if tail <= limit}
        found = too_improbable(dict(enumerate(tails_)), level)
        self.assertEqual({tails_[n] for n in found}, {tails_[n] for n in wanted})

    def test_of_many_honest_dealers_hardly_one_is_flagged(self):
        rng = random.Random(5)
        alone = together = 0
        for _night in range(200):
            drawn = {number: rng.random() for number in range(1000)}
            alone += sum(tail <= 0.001 for tail in drawn.values())
            together += bool(too_improbable(drawn, 0.001))
        self.assertGreater(alone, 150)  # one a night
        self.assertLessEqual(together, 20)  # a night in twenty, within chance

    def test_cheats_among_many_are_still_flagged(self):
        rng = random.Random(6)
        cheats = honest = 0
        for _night in range(50):
            drawn = {n: rng.random() * (1e-7 if n < 5 else 1) for n in range(1000)}
            found = too_improbable(drawn, 0.001)
            cheats, honest = cheats + sum(n < 5 for n in found), honest + sum(n >= 5 for n in found)
        self.assertEqual(cheats, 250)
        self.assertLess(honest / (cheats + honest), 2 * HONEST_SHARE)

    # -- Odds that differ ----------------------------------------------------------------------

    @staticmethod
    def _table(rng, log_odds, bad=20, others=100, share=0.1):
        odds = share / (1 - share) * exp(log_odds)
        hit = sum(rng.random() < odds / (1 + odds) for _n in range(bad))
        return hit, bad, sum(rng.random() < share for _n in range(others)), others

    def test_spread_of_the_odds_is_found(self):
        rng = random.Random(7)
        for spread in (0, 0.6):
            tables = [
                self._table(rng, rng.gauss(0.7, spread), 60, 300, 0.2) for _n in range(1500)
            ]
            self.assertLess(abs(odds_spread(tables) - spread), 0.15)

    def test_the_tail_is_averaged_over_the_odds(self):
        rng = random.Random(8)
        table = (9, 20, 10, 100)
        drawn = [fisher_tail(*table, 2 * exp(rng.gauss(0, 0.6))) for _n in range(20_000)]
        mean = sum(drawn) / len(drawn)
        self.assertAlmostEqual(fisher_tail(*table, 2, 0.6), mean, 2)
        self.assertGreater(fisher_tail(*table, 2, 0.6), fisher_tail(*table, 2))

    def _by_odds(self, rng, spread, cheats=0):
        tables = {n: self._table(rng, rng.gauss(0.7, spread)) for n in range(100)}
        return tables | {f"cheat {n}": self._table(rng, 5) for n in range(cheats)}

    @staticmethod
    def _improbable(tables):
        tails_ = {key: tail for key, (tail, _odds) in improbable_odds(tables, 0.001).items()}
        return too_improbable(tails_, 0.001)

    def test_dealers_whose_odds_differ_are_honest(self):
        """Beside one odds ratio for all, most networks would have a cheat."""
        rng = random.Random(9)
        flagged = plain = 0
        for _night in range(20):
            tables = self._by_odds(rng, 0.7)
            odds = common_odds(tables.values())
            tails_ = {key: fisher_tail(*table, odds) for key, table in tables.items()}
            plain += bool(too_improbable(tails_, 0.001))
            flagged += bool(self._improbable(tables))
        self.assertGreater(plain, 10)
        self.assertLess(flagged, 6)

    def test_cheats_are_found_beside_others(self):
        for spread in (0, 0.5):
            tables = self._by_odds(random.Random(10), spread, cheats=6)
            self.assertEqual(self._improbable(tables), {f"cheat {n}" for n in range(6)})

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
