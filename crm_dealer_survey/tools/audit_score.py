"""Scores of audits, without ORM (S9).

A section's score is the weighted mean of its items, each in percent of its own scale. What does not
apply counts nowhere: the weights of the others take its place. So does a section none of whose
items applies in the total.
"""


def weighted(shares):
    """Weighted mean of ``(weight, percent or None)``; None where nothing counts.

    >>> weighted([(2, 50.0), (1, 100.0), (5, None)])
    66.66666666666667
    >>> weighted([(1, None)]) is None
    True
    """
    known = [(weight, share) for weight, share in shares if share is not None]
    whole = sum(weight for weight, _share in known)
    if not whole:
        return None
    return sum(weight * share for weight, share in known) / whole


def percent(points, most):
    """Points in percent of the scale 0 … ``most``; None stays None.

    >>> percent(3, 5), percent(None, 5)
    (60.0, None)
    """
    return None if points is None else 100.0 * points / most


def total(sections, missed_must, must_cap):
    """The total of ``(weight, percent or None)`` of sections, in percent; None without any.

    :param bool missed_must: whether a must was not met: the total is ``must_cap`` at most

    >>> total([(3, 90.0), (1, 50.0)], False, 59.0)
    80.0
    >>> total([(3, 90.0), (1, 50.0)], True, 59.0)
    59.0
    """
    mean = weighted(sections)
    if mean is None or not missed_must:
        return mean
    return min(mean, must_cap)
