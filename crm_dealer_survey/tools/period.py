"""Periods ``[since, until)`` and the one before, without ORM."""

from dateutil.relativedelta import relativedelta


def before(since, until):
    """Where the period before begins that is as long: whole months before whole months.

    >>> from datetime import date
    >>> before(date(2026, 4, 1), date(2026, 7, 1))
    datetime.date(2026, 1, 1)
    >>> before(date(2026, 4, 10), date(2026, 4, 20))
    datetime.date(2026, 3, 31)
    """
    if since.day == until.day == 1:
        months = (until.year - since.year) * 12 + until.month - since.month
        return since - relativedelta(months=months)
    return since - (until - since)


def whole_months(since, until):
    """The months that the period touches, as one period.

    >>> from datetime import date
    >>> whole_months(date(2026, 4, 10), date(2026, 5, 2))
    (datetime.date(2026, 4, 1), datetime.date(2026, 6, 1))
    """
    if until and until.day > 1:
        until = until.replace(day=1) + relativedelta(months=1)
    return since and since.replace(day=1), until
