"""Differences of means with their intervals against another arithmetic (S6)."""

import doctest
import random

from odoo.tests import BaseCase, tagged

from odoo.addons.crm_dealer_grading.tools.confidence import Sums

from ..tools import effect
from ..tools.effect import difference, difference_in_differences, verdict
from .improvement_oracle import by_customer, contrast, normal_quantile


def sums(answers):
    """As the database adds up."""
    groups = by_customer(answers)
    return Sums(
        sum(n for n, _t in groups), len(groups), sum(t for _n, t in groups),
        sum(t * t for _n, t in groups), sum(t * n for n, t in groups),
        sum(n * n for n, _t in groups),
    )  # fmt: skip


@tagged("post_install", "-at_install")
class TestEffect(BaseCase):
    def _sample(self, rng, mean, count):
        """Answers of customers of whom some answer several times."""
        customers = rng.randint(2, max(count, 2))
        return [
            (number % customers, min(10, max(1, round(rng.gauss(mean, 1.5)))))
            for number in range(count)
        ]

    def test_random(self):
        rng = random.Random(6)
        seen = set()
        for _round in range(40):
            mean = rng.uniform(5, 8)
            four = [self._sample(rng, mean + rng.uniform(-2, 2), rng.randint(3, 80))
                    for _part in range(4)]  # fmt: skip
            if any(len({figure for _c, figure in part}) < 2 for part in four):
                continue
            found = difference(*map(sums, four[:2]))
            wanted = contrast([(-1, four[0]), (1, four[1])])
            self._same(found, wanted)
            both = difference_in_differences(*map(sums, four))
            self._same(both, contrast([(-1, four[0]), (1, four[1]), (1, four[2]), (-1, four[3])]))
            seen.add(verdict(found, True))
        self.assertEqual(seen, {"better", "worse", "unclear"})

    def _same(self, effect, wanted):
        for one, other in zip((effect.value, effect.low, effect.high), wanted, strict=True):
            self.assertAlmostEqual(one, other, places=5)

    def test_many_customers_tend_to_the_normal_interval(self):
        rng = random.Random(7)
        before = [(n, rng.choice((6, 7, 8))) for n in range(4000)]
        after = [(n, rng.choice((6, 7, 8))) for n in range(4000)]
        found = difference(sums(before), sums(after))
        error = (sums(before).error ** 2 + sums(after).error ** 2) ** 0.5
        self.assertAlmostEqual((found.high - found.low) / 2 / error, normal_quantile(), places=3)

    def test_coverage(self):
        """Of samples of one kind, some 5 % seem to differ, not many more."""
        rng = random.Random(8)
        wrong = sum(
            difference(*(sums([(n, rng.gauss(7, 1.4)) for n in range(20)]) for _side in "ab")).sure
            for _round in range(2000)
        )
        self.assertTrue(60 <= wrong <= 145, wrong)

    def test_too_little(self):
        one = sums([(1, 7), (1, 8)])
        many = sums([(1, 7), (2, 8), (3, 9)])
        self.assertIsNone(difference(one, many).low)
        self.assertEqual(verdict(difference(one, many), True), "few")
        self.assertEqual(verdict(difference(many, many), False), "few")
        self.assertEqual(verdict(None, True), "few")
        self.assertEqual(verdict(difference(many, many), True), "unclear")

    def test_doctests(self):
        self.assertEqual(doctest.testmod(effect).failed, 0)
