"""What a campaign changed: contacted against control, with an interval. No ORM."""

from math import sqrt
from typing import NamedTuple

_Z = 1.959963984540054  # of a 95 % interval


class Difference(NamedTuple):
    """What the contacted have more than the control group, and its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def verdict(self):
        """``more``, ``less``, or ``unclear`` where the interval includes none at all.

        >>> Difference(1.0, 0.2, 1.8).verdict, Difference(-1.0, -2.0, 0.5).verdict
        ('more', 'unclear')
        """
        if self.low > 0:
            return "more"
        return "less" if self.high < 0 else "unclear"


class Moments(NamedTuple):
    """Number of customers, their sum and their sum of squares."""

    count: int
    total: float
    squares: float

    @property
    def mean(self):
        return self.total / self.count

    @property
    def variance(self):
        """Of the sample; never below 0, though rounding would have it."""
        spread = self.squares - self.total * self.total / self.count
        return max(spread, 0.0) / (self.count - 1)


def difference_of_shares(hits, count, control_hits, control_count):
    """Newcombe's interval for the difference of two shares, from Wilson's for each.

    It keeps its promise with few customers and with shares near 0 or 1, where the simple one
    does not.

    >>> [round(figure, 4) for figure in difference_of_shares(56, 70, 48, 80)]
    [0.2, 0.0524, 0.3339]
    """
    share, low, high = _wilson(hits, count)
    control, control_low, control_high = _wilson(control_hits, control_count)
    value = share - control
    return Difference(
        value,
        value - sqrt((share - low) ** 2 + (control_high - control) ** 2),
        value + sqrt((high - share) ** 2 + (control - control_low) ** 2),
    )


def _wilson(hits, count):
    """Share, and its lower and upper limit."""
    share = hits / count
    middle = share + _Z * _Z / (2 * count)
    spread = _Z * sqrt(share * (1 - share) / count + _Z * _Z / (4 * count * count))
    scale = 1 + _Z * _Z / count
    return share, (middle - spread) / scale, (middle + spread) / scale


def difference_of_means(contacted, control):
    """Normal interval for the difference of two means with variances of their own (Welch).

    >>> one, other = Moments(4, 20.0, 120.0), Moments(4, 8.0, 24.0)
    >>> [round(figure, 3) for figure in difference_of_means(one, other)]
    [3.0, 0.006, 5.994]

    :param contacted: ``Moments`` of at least two customers
    :param control: the same
    """
    value = contacted.mean - control.mean
    error = _Z * sqrt(contacted.variance / contacted.count + control.variance / control.count)
    return Difference(value, value - error, value + error)
