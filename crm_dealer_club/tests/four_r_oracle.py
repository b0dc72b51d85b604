"""The four R in plain Python (M9)."""

from collections import defaultdict


def repeat_purchases(ownerships):
    """``{record: 0 or 1}`` from ``(record, customer, vehicle, from, to)``."""
    found = {}
    for record, customer, vehicle, start, _end in ownerships:
        mine = [line for line in ownerships if line[1] == customer and line[0] != record]
        if any(line[2] == vehicle and line[4] == start for line in mine):
            continue  # the same vehicle under another plate
        found[record] = int(any(line[2] != vehicle and line[3] < start for line in mine))
    return found


def retention(ownerships, visits, this_year):
    """``{(customer, year): 0 or 1}``: owners of the year before, and whether they came."""
    owned = defaultdict(set)
    for _record, customer, _vehicle, start, end in ownerships:
        for year in range(start.year, this_year):
            if end is None or end.year > year or (end.year == year and end.timetuple().tm_yday > 1):
                if end is None or end > start:
                    owned[customer].add(year)
    came = {(customer, day.year) for customer, day in visits}
    return {
        (customer, year + 1): int((customer, year + 1) in came)
        for customer, years in owned.items()
        for year in years
    }


def related_sales(ownerships, orders, visits):
    """``{customer: amount}`` of what is bought from the first vehicle on, vehicles left out.

    :param orders: ``(customer, day, amount of parts)``
    :param visits: ``(customer, day, amount)``, of visits without an order
    """
    first = {}
    for _record, customer, _vehicle, start, _end in ownerships:
        first[customer] = min(first.get(customer, start), start)
    total = defaultdict(float)
    for customer, day, amount in [*orders, *visits]:
        if customer in first and day >= first[customer]:
            total[customer] += amount
    return dict(total)
