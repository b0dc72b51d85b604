"""Days on somebody's clock, as moments of the database."""

from datetime import datetime, time

import pytz


def midnight(day, zone):
    """Return when ``day`` (a date) begins in ``zone`` (its name, or of pytz), in naive UTC."""
    zone = pytz.timezone(zone) if isinstance(zone, str) else zone
    local = zone.localize(datetime.combine(day, time.min))
    return local.astimezone(pytz.utc).replace(tzinfo=None)
