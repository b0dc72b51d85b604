"""Intervals of means and shares, ranks of an index, without ORM (S1, S9, S10).

**The interval** is for the mean of the answers. Answers of one customer are not independent:
customers are the units (cluster-robust variance), so somebody who answers five times does not make
a figure five times as sure. With one answer a customer this is the textbook interval, mean ± t ×
s / √n. The quantile is Student's with one degree of freedom less than there are customers.

**Ranks**: equal figures share the better rank. A group cannot rank better than after all whose
interval lies wholly above its own, nor worse than before all whose interval lies wholly below.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache
from math import exp, lgamma, log, sqrt

LEVEL = 0.95
NORMAL = 1.959963984540054  # two-sided 95 % quantile of the normal distribution


@dataclass(frozen=True)
class Sums:
    """What is known of a group: sums over its customers.

    :param answers: number of answers
    :param customers: number of customers
    :param total: sum of all answers' figures
    :param squares: sum over customers of the squared sum of their figures
    :param products: … of that sum times the number of their answers
    :param sizes: … of that number squared
    """

    answers: int
    customers: int
    total: float
    squares: float
    products: float
    sizes: float

    def __add__(self, other):
        """Of both, where no customer is in both."""
        names = self.__dataclass_fields__
        return Sums(*(getattr(self, name) + getattr(other, name) for name in names))

    @property
    def mean(self):
        return self.total / self.answers

    @property
    def error(self):
        """Standard error of the mean; None with fewer than two customers."""
        if self.customers < 2:
            return None
        mean = self.mean
        spread = self.squares - 2 * mean * self.products + mean * mean * self.sizes
        # What is left of equal figures by rounding may be below zero.
        spread = max(spread, 0.0) * self.customers / (self.customers - 1)
        return sqrt(spread) / self.answers

    def interval(self, lowest, highest):
        """``(low, high)`` of the 95 % interval within the scale; Nones if there is none."""
        return interval(self.mean, self.error, self.customers, lowest, highest)


def interval(mean, error, customers, lowest, highest):
    """``(low, high)`` around ``mean``.

    >>> interval(800.0, None, 1, 0, 1000)
    (None, None)
    >>> [round(end, 1) for end in interval(800.0, 10.0, 31, 0, 1000)]
    [779.6, 820.4]
    >>> interval(999.0, 10.0, 31, 0, 1000)[1]
    1000
    """
    if error is None or customers < 2:
        return None, None
    margin = student(customers - 1) * error
    return max(lowest, mean - margin), min(highest, mean + margin)


def wilson(share, cases):
    """``(low, high)`` of the 95 % interval of a share of independent cases (Wilson's score).

    :param float share: 0 to 1
    :param float cases: how many; the effective number where they are not independent

    >>> [round(end, 4) for end in wilson(0.5, 10)]
    [0.2366, 0.7634]
    >>> [round(end, 4) for end in wilson(1.0, 10)]
    [0.7225, 1.0]
    >>> wilson(0.5, 0)
    (None, None)
    """
    if cases <= 0 or not 0 <= share <= 1:
        return None, None
    square = NORMAL * NORMAL
    middle = share + square / (2 * cases)
    margin = NORMAL * sqrt(share * (1 - share) / cases + square / (4 * cases * cases))
    whole = 1 + square / cases
    return max(0.0, (middle - margin) / whole), min(1.0, (middle + margin) / whole)


def ratio(first, second):
    """``(low, high)`` of the 95 % interval of one mean over another, by the delta method.

    Both as ``Sums``, taken as independent; Nones where one of them has no error or is 0.
    """
    if None in (first.error, second.error) or not first.mean or not second.mean:
        return None, None
    figure = first.mean / second.mean
    error = abs(figure) * sqrt((first.error / first.mean) ** 2 + (second.error / second.mean) ** 2)
    margin = student(min(first.customers, second.customers) - 1) * error
    return max(0.0, figure - margin), figure + margin


@lru_cache(maxsize=4096)
def student(freedom):
    """Two-sided 95 % quantile of Student's distribution.

    >>> [round(student(n), 4) for n in (1, 2, 10, 30, 1000)]
    [12.7062, 4.3027, 2.2281, 2.0423, 1.9623]
    """
    low, high = 1.9, 13.0
    for _step in range(80):
        middle = (low + high) / 2
        if _within(middle, freedom) < LEVEL:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _within(quantile, freedom):
    """Probability that a value of Student's distribution lies within ± ``quantile``."""
    return 1 - beta(freedom / (freedom + quantile * quantile), freedom / 2, 0.5)


def beta(x, a, b):
    """Regularised incomplete beta function, by its continued fraction (Lentz)."""
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x, a, b):
    tiny = 1e-300
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d or tiny)
    result = d
    for m in range(1, 500):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / ((1 + term * d) or tiny)
            c = (1 + term / c) or tiny
            result *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return result


def ranks(figures):
    """Ranks with the range they can lie in.

    :param list figures: ``(figure, low, high)``; without an interval the figure is its own
    :return: list of ``(rank, best, worst)`` in the same order, 1 for the highest

    >>> ranks([(800, 780, 820), (790, 770, 810), (700, 690, 710)])
    [(1, 1, 2), (2, 1, 2), (3, 3, 3)]
    >>> ranks([(5, None, None), (5, None, None)])
    [(1, 1, 2), (1, 1, 2)]
    """
    ends = [(f, f if low is None else low, f if high is None else high) for f, low, high in figures]
    values, lows, highs = (sorted(end[place] for end in ends) for place in range(3))
    count = len(ends)
    return [
        (
            1 + count - bisect_right(values, figure),
            1 + count - bisect_right(lows, high),
            count - bisect_left(highs, low),
        )
        for figure, low, high in ends
    ]
