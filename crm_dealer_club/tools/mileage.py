"""How far a vehicle is driven, and when a kilometre will be reached (M5). No ORM.

The pace is the median slope between any two readings of the vehicle's own log (Theil and Sen's),
which a single slip of the finger hardly moves. ``crm_vehicle_forecast_sql.py`` says the same for
all vehicles in one statement; a test compares both on random logs, to the last digit.
"""

from datetime import date, timedelta
from math import ceil
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

MONTHS = 24  # readings older than that tell nothing of today's driving
FEWEST_DAYS = 30  # two readings nearer to each other tell more of a holiday than of a pace
MOST_READINGS = 12
MOST_KM_A_DAY = 1000.0  # nobody drives more day by day: a slip of the finger
MARGIN = 0.2  # no interval is narrower than 20 % either way
USUAL_MARGIN = 0.5  # of a pace that is others', not the vehicle's
FEWEST_VEHICLES = 20  # so many paces make a usual one
DEFAULT_KM_A_DAY = 40.0  # some 15,000 km a year, until the network knows better
FARTHEST_DAYS = 3650
HIGH_READINGS, HIGH_SPAN, HIGH_AGE, HIGH_SPREAD = 4, 180, 180, 0.5
MEDIUM_AGE = 365


class Reading(NamedTuple):
    """An odometer's figure; in a log ordered by date, then by when it was entered."""

    date: date
    km: int


class Pace(NamedTuple):
    """Kilometres a day, the range it lies in, and how sure it is (high, medium, low)."""

    rate: float
    low: float
    high: float
    confidence: str
    readings: int  # those of the own log that it stands on; 0: it is the usual pace


def usable(log, since):
    """The readings that a pace stands on, oldest first.

    Those from ``since`` on, after the last odometer that ran back (a new one), the last of each
    calendar month, at most ``MOST_READINGS``.

    >>> usable([Reading(date(2026, 1, 5), 90), Reading(date(2026, 2, 1), 10),
    ...         Reading(date(2026, 2, 9), 20)], date(2026, 1, 1))
    [Reading(date=datetime.date(2026, 2, 9), km=20)]
    """
    found, last = {}, None
    for reading in log:
        if reading.date < since:
            continue
        if last and reading.km < last.km:
            found = {}
        found[reading.date.year, reading.date.month] = last = reading
    return list(found.values())[-MOST_READINGS:]


def slopes(readings):
    """Kilometres a day between any two readings far enough apart; absurd ones are left out."""
    return [
        rate
        for place, later in enumerate(readings)
        for earlier in readings[:place]
        if (days := (later.date - earlier.date).days) >= FEWEST_DAYS
        and (rate := (later.km - earlier.km) / days) <= MOST_KM_A_DAY
    ]


def quantile(values, share):
    """The ``share`` of sorted values as PostgreSQL's ``percentile_cont`` reckons it.

    >>> quantile([1.0, 2.0, 4.0], 0.75)
    3.0
    """
    values = sorted(values)
    place = share * (len(values) - 1)
    low, high = int(place), ceil(place)
    return values[low] + (place - low) * (values[high] - values[low])


def own_pace(log, today):
    """The ``Pace`` of a vehicle's own log; None where the log does not tell one.

    :param log: readings in order, a delivery with 0 km among them
    :param today: the day on which the last reading's age is counted
    """
    readings = usable(log, today - relativedelta(months=MONTHS))
    found = slopes(readings)
    if not found:
        return None
    rate, low, high = (quantile(found, share) for share in (0.5, 0.25, 0.75))
    span = (readings[-1].date - readings[0].date).days
    age = (today - readings[-1].date).days
    steady = high - low <= HIGH_SPREAD * rate
    if len(readings) >= HIGH_READINGS and span >= HIGH_SPAN and age <= HIGH_AGE and steady:
        confidence = "high"
    else:
        confidence = "medium" if age <= MEDIUM_AGE else "low"
    low, high = min(low, rate * (1 - MARGIN)), max(high, rate * (1 + MARGIN))
    return Pace(rate, low, high, confidence, len(readings))


def usual_pace(rate):
    """The ``Pace`` of a vehicle that tells none itself, from the one of vehicles like it."""
    return Pace(rate, rate * (1 - USUAL_MARGIN), rate * (1 + USUAL_MARGIN), "low", 0)


def usual_rate(rates):
    """The median of others' paces; None where they are too few.

    >>> usual_rate([30.0] * 19), usual_rate([30.0] * 20)
    (None, 30.0)
    """
    return quantile(rates, 0.5) if len(rates) >= FEWEST_VEHICLES else None


def expected_km(last, pace, today):
    """The kilometres that the odometer should show today."""
    return last.km + int(pace.rate * max((today - last.date).days, 0))


def reached_on(last, rate, target):
    """The day on which ``target`` km are reached at ``rate`` km a day after the last reading.

    The reading's own day where they are passed already; None where they are not reached within
    ten years.

    >>> str(reached_on(Reading(date(2026, 1, 1), 9_000), 40.0, 10_000))
    '2026-01-26'
    """
    if target <= last.km:
        return last.date
    if rate * FARTHEST_DAYS <= target - last.km:
        return None
    return last.date + timedelta(ceil((target - last.km) / rate))
