"""Ranks of scores, with the range that they can lie in; places among the first and last (S9)."""

from bisect import bisect_left, bisect_right
from fractions import Fraction
from math import ceil, floor

RANKS = ("rank", "best", "worst", "count")


def two(number):
    """Rounded half up to two decimals.

    >>> [str(two(Fraction(n))) for n in ("0.005", "-0.005", "2.344")]
    ['1/100', '0', '117/50']
    """
    return Fraction(floor(number * 100 + Fraction(1, 2)), 100)


def text(number):
    """Decimal text of a number of at most two decimals.

    >>> [text(Fraction(n)) for n in ("80.10", "-0.05", "3")]
    ['80.1', '-0.05', '3']
    """
    cents = number * 100
    assert cents.denominator == 1, number
    sign, cents = ("-" if cents < 0 else ""), abs(int(cents))
    whole, part = divmod(cents, 100)
    return f"{sign}{whole}" + (f".{part:02d}".rstrip("0") if part else "")


def place(lines):
    """Give ranked lines their ranks in the network and in their regions; the others None."""
    for line in lines:
        for prefix in ("", "region_"):
            line.update({prefix + name: None for name in RANKS})
    ranked = [line for line in lines if line["why"] is None]
    _place(ranked, "")
    for group in by_region(ranked).values():
        _place(group, "region_")


def by_region(lines):
    """``{region: lines}`` of those that belong to one."""
    groups = {}
    for line in lines:
        if line["region"] is not None:
            groups.setdefault(line["region"], []).append(line)
    return groups


def _place(lines, prefix):
    spans = [tuple(Fraction(line[end]) for end in ("score", "low", "high")) for line in lines]
    for line, ranks in zip(lines, ranges(spans), strict=True):
        line.update({prefix + name: rank for name, rank in zip(RANKS, ranks, strict=True)})


def ranges(spans):
    """``(rank, best, worst, count)`` of each ``(score, low, high)``, 1 for the highest score.

    >>> ranges([(80, 78, 82), (79, 77, 81), (70, 69, 71)])
    [(1, 1, 2, 3), (2, 1, 2, 3), (3, 3, 3, 3)]
    >>> ranges([(5, 5, 5), (5, 5, 5)])
    [(1, 1, 2, 2), (1, 1, 2, 2)]
    """
    scores, lows, highs = (sorted(span[end] for span in spans) for end in range(3))
    count = len(spans)
    return [
        (
            1 + count - bisect_right(scores, score),
            1 + count - bisect_right(lows, high),
            count - bisect_left(highs, low),
            count,
        )
        for score, low, high in spans
    ]


def first_places(rule, count):
    """How many are the first ones of a rule; a part of a dealer counts as one."""
    places = Fraction(rule["places"])
    return min(count, ceil(count * places / 100 if rule["unit"] == "percent" else places))


def last_places(rule, count):
    """How many are the last ones; a part of a dealer counts as none.

    >>> last_places({"places": "10", "unit": "percent"}, 29)
    2
    """
    places = Fraction(rule["places"])
    if rule["unit"] == "percent":
        return min(count, floor(count * places / 100))
    return worse_half(floor(places), count)


def worse_half(places, count):
    """So many last ones, but the worse half at most: in a small network nobody is both.

    >>> [worse_half(10, count) for count in (1, 8, 9, 30)]
    [0, 4, 4, 10]
    """
    return min(places, count // 2)


class Field:
    """Ranked figures of one group: who is among the first or the last of them.

    :param dict figures: ``{dealer: figure}``
    """

    def __init__(self, figures):
        self.figures = figures
        self.sorted = sorted(figures.values())
        self.count = len(figures)
        self.kept = {}

    def rank(self, dealer):
        return 1 + self.count - bisect_right(self.sorted, self.figures[dealer])

    def is_first(self, dealer, places):
        return self.rank(dealer) <= places

    def is_last(self, dealer, places):
        """Counted from below, those with the same figure included."""
        return bisect_right(self.sorted, self.figures[dealer]) <= places

    def best_outside(self, places):
        """The best figure that is not among the first ``places``, or None."""
        return self._once(("first", places), self.is_first, places, max)

    def worst_outside(self, places):
        """The worst figure that is not among the last ``places``, or None."""
        return self._once(("last", places), self.is_last, places, min)

    def best_last(self, places):
        """The best figure among the last ``places``, or None."""
        if ("of last", places) not in self.kept:
            last = [self.figures[d] for d in self.figures if self.is_last(d, places)]
            self.kept["of last", places] = max(last, default=None)
        return self.kept["of last", places]

    def _once(self, key, is_inside, places, choose):
        if key not in self.kept:
            outside = [self.figures[d] for d in self.figures if not is_inside(d, places)]
            self.kept[key] = choose(outside, default=None)
        return self.kept[key]
