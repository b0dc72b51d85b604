"""What each grading method must answer, in plain Python over exact fractions.

Independent of the engine: no SQL, no ORM, written from the documented rules (spec §2). In shares
customers strictly ahead decide, so ties get the better level together; in quintiles customers
strictly behind, so ties get the lower score together.
"""

from bisect import bisect_left, bisect_right
from fractions import Fraction
from itertools import accumulate


def rank(values, shares):
    """``{key: level index}`` by rank share of sums; ``shares`` in percent from the top.

    Nobody is at the top with nothing.
    """
    ordered = sorted(values.values())
    levels = {}
    for key, value in values.items():
        if value <= 0:
            levels[key] = len(shares) - 1
            continue
        ahead = len(ordered) - bisect_right(ordered, value)
        levels[key] = _by_share(Fraction(ahead * 100, len(ordered)), shares)
    return levels


def cumulative(values, shares):
    """``{key: level index}`` by the share of the sum that those strictly ahead make."""
    ordered = sorted(values.values())
    sums = list(accumulate((max(Fraction(v), Fraction(0)) for v in ordered), initial=Fraction(0)))
    whole = sums[-1]
    levels = {}
    for key, value in values.items():
        ahead = whole - sums[bisect_right(ordered, value)]
        levels[key] = _by_share(ahead * 100 / whole, shares) if whole else len(shares) - 1
    return levels


def _by_share(position, shares):
    upper = Fraction(0)
    for index, share in enumerate(shares):
        upper += Fraction(str(share))
        if position < upper:
            return index
    return len(shares) - 1


def quintile(values, lower_is_better=False):
    """``{key: 1..5}`` by how many are strictly behind; ties share the lower score."""
    ordered = sorted(values.values())
    scores = {}
    for key, value in values.items():
        if lower_is_better:
            behind = len(ordered) - bisect_right(ordered, value)
        else:
            behind = bisect_left(ordered, value)
        scores[key] = 1 + (5 * behind) // len(ordered)
    return scores


def activity(visits_12m, visits_3m, owned_over_12m):
    """Level code of G5 from the sentence in the specification."""
    if visits_12m >= 3:
        return "A"
    if visits_12m == 2:
        return "B"
    if visits_12m == 1:
        return "B" if visits_3m else "C"
    return "L" if owned_over_12m else "N"


# Recency, frequency and money scores to the segment, as the shipped table reads.
def rfm_segment(recency, frequency, money):
    """Segment code of G9."""
    if frequency >= 4:
        if recency >= 3:
            return "CH" if recency >= 4 else "LO"
        return "CL" if money >= 4 else "AR"
    if frequency >= 2:
        return {5: "PL", 4: "PL", 3: "NA", 2: "AR", 1: "AR"}[recency]
    return {5: "NC", 4: "PR", 3: "AS", 2: "HI", 1: "LS"}[recency]


def intent(days):
    """Level code of G3 from the days until the expected order date, None if unknown."""
    if days is None:
        return "C"
    for limit, code in ((7, "H"), (15, "A"), (30, "B")):
        if days <= limit:
            return code
    return "C"
