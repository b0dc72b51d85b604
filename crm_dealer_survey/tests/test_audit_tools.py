"""Sizes, intervals and scores against exact oracles and published tables (S9)."""

import doctest
from fractions import Fraction
from math import comb
from random import Random

from odoo.tests import BaseCase, tagged

from ..tools import audit_score, photo, verification
from ..tools.draw import draw
from ..tools.verification import (
    at_most,
    exact_interval,
    score_interval,
    size_for_acceptance,
    size_for_margin,
    too_many,
)

# Krejcie and Morgan (1970): population, sample; ± 5 points, share 50 %, 95 %.
KREJCIE_MORGAN = {
    10: 10, 20: 19, 50: 44, 100: 80, 150: 108, 200: 132, 300: 169, 400: 196, 700: 248, 1000: 278,
    1500: 306, 2000: 322, 3000: 341, 5000: 357, 10_000: 370, 20_000: 377, 75_000: 382,
}  # fmt: skip
# Clopper and Pearson, 95 %, in percent: (hits, size): (low, high).
CLOPPER_PEARSON = {
    (0, 10): (0.0, 30.85), (1, 10): (0.25, 44.50), (5, 10): (18.71, 81.29), (10, 10): (69.15, 100),
    (0, 100): (0.0, 3.62), (1, 100): (0.03, 5.45), (10, 100): (4.90, 17.62), (2, 50): (0.49, 13.71),
}  # fmt: skip


def exact_at_most(most, population, wrong, size):
    """The hypergeometric distribution in whole numbers."""
    hits = sum(
        comb(wrong, k) * comb(population - wrong, size - k)
        for k in range(most + 1)
        if k <= wrong and 0 <= size - k <= population - wrong
    )
    return Fraction(hits, comb(population, size))


def binomial_at_least(hits, size, share):
    return sum(comb(size, k) * share**k * (1 - share) ** (size - k) for k in range(hits, size + 1))


@tagged("post_install", "-at_install")
class TestAuditTools(BaseCase):
    def test_doctests(self):
        for module in (audit_score, verification):
            self.assertEqual(doctest.testmod(module).failed, 0, module)

    def test_size_by_published_table(self):
        for population, size in KREJCIE_MORGAN.items():
            # The table rounds; whoever keeps the bound rounds up.
            self.assertIn(size_for_margin(population, 5) - size, (0, 1), population)

    def test_size_keeps_its_bound_and_is_the_smallest(self):
        rng = Random("margin")
        for _number in range(200):
            population, margin = rng.randint(2, 50_000), rng.choice([1, 2, 3, 5, 7.5, 10])
            expected = rng.choice([5, 10, 50])
            size = size_for_margin(population, margin, expected)
            self.assertLessEqual(size, population)

            def half(n, population=population, expected=expected):
                share = expected / 100
                correction = (population - n) / (population - 1)
                return 195.9963985 * (share * (1 - share) / n * correction) ** 0.5

            self.assertLessEqual(half(size), margin + 1e-6)
            if size > 1:
                self.assertGreater(half(size - 1), margin - 1e-6)

    def test_acceptance_against_whole_numbers(self):
        rng = Random("accept")
        for _number in range(150):
            population, share = rng.randint(5, 400), rng.choice([1, 2, 5, 10, 20])
            accepted = rng.randint(0, 3)
            wrong = too_many(population, share)
            self.assertGreater(Fraction(wrong, population), Fraction(share, 100))
            self.assertLessEqual(Fraction(wrong - 1, population), Fraction(share, 100))
            if accepted >= wrong:
                continue
            size = size_for_acceptance(population, share, accepted)
            bound = Fraction(5, 100)
            self.assertLessEqual(exact_at_most(accepted, population, wrong, size), bound)
            if size > accepted + 1:
                self.assertGreater(exact_at_most(accepted, population, wrong, size - 1), bound)

    def test_hypergeometric_distribution(self):
        rng = Random("tail")
        for _number in range(200):
            population = rng.randint(1, 300)
            wrong, size = rng.randint(0, population), rng.randint(0, population)
            most = rng.randint(0, 5)
            exact = float(exact_at_most(most, population, wrong, size))
            self.assertAlmostEqual(at_most(most, population, wrong, size), exact, 9)

    def test_exact_interval(self):
        for (hits, size), (low, high) in CLOPPER_PEARSON.items():
            found = exact_interval(hits, size)
            self.assertAlmostEqual(found[0], low, delta=0.006, msg=(hits, size))
            self.assertAlmostEqual(found[1], high, delta=0.006, msg=(hits, size))
        rng = Random("interval")
        for _number in range(50):
            size = rng.randint(1, 400)
            hits = rng.randint(0, size)
            low, high = exact_interval(hits, size)
            if hits:
                self.assertAlmostEqual(binomial_at_least(hits, size, low / 100), 0.025, 6)
            if hits < size:
                self.assertAlmostEqual(1 - binomial_at_least(hits + 1, size, high / 100), 0.025, 6)
        self.assertEqual(exact_interval(0, 0), (None, None))
        self.assertEqual(score_interval(0, 0), (None, None))

    def test_wilson_solves_its_equation(self):
        rng = Random("wilson")
        for _number in range(50):
            size = rng.randint(1, 400)
            hits = rng.randint(0, size)
            for end in score_interval(hits, size):
                share = end / 100
                distance = abs(hits / size - share)
                wanted = 1.959963985 * (share * (1 - share) / size) ** 0.5
                self.assertAlmostEqual(distance, wanted, 6)

    def test_score_reweights_what_does_not_apply(self):
        rng = Random("score")
        for _number in range(100):
            rows = [
                (Fraction(rng.randint(1, 9)), rng.choice([None, *range(101)]))
                for _row in range(rng.randint(1, 12))
            ]
            known = [(weight, share) for weight, share in rows if share is not None]
            found = audit_score.weighted(rows)
            if not known:
                self.assertIsNone(found)
            else:
                wanted = sum(w * s for w, s in known) / sum(w for w, _s in known)
                self.assertAlmostEqual(float(found), float(wanted), 9)

    def test_draw_is_fair(self):
        """Over 3,000 seeds each of 40 vehicles is drawn as often; and each pair."""
        keys, size, seeds = range(1000, 1040), 8, 3000
        single, pairs = dict.fromkeys(keys, 0), 0
        for seed in range(seeds):
            drawn = sorted(keys, key=lambda key, seed=seed: draw(f"{seed:08x}", key))[:size]
            for key in drawn:
                single[key] += 1
            pairs += {keys[0], keys[1]} <= set(drawn)
        share = size / len(keys)
        wanted = seeds * share
        # Drawn without replacement: the squares are (1 - share) of the usual ones, times n / (n-1).
        chi = sum((count - wanted) ** 2 for count in single.values()) / wanted
        chi *= (len(keys) - 1) / len(keys) / (1 - share)
        self.assertLess(chi, 72.1, "0.1 % point of 39 degrees of freedom")
        self.assertGreater(chi, 17.3, "too even to be by chance")
        both = size * (size - 1) / len(keys) / (len(keys) - 1)
        deviation = (seeds * both * (1 - both)) ** 0.5
        self.assertLess(abs(pairs - seeds * both), 3.3 * deviation)

    def test_photos_are_of_pixels(self):
        for data in (b"", b"<svg/>", b"GIF89a", b"\xff\xd8\xff\xe0"):
            with self.assertRaises(ValueError):
                photo.opened(data)
