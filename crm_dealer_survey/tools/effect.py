"""What changed from one period to another, and how sure that is; without ORM (S6).

Samples are taken as independent; customers are the units of each (``confidence.py``). Of those who
answer in both periods both answers go up or down together: the interval is then wider than it
would have to be, so that a change is told too seldom rather than too often. The interval is
Welch's: the errors add up by squares, with Satterthwaite's degrees of freedom.
"""

from dataclasses import dataclass
from math import sqrt

from odoo.addons.crm_dealer_grading.tools.confidence import student


@dataclass(frozen=True)
class Effect:
    """A difference of means with its 95 % interval.

    :param low, high: None where a sample has fewer than two customers
    """

    value: float
    low: float | None
    high: float | None

    @property
    def sure(self):
        """Whether the interval lies on one side of nothing."""
        return self.low is not None and (self.low > 0 or self.high < 0)


def difference(before, after):
    """How much the mean of the sums ``after`` is above that of ``before``.

    >>> from odoo.addons.crm_dealer_grading.tools.confidence import Sums
    >>> old = Sums(4, 4, 24.0, 146.0, 24.0, 4.0)  # 5, 6, 6, 7
    >>> new = Sums(4, 4, 32.0, 258.0, 32.0, 4.0)  # 7, 8, 8, 9
    >>> effect = difference(old, new)
    >>> effect.value, round(effect.low, 3), round(effect.high, 3), effect.sure
    (2.0, 0.587, 3.413, True)
    """
    return _contrast((-1, before), (1, after))


def difference_in_differences(before, after, others_before, others_after):
    """How much more the mean rose than that of the others did."""
    return _contrast((-1, before), (1, after), (1, others_before), (-1, others_after))


def _contrast(*terms):
    """The sum of means, each times its sign."""
    value = sum(sign * sums.mean for sign, sums in terms)
    errors = [(sums.error, sums.customers - 1) for _sign, sums in terms]
    if any(error is None for error, _freedom in errors):
        return Effect(value, None, None)
    variance = sum(error**2 for error, _freedom in errors)
    spread = sum(error**4 / freedom for error, freedom in errors)
    freedom = variance**2 / spread if spread else sum(freedom for _error, freedom in errors)
    margin = student(round(freedom, 6)) * sqrt(variance)
    return Effect(value, value - margin, value + margin)


def verdict(effect, enough):
    """``better``, ``worse``, ``unclear`` (may be chance), or ``few`` answers to tell.

    :param Effect effect: None where there are no answers on one side
    :param bool enough: whether both samples are as large as is asked for
    """
    if effect is None or effect.low is None or not enough:
        return "few"
    if not effect.sure:
        return "unclear"
    return "better" if effect.value > 0 else "worse"
