"""The index once more, in plain Python: what tools/confidence.py and the SQL must agree with.

An answer is ``(customer, dealer, day, counts, said)``; ``said`` is a list of
``(kind, factor, weight, figure)``, ``factor`` and weights as plain data.
"""

from math import sqrt


def scores(said, weights, top):
    """``{(kind, factor or None): (value, index)}`` of one answer.

    :param dict weights: factor → stated weight
    :param int top: 100 or 1000
    """
    found = {}
    for kind in ("satisfaction", "compliance"):
        for factor in {f for k, f, _w, _s in said if k == kind and f is not None}:
            items = [(w, s) for k, f, w, s in said if (k, f) == (kind, factor)]
            found[kind, factor] = _mean(items)
    parts = [(weights[f], value) for (kind, f), value in found.items() if kind == "satisfaction"]
    if parts:
        found["satisfaction", None] = _mean(parts)
    for kind in {k for k, *_rest in said} - {"satisfaction", "open"}:
        found[kind, None] = _mean([(w, s) for k, _f, w, s in said if k == kind])
    return {key: (value, _index(key[0], value, top)) for key, value in found.items()}


def _mean(items):
    return sum(weight * figure for weight, figure in items) / sum(weight for weight, _f in items)


def _index(kind, value, top):
    if kind == "compliance":
        return 100 * value
    if kind == "nps":
        return 100 if value >= 9 else -100 if value <= 6 else 0
    return value * top / 10


def index(figures):
    """Index, sample and standard error.

    :param list figures: ``(customer, figure)``
    :return: ``(mean, answers, customers, error)``, error None with one customer
    """
    n = len(figures)
    mean = sum(figure for _c, figure in figures) / n
    customers = {}
    for customer, figure in figures:
        customers.setdefault(customer, []).append(figure - mean)
    size = len(customers)
    if size < 2:
        return mean, n, size, None
    spread = sum(sum(residuals) ** 2 for residuals in customers.values())
    return mean, n, size, sqrt(spread * size / (size - 1)) / n
