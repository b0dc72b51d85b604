"""How many sold vehicles are checked, and what the result says, without ORM (S9).

**Estimate**: a share is known to ± ``margin`` points with 95 % confidence; the normal
approximation with finite population correction, as in the usual tables.

**Accept**: with ``accepted`` wrong ones at most among those drawn, at most ``share`` percent of all
are wrong, with 95 % confidence. Exact: from a population with one wrong vehicle more than that, so
few are drawn with a probability of 5 % at most (hypergeometric distribution).

**Result**: the interval of Clopper and Pearson, which holds its confidence for any share, and is
on the safe side for small populations.
"""

from math import ceil, exp, floor, lgamma, sqrt
from statistics import NormalDist

from odoo.addons.crm_dealer_grading.tools.confidence import LEVEL, beta

_FUZZ = 1e-9  # what rounding of floats may add to a whole number


def size_for_margin(population, margin, expected=50.0, level=LEVEL):
    """The number of vehicles to check, at most all.

    :param int population: vehicles sold
    :param float margin: points that the share may be off, e.g. 5
    :param float expected: the share wrong that is expected, in percent; 50 is the worst case

    >>> [size_for_margin(n, 5) for n in (100, 1000, 10_000, 1_000_000)]
    [80, 278, 370, 384]
    >>> size_for_margin(0, 5), size_for_margin(1000, 5, expected=10)
    (0, 122)
    """
    if population <= 1:
        return population
    share = expected / 100.0
    quantile = NormalDist().inv_cdf((1 + level) / 2)
    endless = quantile**2 * share * (1 - share) / (margin / 100.0) ** 2
    size = ceil(endless / (1 + (endless - 1) / population) - _FUZZ)
    return min(max(size, 1), population)


def size_for_acceptance(population, share, accepted=0, level=LEVEL):
    """The smallest number of vehicles to check so that ``accepted`` wrong ones prove ``share``.

    :param float share: percent that may be wrong at most
    :param int accepted: so many wrong ones are accepted among those checked

    >>> [size_for_acceptance(n, 5) for n in (100, 1000, 1_000_000)]
    [39, 56, 59]
    """
    many = too_many(population, share)
    low, high = min(accepted + 1, population), population
    if many > population:
        return min(1, population)
    while low < high:
        middle = (low + high) // 2
        if at_most(accepted, population, many, middle) <= 1 - level + _FUZZ:
            high = middle
        else:
            low = middle + 1
    return low


def too_many(population, share):
    """The smallest number of wrong ones that is more than ``share`` percent of ``population``.

    >>> too_many(100, 5), too_many(30, 5)
    (6, 2)
    """
    return floor(population * share / 100.0 + _FUZZ) + 1


def at_most(most, population, wrong, size):
    """Probability of ``most`` wrong ones or fewer among ``size`` of ``population``.

    >>> round(at_most(0, 100, 6, 39), 4)
    0.0466
    """
    least = max(0, size - (population - wrong))
    return min(
        1.0,
        sum(
            exp(
                _log_choose(wrong, found)
                + _log_choose(population - wrong, size - found)
                - _log_choose(population, size)
            )
            for found in range(least, min(most, wrong, size) + 1)
        ),
    )


def _log_choose(n, k):
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def exact_interval(hits, size, level=LEVEL):
    """``(low, high)`` of a share in percent, by Clopper and Pearson; Nones without any case.

    >>> [round(end, 2) for end in exact_interval(0, 30)]
    [0.0, 11.57]
    >>> [round(end, 2) for end in exact_interval(5, 100)]
    [1.64, 11.28]
    """
    if not size:
        return None, None
    tail = (1 - level) / 2
    low = 0.0 if not hits else _beta_quantile(tail, hits, size - hits + 1)
    high = 1.0 if hits == size else _beta_quantile(1 - tail, hits + 1, size - hits)
    return 100.0 * low, 100.0 * high


def _beta_quantile(probability, a, b):
    low, high = 0.0, 1.0
    for _step in range(60):
        middle = (low + high) / 2
        if beta(middle, a, b) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def score_interval(hits, size, level=LEVEL):
    """``(low, high)`` of a share in percent, by Wilson; shorter, right on the average.

    >>> [round(end, 2) for end in score_interval(5, 100)]
    [2.15, 11.18]
    """
    if not size:
        return None, None
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, spread = hits / size, z * z / size
    middle = share + spread / 2
    half = z * sqrt(share * (1 - share) / size + spread / (4 * size))
    ends = ((middle + sign * half) / (1 + spread) for sign in (-1, 1))
    return tuple(100.0 * min(max(end, 0.0), 1.0) for end in ends)
