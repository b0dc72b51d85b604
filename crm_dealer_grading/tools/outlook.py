"""What would move a customer between bands of figures, and until when: without ORM (G14)."""

from bisect import bisect_left, bisect_right
from datetime import date, timedelta
from decimal import Decimal

from .gauge import HORIZON, Plan, bounds, steps_into
from .interval import Interval


class Outlook:
    """The levels of one customer in the days to come, as things stand and if something happens.

    :param levels: ``[(level, [{gauge: Interval}])]``, best first; without boxes: everybody else
    :param everybody: whether customers without any record have a level too
    :param goals: ``{level: level}``, what customers of a level should reach; else the next better
    :param figures: ``{gauge: Decimal, date or None}`` of the gauges without a window
    :param records: ``{gauge: Records}`` of the gauges with a window
    """

    def __init__(self, gauges, levels, goals, today, figures, records, everybody=True):
        self.gauges = gauges
        self.levels = levels
        self.goals = goals
        self.everybody = everybody
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
            lowers, uppers = bounds(self.today, gauge.window)
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

    def level(self, ahead=0, steps=()):
        """The level so many days from today, if the steps happen on that day; or None."""
        if not (self.everybody or steps or self._has_records(ahead)):
            return None
        return self._level_of(self.numbers(ahead, steps))

    def _has_records(self, ahead):
        """Tell whether any record counts on that day."""
        for gauge in self.gauges:
            for part in gauge.parts or (gauge,):
                if not part.window:
                    if self.figures.get(part):
                        return True
                    continue
                lowers, uppers = bounds(self.today, part.window)
                days = self.records[part].days
                if bisect_left(days, lowers[ahead]) < bisect_left(days, uppers[ahead]):
                    return True
        return False

    def _level_of(self, numbers):
        rest = None
        for level, boxes in self.levels:
            if not boxes:
                rest = level
            elif any(_inside(numbers, box) for box in boxes):
                return level
        return rest

    # ------------------------------------------------------------ what would change the level

    def plan(self):
        """The least that reaches the goal of the level held, or a better one; or None."""
        numbers = self.numbers()
        levels = [level for level, _boxes in self.levels]
        held = self.level()
        if held not in levels:
            return None
        better = levels[: levels.index(held)]
        goal = self.goals.get(held)
        start = better.index(goal) + 1 if goal in better else len(better)
        for place in reversed(range(start)):
            level, boxes = self.levels[place]
            good = self._more_is_good(place)
            plans = [
                self._least(level, steps)
                for box in boxes or self._ways_out(held, numbers)
                if (steps := steps_into(numbers, box))
                and not any(step.kind == "fewer" and step.gauge in good for step in steps)
                and self._reaches(level, steps)
            ]
            if plans:
                steps = min(plans, key=_effort)
                return Plan(level, steps, self._last_day(level, steps))
        return None

    def _reaches(self, level, steps, ahead=0):
        return self.level(ahead, steps) == level

    def _least(self, level, steps):
        """Leave out what another step brings along: a visit counts in 12 months and in 3."""
        for step in reversed(steps):
            others = tuple(other for other in steps if other is not step)
            if others and self._reaches(level, others):
                steps = others
        return steps

    def _more_is_good(self, place):
        """Gauges that a level of that place or a better one wants much of."""
        boxes = [box for _level, boxes in self.levels[: place + 1] for box in boxes]
        return {gauge for box in boxes for gauge, i in box.items() if i.lower is not None}

    def slip(self):
        """``(last day, level)``: until when the level is held if nothing happens, and what comes
        then if it is worse; None if nothing changes for a year."""
        levels = [level for level, _boxes in self.levels]
        held = self.level()
        if held not in levels:
            return None
        for ahead in self._changes():
            level = self.level(ahead)
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
            if not self._reaches(level, steps, ahead):
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
                    for edges in bounds(self.today, part.window):
                        found |= {bisect_right(edges, day) for day in self.records[part].days}
        return sorted(ahead for ahead in found if 0 < ahead <= HORIZON)


def _effort(steps):
    return len(steps), sum(s.effort for s in steps), sum(s.amount for s in steps)


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
