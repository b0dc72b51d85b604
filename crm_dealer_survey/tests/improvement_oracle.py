"""What changed, said once more in plain Python, from each answer (S6)."""

from math import sqrt
from statistics import NormalDist


def by_customer(answers):
    """``[(number, sum)]`` of customers' figures; ``answers`` are ``(customer, figure)``."""
    groups = {}
    for customer, figure in answers:
        groups.setdefault(customer, []).append(figure)
    return [(len(figures), sum(figures)) for figures in groups.values()]


def mean_and_error(answers):
    """The mean, its cluster-robust standard error, and how many customers."""
    groups = by_customer(answers)
    count = sum(number for number, _total in groups)
    mean = sum(total for _number, total in groups) / count
    spread = sum((total - number * mean) ** 2 for number, total in groups)
    units = len(groups)
    error = sqrt(spread * units / (units - 1)) / count if units > 1 else None
    return mean, error, units


def contrast(terms):
    """``(value, low, high)`` of ``[(sign, answers)]``, by simulation-free Welch."""
    parts = [(sign, *mean_and_error(answers)) for sign, answers in terms]
    value = sum(sign * mean for sign, mean, _error, _units in parts)
    if any(error is None for *_rest, error, _units in parts):
        return value, None, None
    variances = [error**2 for *_rest, error, _units in parts]
    freedom = sum(variances) ** 2 / sum(
        variance**2 / (units - 1)
        for variance, (*_rest, units) in zip(variances, parts, strict=True)
    )
    margin = quantile(freedom) * sqrt(sum(variances))
    return value, value - margin, value + margin


def quantile(freedom, steps=4000):
    """Student's two-sided 95 % quantile: the density added up by Simpson's rule."""
    low, high = 1.9, 60.0
    for _step in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _inside(middle, freedom, steps) < 0.95 else (low, middle)
    return low


def _inside(end, freedom, steps):
    """The share of Student's distribution within ± ``end``."""

    def density(x):
        return (1 + x * x / freedom) ** (-(freedom + 1) / 2)

    def area(until):
        width = until / steps
        ends = density(0) + density(until)
        odd = sum(density(width * n) for n in range(1, steps, 2))
        even = sum(density(width * n) for n in range(2, steps, 2))
        return (ends + 4 * odd + 2 * even) * width / 3

    return area(end) / _whole(freedom)


def _whole(freedom):
    """The integral from 0 to infinity of the density that is not normed."""
    from math import exp, lgamma, log, pi

    return exp(
        lgamma(freedom / 2) - lgamma((freedom + 1) / 2) + 0.5 * log(freedom * pi)
    ) / 2


def normal_quantile():
    """What it tends to with many customers."""
    return NormalDist().inv_cdf(0.975)
