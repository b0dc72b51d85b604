"""Half-open number ranges as a manager writes them, e.g. ``3..`` or ``1..2`` (G11)."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation


class IntervalError(ValueError):
    """A text that is no range."""


@dataclass(frozen=True)
class Interval:
    """All numbers with ``lower <= number < upper``; ``None`` means without end."""

    lower: Decimal | None = None
    upper: Decimal | None = None

    @classmethod
    def parse(cls, text):
        """Read a range.

        >>> Interval.parse("1..2")
        Interval(lower=Decimal('1'), upper=Decimal('2'))
        >>> Interval.parse("3 ..")
        Interval(lower=Decimal('3'), upper=None)
        >>> Interval.parse("")
        Interval(lower=None, upper=None)
        >>> Interval.parse("5..2")
        Traceback (most recent call last):
        ...
        crm_dealer_grading.tools.interval.IntervalError: 5..2

        :raise IntervalError: no ``..`` in it, not a number, or empty
        """
        text = (text or "").strip()
        if not text:
            return cls()
        # A Chinese keyboard gives full-width dots, digits and the ellipsis.
        lower, dots, upper = text.replace("…", "..").replace("。", ".").partition("..")
        if not dots:
            raise IntervalError(text)
        interval = cls(_number(lower), _number(upper))
        if None not in (interval.lower, interval.upper) and interval.lower >= interval.upper:
            raise IntervalError(text)
        return interval

    def __contains__(self, number):
        """Tell whether a number lies in the range; an unknown number (None) lies in none
        but the unlimited one.

        >>> Decimal(2) in Interval.parse("1..2"), None in Interval.parse("..5"), None in Interval()
        (False, False, True)
        """
        if number is None:
            return self.lower is None and self.upper is None
        return (self.lower is None or number >= self.lower) and (
            self.upper is None or number < self.upper
        )

    def overlaps(self, other):
        """Tell whether some number lies in both.

        >>> Interval.parse("1..2").overlaps(Interval.parse("2..3"))
        False
        >>> Interval.parse("..2").overlaps(Interval.parse("1.."))
        True
        """
        return (self.lower is None or other.upper is None or self.lower < other.upper) and (
            other.lower is None or self.upper is None or other.lower < self.upper
        )


def _number(text):
    text = text.strip().replace(",", "").replace("，", "")
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise IntervalError(text) from None
    if not number.is_finite():
        raise IntervalError(text)
    return number


def boxes_overlap(first, second):
    """Tell whether two boxes ``{key: Interval}`` share a point; a missing key means any number.

    >>> one, two = {"a": Interval.parse("1..2")}, {"a": Interval.parse("1..2"), "b": Interval()}
    >>> boxes_overlap(one, two)
    True
    """
    anything = Interval()
    return all(
        first.get(key, anything).overlaps(second.get(key, anything)) for key in first | second
    )
