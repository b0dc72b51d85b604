"""Figures over time and what happens to them, as plain data: see outlook.py (G14)."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import accumulate
from math import ceil
from statistics import mean

from dateutil.relativedelta import relativedelta

HORIZON = 366  # days that are looked ahead


@dataclass(frozen=True)
class Gauge:
    """A figure that bands look at.

    :param key: what names it
    :param kind: the aggregate of the metric, or ``"total"``
    :param event: what a new record of it is: such a record counts in all gauges of that event
    :param window: ``(months, months before the end)``, ``"ahead"``, or None without dates
    :param parts: the gauges that a total sums
    """

    key: int
    kind: str
    event: tuple = ()
    window: tuple | str | None = None
    parts: tuple = ()

    @property
    def is_open(self):
        """Tell whether a record of today counts."""
        if self.kind == "total":
            return self.parts[0].is_open
        return self.window in (None, "ahead") or not self.window[1]

    @property
    def is_state(self):
        """Tell whether it counts what is so, however long; such a thing can end."""
        return self.kind == "count" and self.window in (None, (0, 0))


@dataclass(frozen=True)
class Step:
    """Something to happen: ``more`` or ``fewer`` (records or money), ``within`` so many days,
    ``recent`` (a new record), ``score`` (the next one at least)."""

    gauge: Gauge
    kind: str
    amount: Decimal = Decimal(0)
    effort: Decimal = Decimal(1)


@dataclass(frozen=True)
class Plan:
    """The steps that reach a level on any day from today to ``until`` (None: a year or more)."""

    level: object
    steps: tuple
    until: date | None = None


@lru_cache(maxsize=256)
def bounds(today, window):
    """The first day and the day after the last of the window, for each day of the horizon."""
    days = [today + timedelta(n) for n in range(HORIZON + 1)]
    if window == "ahead":
        return days, [date.max] * len(days)
    months, before = window
    ends = [day + timedelta(1) for day in days]
    uppers = [end - relativedelta(months=before) for end in ends]
    if not months:
        return [date.min] * len(days), uppers
    return [end - relativedelta(months=before + months) for end in ends], uppers


class Records:
    """The days and amounts of a customer's records behind one gauge."""

    def __init__(self, rows):
        rows = sorted(rows, key=lambda row: row[0])
        self.days = [day for day, _amount in rows]
        self.amounts = [Decimal(str(amount or 0)) for _day, amount in rows]
        self.sums = list(accumulate(self.amounts, initial=Decimal(0)))

    def figure(self, kind, lower, upper, day):
        """The figure of the records in the window, as a number."""
        first, after = bisect_left(self.days, lower), bisect_left(self.days, upper)
        if kind in ("count", "count_ahead"):
            return Decimal(after - first)
        if kind == "sum":
            return self.sums[after] - self.sums[first]
        if first == after:
            return None
        if kind == "days_until_next":
            return Decimal((self.days[first] - day).days)
        if kind in ("days_since_last", "days_since_first"):
            found = self.days[after - 1 if kind == "days_since_last" else first]
            return Decimal((day - found).days)
        amounts = self.amounts[first:after]
        functions = {"max": max, "min": min, "average": mean}
        return amounts[-1] if kind == "latest" else functions[kind](amounts)


def steps_into(numbers, box):
    """The steps that bring the figures into the box, or None if none can."""
    steps = []
    for gauge, interval in box.items():
        number = numbers[gauge]
        if number in interval:
            continue
        step = _step(gauge, number, interval)
        if step is None:
            return None
        steps.append(step)
    return tuple(steps)


def _step(gauge, number, interval):
    lower, upper = interval.lower, interval.upper
    if not gauge.is_open:
        return None
    if gauge.kind in ("count", "count_ahead", "sum", "total"):
        return _step_of_amount(gauge, number or Decimal(0), lower, upper)
    if gauge.kind == "days_until_next":
        # A nearer date cannot be taken away; a date may come before the one that is known.
        latest = None if upper is None else Decimal(ceil(upper) - 1)
        if latest is None or (number is not None and number < latest):
            return None
        return Step(gauge, "within", latest)
    if gauge.kind in ("days_since_last", "days_since_first"):
        return Step(gauge, "recent") if Decimal(0) in interval else None
    if gauge.kind == "latest" and lower is not None and (number is None or number < lower):
        return Step(gauge, "score", lower)
    return None


def _step_of_amount(gauge, number, lower, upper):
    if lower is not None and number < lower:
        amount = lower - number
        if gauge.kind in ("count", "count_ahead"):
            amount = Decimal(ceil(amount))
        return Step(gauge, "more", amount, amount / max(abs(lower), Decimal(1)))
    if gauge.is_state:
        return Step(gauge, "fewer", number - Decimal(ceil(upper) - 1))
    return None
