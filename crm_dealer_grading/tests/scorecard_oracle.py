"""What a credit assessment comes to, worked out another way: in whole numbers (K1)."""

from fractions import Fraction
from math import floor


def tenth(number):
    """Rounded half up to one decimal, as tenths."""
    return floor(number * 10 + Fraction(1, 2))


def judge(criteria, points, bands):
    """``(score in tenths or None, coverage in tenths, class or None)``.

    :param criteria: weights as text
    :param points: 0 to 10 or None, for each
    :param bands: ``{minimum as text: class}``
    """
    weights = [Fraction(weight) for weight in criteria]
    total = got = earned = Fraction(0)
    for weight, given in zip(weights, points, strict=True):
        total += weight
        if given is not None:
            got += weight
            earned += weight * given * 10
    if not got:
        return None, 0, None
    score = tenth(earned / got)
    name = None
    for minimum in sorted(bands, key=Fraction):
        if score >= Fraction(minimum) * 10:
            name = bands[minimum]
    return score, tenth(got / total * 100), name


def propose(figure, share, cap, unit):
    """Limit by a share of revenue, in cents."""
    amount = max(Fraction(figure), Fraction(0)) * Fraction(share) / 100
    if Fraction(cap) and amount > Fraction(cap):
        amount = Fraction(cap)
    step = Fraction(unit) or Fraction(1, 100)
    return int(floor(amount / step) * step * 100)
