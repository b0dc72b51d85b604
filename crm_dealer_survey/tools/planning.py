"""Targets of a year: what is proposed, how figures stand against them, where the year ends (S8).

Without ORM.
"""

CLOSE = 0.05  # so much of the target may be missing for a figure to be close to it
REACHED, NEAR, MISSED, NONE = "reached", "close", "missed", "none"
_DIGITS = {"percent": 1, "number": 0, "index": 1}


def light(better, target, value):
    """How ``value`` stands against ``target``: reached, close, missed, or none without a value.

    :param str better: ``higher`` or ``lower``

    >>> [light("higher", 80, value) for value in (80, 76, 75.9, None)]
    ['reached', 'close', 'missed', 'none']
    >>> [light("lower", 20, value) for value in (20, 21, 21.1)]
    ['reached', 'close', 'missed']
    """
    if value is None:
        return NONE
    missing = target - value if better == "higher" else value - target
    if missing <= 0:
        return REACHED
    return NEAR if missing <= abs(target) * CLOSE + 1e-9 else MISSED


def propose(last, guide, better, unit, share, step):
    """The target of a year, and by which rule; ``(None, None)`` where nothing is known.

    :param last: what was reached the year before, or None
    :param guide: what the network or the region is to reach, or None
    :param float share: per cent of the gap to the guide that is to be closed
    :param float step: per cent of improvement where there is no guide

    >>> propose(62.0, 75.0, "higher", "percent", 50, 2)
    (68.5, 'gap')
    >>> propose(80.0, 75.0, "higher", "percent", 50, 2)
    (80.0, 'hold')
    >>> propose(30.0, None, "lower", "percent", 50, 2)
    (29.4, 'step')
    >>> propose(99.5, None, "higher", "percent", 50, 2)
    (100.0, 'step')
    >>> propose(None, 75.0, "higher", "percent", 50, 2)
    (75.0, 'guide')
    >>> propose(None, None, "higher", "percent", 50, 2)
    (None, None)
    """
    if last is None:
        return (None, None) if guide is None else (guide, "guide")
    up = better == "higher"
    if guide is None:
        value, rule = last * (1 + (step if up else -step) / 100), "step"
        if unit == "percent" and up:
            value = min(value, max(100.0, last))
    elif (last >= guide) if up else (last <= guide):
        value, rule = last, "hold"
    else:
        value, rule = last + (guide - last) * share / 100, "gap"
    return round(value, _DIGITS[unit]), rule


def forecast(unit, momentary, year, quarters, elapsed):
    """The figure of the whole year, from what is known of it; None where nothing is.

    A count goes on at its pace. A figure of the day stays as it is. Any other: the year so far
    for the part that is over, the latest quarter for the rest.

    :param year: figure of the year so far, or None
    :param quarters: figures of the quarters, None where there is none
    :param float elapsed: part of the year that is over, 0–1

    >>> forecast("number", False, 50, [20, 30, None, None], 0.5)
    100.0
    >>> forecast("percent", False, 60.0, [50.0, 70.0, None, None], 0.5)
    65.0
    >>> forecast("percent", True, 60.0, [50.0, 70.0, None, None], 0.5)
    60.0
    >>> forecast("percent", False, None, [None] * 4, 0.5)
    """
    if year is None or momentary or elapsed >= 1:
        return year
    if unit == "number":
        return year / elapsed if elapsed > 0 else year
    known = [figure for figure in quarters if figure is not None]
    latest = known[-1] if known else year
    return elapsed * year + (1 - elapsed) * latest


def elapsed(year, today):
    """The part of ``year`` that is over at the end of the day ``today``, 0–1.

    >>> from datetime import date
    >>> elapsed(2026, date(2025, 12, 31)), elapsed(2026, date(2027, 1, 1))
    (0.0, 1.0)
    >>> round(elapsed(2026, date(2026, 7, 2)), 3)
    0.501
    """
    if today.year != year:
        return float(today.year > year)
    days = (today - today.replace(month=1, day=1)).days + 1
    return days / (today.replace(month=12, day=31).timetuple().tm_yday)
