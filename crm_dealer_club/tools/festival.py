"""Days of festivals by the solar and the lunar calendar (M5). No ORM.

Lunar days come from the optional package ``lunardate`` (lunar years 1900–2099).
"""

import calendar
from datetime import date, timedelta

try:
    from lunardate import LunarDate
except ImportError:  # optional: lunar festivals then have no date, and say why
    LunarDate = None

FIRST_LUNAR, LAST_LUNAR = 1900, 2099


def has_lunar():
    """Whether lunar festivals can be reckoned here."""
    return LunarDate is not None


def solar_day(year, month, day):
    """The day of a year, the month's last where it has none: 29 February is the 28th mostly.

    >>> str(solar_day(2026, 2, 29)), str(solar_day(2028, 2, 29))
    ('2026-02-28', '2028-02-29')
    """
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def weekday_of(year, month, week, weekday):
    """The ``week``-th ``weekday`` (0: Monday) of a month, the last one with the fifth.

    >>> str(weekday_of(2026, 5, 2, 6)), str(weekday_of(2026, 6, 5, 6))
    ('2026-05-10', '2026-06-28')
    """
    first = date(year, month, 1)
    found = first + timedelta((weekday - first.weekday()) % 7 + 7 * (week - 1))
    return found if found.month == month else found - timedelta(7)


def lunar_day(year, month, day):
    """The day of a lunar year in the solar calendar, or None where nobody knows.

    Festivals fall in the month itself, not in a leap month after it. A month without a 30th day
    ends with the 29th: so day 30 of month 12 is the eve of the Spring Festival.
    """
    if not has_lunar() or not FIRST_LUNAR <= year <= LAST_LUNAR:
        return None
    if (month, day) == (12, 30) and year < LAST_LUNAR:
        return _to_solar(year + 1, 1, 1) - timedelta(1)  # after a leap month 12 as well
    try:
        return _to_solar(year, month, day)
    except ValueError:
        return _to_solar(year, month, 29)


def _to_solar(year, month, day):
    lunar = LunarDate(year, month, day)
    return (getattr(lunar, "to_solar_date", None) or lunar.toSolarDate)()


def days_between(day_of_year, date_from, date_to):
    """The days in ``[date_from, date_to)`` of a festival whose day of each year is given.

    The lunar year before may reach into the solar one, so it is asked for as well.
    """
    years = range(date_from.year - 1, date_to.year + 1)
    days = {day_of_year(year) for year in years}
    return sorted(day for day in days if day and date_from <= day < date_to)
