"""Days that come back every year, as keys a database can index. No ORM."""

from calendar import isleap
from datetime import timedelta


def key(day):
    """Month and day as one number, e.g. 229 for 29 February; indexes use the same."""
    return day.month * 100 + day.day


def keys_between(date_from, date_to):
    """``[(day, key)]`` of what comes back in ``[date_from, date_to)``, in order.

    What is of 29 February comes back on the 28th in common years.

    >>> from datetime import date
    >>> [k for _day, k in keys_between(date(2026, 2, 28), date(2026, 3, 2))]
    [228, 229, 301]
    >>> [k for _day, k in keys_between(date(2028, 2, 28), date(2028, 3, 2))]
    [228, 229, 301]
    >>> [k for _day, k in keys_between(date(2026, 12, 31), date(2027, 1, 2))]
    [1231, 101]
    """
    found = []
    for shift in range((date_to - date_from).days):
        day = date_from + timedelta(shift)
        found.append((day, key(day)))
        if key(day) == 228 and not isleap(day.year):
            found.append((day, 229))
    return found
