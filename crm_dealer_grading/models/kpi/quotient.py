"""What a KPI's figure is, from what was counted, and how sure it is; without ORM (S10).

* A share of cases has Wilson's interval. Where several cases may be of one customer (answers), the
  effective number counts those of one as one opinion: n² / Σ nᵢ².
* A mean has Student's, with customers as its units (``tools/confidence.py``).
* A mean over another has it by the delta method.
* Numbers, and anything else that is divided, have none.
"""

from typing import NamedTuple

from ...tools.confidence import Sums, ratio, wilson

NOTHING = Sums(0, 0, 0.0, 0.0, 0.0, 0.0)


class Quotient(NamedTuple):
    """Two parts (``Counted``) and what was counted of them (``Sums``); ``below`` may be None."""

    above: object
    below: object
    above_sums: Sums
    below_sums: Sums

    @property
    def sums(self):
        return _sum(self.above, self.above_sums), _sum(self.below, self.below_sums)

    def interval(self):
        """``(low, high)`` of the 95 % interval, or Nones."""
        above, below = self.sums
        if not below:
            return None, None
        if self.above.is_mean_over(self.below):
            ends = self.above_sums.interval(*self.above.span)
        elif self.above.is_share_of(self.below):
            ends = wilson(above / below, self._effective())
        else:
            return None, None
        return _scaled(ends, self.above.scale)

    def _effective(self):
        if not self.below.unit or self.below.counts_once:
            return _sum(self.below, self.below_sums)
        return self.below_sums.answers**2 / self.below_sums.sizes


def _sum(part, sums):
    if part is None:
        return 0.0
    if part.counts_once:
        return float(sums.customers)
    return float(sums.total if part.adds_up else sums.answers)


def _scaled(ends, scale):
    return tuple(None if end is None else round(scale * end, 6) for end in ends)


def divide(quotients):
    """``(numerator, denominator, value, base)``; value None where nothing is divided by."""
    above, below = quotients[0].sums
    if quotients[0].below is None:
        return above, 0.0, above, above
    base = below
    if len(quotients) == 2:  # the mean of the first over that of the second
        other, count = quotients[1].sums
        base = min(below, count)
        above, below = (above / below, other / count) if base else (0.0, 0.0)
    return above, below, quotients[0].above.scale * above / below if below else None, base


def interval(quotients):
    """``(low, high)`` of the 95 % interval of what ``divide`` gives; Nones if none can be said."""
    if quotients[0].below is None:
        return None, None
    if len(quotients) == 1:
        return quotients[0].interval()
    first, second = quotients
    means = all(q.above.is_mean_over(q.below) and q.sums[1] for q in quotients)
    ends = ratio(first.above_sums, second.above_sums) if means else (None, None)
    return _scaled(ends, first.above.scale)
