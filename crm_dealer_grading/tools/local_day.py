"""Days on somebody's clock, as moments of the database."""

from datetime import datetime, time

import pytz


def midnight(day, zone):
    """Return when ``day`` (a date) begins in ``zone`` (its name, or of pytz), in naive UTC."""
    zone = pytz.timezone(zone) if isinstance(zone, str) else zone
    local = zone.localize(datetime.combine(day, time.min))
    return local.astimezone(pytz.utc).replace(tzinfo=None)


def period_begin(day, months):
    """Return the first day of the month, quarter (3), half-year (6) or year (12) of ``day``."""
    return day.replace(month=day.month - (day.month - 1) % months, day=1)
