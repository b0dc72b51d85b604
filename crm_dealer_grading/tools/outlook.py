"""What would move a customer between bands of figures, and until when: without ORM (G14)."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import accumulate
from math import ceil

from dateutil.relativedelta import relativedelta

from .interval import Interval

HORIZON = 366  # days that are looked ahead


@dataclass(frozen=True)
class Gauge:
    """A figure that bands look at.

    :param key: what names it
    :param kind: the aggregate of the metric, or ``"total"``
    :param event: what a new record of it is: such a record counts in all gauges of that event
    :param window: ``(months, months before the end)``, ``"ahead"``, or None for all records
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
def _bounds(today, window):
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
        self.amounts = [amount or 0 for _day, amount in rows]
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
        return amounts[-1] if kind == "latest" else {"max": max, "min": min}[kind](amounts)


class Outlook:
    """The levels of one customer in the days to come, as things stand and if something happens.

    :param levels: ``[(level, [{gauge: Interval}])]``, best first; without boxes: everybody else
    :param figures: ``{gauge: Decimal, date or None}`` of the gauges without a window
    :param records: ``{gauge: Records}`` of the gauges with a window
    """

    def __init__(self, gauges, levels, today, figures, records):
        self.gauges = gauges
        self.levels = levels
        self.today = today
        self.figures = figures
        self.records = records

    # ------------------------------------------------------------ figures

    def numbers(self, ahead=0, steps=()):
        """The figures so many days from today, if the steps happen on that day."""
        return self._apply({gauge: self._number(gauge, ahead) for gauge in self.gauges}, steps)

    def _number(self, gauge, ahead):
        if gauge.kind == "total":
            return sum((self._number(part, ahead) or 0 for part in gauge.parts), Decimal(0))
        day = self.today + timedelta(ahead)
        if gauge.window:
            lowers, uppers = _bounds(self.today, gauge.window)
            return self.records[gauge].figure(gauge.kind, lowers[ahead], uppers[ahead], day)
        figure = self.figures.get(gauge)
        return Decimal((day - figure).days) if isinstance(figure, date) else figure

    @staticmethod
    def _apply(numbers, steps):
        """Add what happens; a record counts in every figure that it belongs to."""
        counts, amounts = {}, {}
        for step in steps:
            gauge = step.gauge.parts[0] if step.gauge.parts else step.gauge
            if step.kind in ("more", "recent") and gauge.kind != "sum":
                number = max(step.amount, Decimal(1))
                counts[gauge.event] = max(counts.get(gauge.event, 0), number)
            elif step.kind == "more":
                counts.setdefault(gauge.event, Decimal(1))
                amounts[gauge.event] = max(amounts.get(gauge.event, 0), step.amount)
        result = {
            gauge: _with_records(gauge, number, counts, amounts)
            for gauge, number in numbers.items()
        }
        for step in steps:
            if step.kind == "fewer":
                result[step.gauge] -= step.amount
            elif step.kind in ("within", "score"):
                result[step.gauge] = step.amount
        return result

    def level(self, numbers):
        """The level of such figures, or None."""
        rest = None
        for level, boxes in self.levels:
            if not boxes:
                rest = level
            elif any(_inside(numbers, box) for box in boxes):
                return level
        return rest

    # ------------------------------------------------------------ what would change the level

    def plan(self):
        """The least that reaches the nearest better level that can be reached, or None."""
        numbers = self.numbers()
        levels = [level for level, _boxes in self.levels]
        held = self.level(numbers)
        if held not in levels:
            return None
        for level, boxes in reversed(self.levels[: levels.index(held)]):
            plans = [
                steps
                for box in boxes or self._ways_out(held, numbers)
                if (steps := _steps(numbers, box)) and self.level(self.numbers(0, steps)) == level
            ]
            if plans:
                steps = min(plans, key=lambda s: (len(s), sum(step.effort for step in s)))
                return Plan(level, steps, self._last_day(level, steps))
        return None

    def slip(self):
        """``(last day, level)``: until when the level is held if nothing happens, and what comes
        then if it is worse; None if nothing changes for a year."""
        levels = [level for level, _boxes in self.levels]
        held = self.level(self.numbers())
        if held not in levels:
            return None
        for ahead in self._changes():
            level = self.level(self.numbers(ahead))
            if level != held:
                worse = level in levels and levels.index(level) > levels.index(held)
                return (self.today + timedelta(ahead - 1), level) if worse else None
        return None

    def _ways_out(self, held, numbers):
        """Boxes that lie just outside of those that hold the customer now."""
        for level, boxes in self.levels:
            for box in boxes if level == held else ():
                if not _inside(numbers, box):
                    continue
                for gauge, interval in box.items():
                    if interval.upper is not None:
                        yield {gauge: Interval(lower=interval.upper)}
                    if interval.lower is not None:
                        yield {gauge: Interval(upper=interval.lower)}

    def _last_day(self, level, steps):
        for ahead in self._changes():
            if self.level(self.numbers(ahead, steps)) != level:
                return self.today + timedelta(ahead - 1)
        return None

    def _changes(self):
        """The days of the horizon, as numbers from 1, on which a figure may cross a bound."""
        found = set()
        for gauge in self.gauges:
            for part in gauge.parts or (gauge,):
                if part.kind.startswith("days_"):
                    return range(1, HORIZON + 1)  # such a figure changes every day
                if part.window:
                    for bounds in _bounds(self.today, part.window):
                        found |= {bisect_right(bounds, day) for day in self.records[part].days}
        return sorted(ahead for ahead in found if 0 < ahead <= HORIZON)


def _inside(numbers, box):
    return all(numbers[gauge] in interval for gauge, interval in box.items())


def _with_records(gauge, number, counts, amounts):
    """The figure of a gauge with new records of today."""
    if gauge.kind == "total":
        return number + sum(_with_records(part, 0, counts, amounts) for part in gauge.parts)
    if gauge.event not in counts or not gauge.is_open:
        return number
    if gauge.kind in ("count", "count_ahead"):
        return number + counts[gauge.event]
    if gauge.kind == "sum":
        return number + amounts.get(gauge.event, 0)
    if gauge.kind == "days_since_last" or (gauge.kind == "days_since_first" and number is None):
        return Decimal(0)
    return number


def _steps(numbers, box):
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
    if gauge.kind == "count" and gauge.window is None:  # a state that can end
        return Step(gauge, "fewer", number - Decimal(ceil(upper) - 1))
    return None
