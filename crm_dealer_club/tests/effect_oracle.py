"""The effect of an activity in plain Python, in another way than the product's."""

from itertools import product
from math import comb


def members_figures(rows, windows):
    """``{member: [visits before, after, revenue before, after]}``.

    :param rows: ``(member, kind, day, amount, has order)``
    :param windows: ``((from, to), (from, to))``, days, the last one not included
    """
    figures = {}
    for member, kind, day, amount, ordered in rows:
        values = figures.setdefault(member, [0, 0, 0.0, 0.0])
        for number, (first, end) in enumerate(windows):
            if not first <= day < end:
                continue
            values[number] += kind == "visit"
            if kind == "order" or not ordered:
                values[2 + number] += amount
    return figures


def best_total(participants, others, distance):
    """The least sum of distances over all assignments; only for a handful."""
    return min(
        sum(distance(p, o) for p, o in zip(participants, chosen, strict=True))
        for chosen in product(others, repeat=len(participants))
        if len(set(chosen)) == len(chosen)
    )


def binomial_quantile(n, p, share):
    """The smallest k with P(X <= k) >= share."""
    total = 0.0
    for k in range(n + 1):
        total += comb(n, k) * p**k * (1 - p) ** (n - k)
        if total >= share:
            return k
    return n
