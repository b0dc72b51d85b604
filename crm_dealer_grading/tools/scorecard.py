"""Arithmetic of a credit scorecard (K1), without ORM.

Points of a criterion are 0 to 10 or None, which is no answer and never counts as a zero: the
others are weighted anew. Scores and coverages are percentages, rounded half up to one decimal
before anything is compared with them, so that what is shown is what decides.
"""

from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Answer:
    """What was said of a criterion.

    :param factor: what the criterion belongs to; any key
    :param weight: above zero, on any scale
    :param points: 0 to 10, or None
    """

    factor: object
    weight: float
    points: float | None = None


def exact(number):
    """The decimal number that is written as ``number``.

    >>> exact(0.1) + exact(0.2)
    Decimal('0.3')
    """
    return Decimal(str(number or 0))


def mean(answers):
    """Weighted mean of the points that were given, 0 to 10; None without any.

    >>> mean([Answer("a", 3, 10), Answer("a", 1, 6), Answer("b", 6)])
    Decimal('9')
    """
    given = [answer for answer in answers if answer.points is not None]
    weight = sum(exact(answer.weight) for answer in given)
    if not weight:
        return None
    return sum(exact(a.weight) * exact(a.points) for a in given) / weight


def score(answers):
    """Score on 100, None without any answer.

    >>> score([Answer("a", 2, 10), Answer("b", 1, 5)])
    Decimal('83.3')
    """
    points = mean(answers)
    return None if points is None else _rounded(points * 10)


def coverage(answers):
    """Share of the weight that was answered, in percent.

    >>> coverage([Answer("a", 2, 0), Answer("b", 1)])
    Decimal('66.7')
    """
    whole = sum(exact(answer.weight) for answer in answers)
    given = sum(exact(answer.weight) for answer in answers if answer.points is not None)
    return _rounded(given * 100 / whole) if whole else Decimal(0)


def factors(answers):
    """``[(factor, mean or None, share of the weight in percent)]`` in the order they come.

    >>> factors([Answer("a", 1, 8), Answer("b", 3), Answer("a", 1, 7)])
    [('a', Decimal('7.5'), Decimal('40.0')), ('b', None, Decimal('60.0'))]
    """
    groups = {}
    for answer in answers:
        groups.setdefault(answer.factor, []).append(answer)
    whole = sum(exact(answer.weight) for answer in answers)
    return [
        (
            factor,
            mean(group),
            _rounded(sum(exact(answer.weight) for answer in group) * 100 / whole),
        )
        for factor, group in groups.items()
    ]


def band_of(points, bands):
    """The band with the highest minimum that ``points`` reach, None below all.

    :param bands: ``[(minimum, band)]`` in any order

    >>> band_of(Decimal("80"), [(0, "C"), (80, "A"), (60, "B")])
    'A'
    """
    reached = [(exact(minimum), band) for minimum, band in bands if exact(minimum) <= points]
    return max(reached, key=lambda pair: pair[0])[1] if reached else None


def share_of(figure, share, cap=0, unit=0):
    """``(limit, whether the cap holds it down)``: a share of a figure, rounded down.

    :param figure: money; below zero it counts as none
    :param share: percent
    :param cap: the most; 0 for no cap
    :param unit: the limit is a whole multiple of it; 0 for cents

    >>> share_of(1234567, 10, 0, 1000), share_of(-5, 10), share_of(900, 50, 100)
    ((Decimal('123000'), False), (Decimal('0'), False), (Decimal('100'), True))
    """
    amount = max(exact(figure), Decimal(0)) * exact(share) / 100
    capped = bool(cap) and amount > exact(cap)
    if capped:
        amount = exact(cap)
    return round_down(amount, unit), capped


def round_down(amount, unit=0):
    """Whole multiple of ``unit`` (0: a hundredth) that is not above ``amount``.

    >>> round_down(Decimal("1999.99"), 500), round_down(Decimal("0.129"))
    (Decimal('1500'), Decimal('0.12'))
    """
    unit = exact(unit) or Decimal("0.01")
    return (amount / unit).to_integral_value(ROUND_FLOOR) * unit


def _rounded(number):
    return number.quantize(_TENTH, ROUND_HALF_UP)
