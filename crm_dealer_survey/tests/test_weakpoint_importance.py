"""Johnson's relative weights: a published example, what must hold always, another way (S5)."""

import random
from datetime import date

from odoo.tests import BaseCase, tagged

from ..tools import importance
from ..tools.importance import derive, eigen, relative_weights
from ..tools.period import before, whole_months
from ..tools.quadrant import priorities, quadrant
from . import weak_oracle

# 32 cars of Henderson and Velleman (1981), "mtcars" of R: mpg, cyl, disp, hp, wt.
CARS = """
21 6 160 110 2.62; 21 6 160 110 2.875; 22.8 4 108 93 2.32; 21.4 6 258 110 3.215;
18.7 8 360 175 3.44; 18.1 6 225 105 3.46; 14.3 8 360 245 3.57; 24.4 4 146.7 62 3.19;
22.8 4 140.8 95 3.15; 19.2 6 167.6 123 3.44; 17.8 6 167.6 123 3.44; 16.4 8 275.8 180 4.07;
17.3 8 275.8 180 3.73; 15.2 8 275.8 180 3.78; 10.4 8 472 205 5.25; 10.4 8 460 215 5.424;
14.7 8 440 230 5.345; 32.4 4 78.7 66 2.2; 30.4 4 75.7 52 1.615; 33.9 4 71.1 65 1.835;
21.5 4 120.1 97 2.465; 15.5 8 318 150 3.52; 15.2 8 304 150 3.435; 13.3 8 350 245 3.84;
19.2 8 400 175 3.845; 27.3 4 79 66 1.935; 26 4 120.3 91 2.14; 30.4 4 95.1 113 1.513;
15.8 8 351 264 3.17; 19.7 6 145 175 2.77; 15 8 301 335 3.57; 21.4 4 121 109 2.78
"""
# Relative weights of cyl, disp, hp and wt for mpg as Martin Chan publishes them in "Regression
# methods", an article of the R package rwa (martinctc.github.io/rwa, seen in 2026).
PUBLISHED = [0.2096904, 0.1883043, 0.1799590, 0.2706812]


def cars():
    rows = [[float(figure) for figure in row.split()] for row in CARS.split(";")]
    return weak_oracle.matrix([dict(enumerate(row)) for row in rows], [1, 2, 3, 4])


@tagged("post_install", "-at_install")
class TestImportance(BaseCase):
    def _random(self, rng, size, answers=60):
        """Correlations of random figures that have something in common."""
        rows = []
        for _answer in range(answers):
            mood = rng.gauss(0, 1)
            said = [mood + rng.gauss(0, 0.5 + item / 3) for item in range(1, size + 1)]
            told = sum(figure * (item % 3) for item, figure in enumerate(said)) + rng.gauss(0, 2)
            rows.append(dict(enumerate([told, *said])))
        return weak_oracle.matrix(rows, range(1, size + 1))

    def test_published_example(self):
        for weight, wanted in zip(relative_weights(cars()), PUBLISHED, strict=True):
            self.assertAlmostEqual(weight, wanted, 7)

    def test_by_another_square_root(self):
        rng = random.Random(5)
        for size in (1, 2, 3, 6, 13):
            correlations = self._random(rng, size)
            shares, explained = weak_oracle.shares(correlations)
            weights = relative_weights(correlations)
            self.assertAlmostEqual(sum(weights), explained, 8)
            for weight, share in zip(weights, shares, strict=True):
                self.assertAlmostEqual(weight / explained, share, 8)

    def test_sum_is_the_share_that_a_regression_explains(self):
        rng = random.Random(6)
        for size in range(1, 9):
            correlations = self._random(rng, size)
            explained = weak_oracle.explained(correlations, list(range(1, size + 1)))
            self.assertAlmostEqual(sum(relative_weights(correlations)), explained, 9)

    def test_near_the_average_over_all_orders(self):
        rng = random.Random(7)
        two = self._random(rng, 2)
        for weight, gain in zip(relative_weights(two), weak_oracle.dominance(two), strict=True):
            self.assertAlmostEqual(weight, gain, 9)  # of two the same, exactly
        for _example in range(6):
            correlations = self._random(rng, 5)
            gains = weak_oracle.dominance(correlations)
            for weight, gain in zip(relative_weights(correlations), gains, strict=True):
                self.assertLess(abs(weight - gain), 0.03)

    def test_order_does_not_matter(self):
        correlations = cars()
        order = [0, 3, 1, 4, 2]
        turned = relative_weights([[correlations[i][j] for j in order] for i in order])
        for place, weight in zip(order[1:], turned, strict=True):
            self.assertAlmostEqual(weight, PUBLISHED[place - 1], 7)

    def test_twins_share(self):
        correlations = [[1, 0.6, 0.6, 0.3], [0.6, 1, 1, 0.2], [0.6, 1, 1, 0.2], [0.3, 0.2, 0.2, 1]]
        one, other, third = relative_weights(correlations)
        self.assertAlmostEqual(one, other, 9)
        self.assertGreater(third, 0)
        single = relative_weights([[1, 0.6, 0.3], [0.6, 1, 0.2], [0.3, 0.2, 1]])
        self.assertAlmostEqual(one + other + third, sum(single), 6)

    def test_what_does_not_fit_together_is_mended(self):
        impossible = [[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]]
        self.assertLess(min(eigen(impossible)[0]), 0)
        weights = relative_weights(impossible)
        self.assertTrue(all(0 <= weight <= 1 for weight in weights))
        self.assertLessEqual(sum(weights), 1 + 1e-9)

    def test_eigenvectors(self):
        correlations = self._random(random.Random(8), 12)
        values, vectors = eigen(correlations)
        self.assertAlmostEqual(sum(values), 13, 9)
        for i, row in enumerate(correlations):
            for j, figure in enumerate(row):
                back = sum(v * vectors[i][k] * vectors[j][k] for k, v in enumerate(values))
                self.assertAlmostEqual(back, figure, 9)

    def test_range_by_chance_is_that_of_drawing_answers_again(self):
        rng = random.Random(9)
        rows = []
        for _answer in range(200):
            mood = rng.gauss(0, 1)
            said = [mood + rng.gauss(0, 1) for _item in range(3)]
            rows.append(dict(enumerate([sum(said) / 3 + said[0] + rng.gauss(0, 1), *said])))
        correlations = weak_oracle.matrix(rows, [1, 2, 3])
        drawn = []
        for _draw in range(300):
            again = weak_oracle.matrix(rng.choices(rows, k=200), [1, 2, 3])
            drawn.append(weak_oracle.shares(again)[0])
        found = importance.ranges(correlations, 200)
        for (low, high), column in zip(found, zip(*drawn, strict=True), strict=True):
            column = sorted(column)
            self.assertLess(abs(low - column[7]), 0.04)
            self.assertLess(abs(high - column[-8]), 0.04)
        self.assertEqual(importance.ranges(correlations, 200), found)
        narrow = importance.ranges(correlations, 20_000)
        shares = weak_oracle.shares(correlations)[0]
        for share, (low, high), (least, most) in zip(shares, narrow, found, strict=True):
            self.assertTrue(least < low < share < high < most)
        self.assertEqual(importance.ranges(correlations, 4), [(None, None)] * 3)

    def test_few_and_constant_have_none(self):
        pairs = {(0, 1): (0.5, 40), (0, 2): (0.4, 12), (1, 2): (0.3, 12)}
        few = derive([1, 2], pairs, 50)
        self.assertEqual((few.reason, few.answers, few.shares), ("few", 40, {}))
        alone = derive([1, 2], pairs, 20)
        self.assertEqual((alone.shares, alone.answers), ({1: 1.0}, 40))
        both = derive([1, 2], pairs, 10)
        self.assertAlmostEqual(sum(both.shares.values()), 1, 12)
        self.assertEqual(both.answers, 12)
        constant = {(0, 1): (None, 40), (0, 2): (None, 40), (1, 2): (0.3, 40)}
        self.assertEqual(derive([1, 2], constant, 10).reason, "constant")
        one = derive([1, 2], {**constant, (0, 2): (0.4, 40), (1, 2): (None, 40)}, 10)
        self.assertEqual(list(one.shares), [2])
        self.assertEqual(derive([1], {(0, 1): (0.0, 40)}, 10).reason, "constant")
        self.assertEqual(importance.OUTCOME, weak_oracle.OUTCOME)

    def test_quadrants_and_order(self):
        self.assertEqual(quadrant(0.1 + 0.2, 80, 0.3, 80.0000001), "keep")
        self.assertEqual(quadrant(0.3, 79.9, 0.3, 80), "fix")
        ranks = priorities({1: ("extra", 90), 2: ("low", 5), 3: ("fix", 1), 4: ("fix", 1)})
        self.assertEqual(ranks, {3: 1, 4: 2, 2: 3, 1: 4})

    def test_periods(self):
        self.assertEqual(before(date(2026, 1, 1), date(2027, 1, 1)), date(2025, 1, 1))
        self.assertEqual(before(date(2026, 3, 1), date(2026, 3, 8)), date(2026, 2, 22))
        self.assertEqual(
            whole_months(date(2026, 12, 31), date(2027, 1, 1)),
            (date(2026, 12, 1), date(2027, 1, 1)),
        )
        self.assertEqual(whole_months(None, date(2026, 2, 2)), (None, date(2026, 3, 1)))
