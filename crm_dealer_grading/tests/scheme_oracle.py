"""The level of each shipped scheme in plain Python, from the sentences of the specification (§2).

Independent of the engine and of the shipped conditions: a customer is a dictionary of what
happened, days are local, the first sentence that holds decides.
"""

from dateutil.relativedelta import relativedelta


def months_ago(today, months):
    """The first day of a window of so many months up to the end of today."""
    return today + relativedelta(days=1) - relativedelta(months=months)


def _since(today, months, days):
    return [day for day in days if months_ago(today, months) <= day <= today]


def _before(today, months, days):
    return [day for day in days if day < months_ago(today, months)]


def _orders(customer):
    return [day for day, _amount in customer["orders"]]


def order_revenue(customer, today):
    """Amounts of the orders of 12 months."""
    first = months_ago(today, 12)
    return sum(amount for day, amount in customer["orders"] if first <= day <= today)


def revenue(customer, today):
    """Orders and service of 12 months, each amount once."""
    first = months_ago(today, 12)
    service = sum(amount for day, amount in customer["visits"] if first <= day <= today)
    return order_revenue(customer, today) + service


def potential(customer, today):
    """G2: A both high, B contribution high, C potential high, D both low."""
    contributes = revenue(customer, today) >= 50000
    promises = (
        sum(expected for _day, expected in customer["leads"]) >= 100000
        or len(customer["vehicles"]) >= 3
        or any(day < months_ago(today, 60) for day in customer["vehicles"])
        or customer["stated_potential"] == "high"
    )
    return {(1, 1): "A", (1, 0): "B", (0, 1): "C", (0, 0): "D"}[contributes, promises]


def horizon(customer, today):
    """G4: A within 3 months and able to pay, B within 6, C within 12, else D."""
    days = [(day - today).days for day, _expected in customer["leads"] if day and day >= today]
    if not days or customer["credit_standing"] == "poor":
        return "D"
    for limit, code in ((90, "A"), (180, "B"), (365, "C")):
        if min(days) <= limit:
            return code
    return "D"


def satisfaction(customer, today):
    """G6: loyal, general, complaining, lost; None for who owns no vehicle."""
    if not customer["vehicles"]:
        return None
    said = [log for log in customer["logs"] if log[0].date() <= today]
    if any(complaint == "open" for _moment, _score, complaint in said):
        return "C"
    came = _since(today, 12, [day for day, _amount in customer["visits"]])
    if not came and _before(today, 12, customer["vehicles"]):
        return "X"
    scores = [score for _moment, score, _complaint in sorted(said) if score]
    if scores and scores[-1] <= 5:
        return "C"
    return "L" if scores and scores[-1] >= 9 and came else "G"


def management(customer, today):
    """G7: strategic, VIP, new, dormant, low value, free; None for who never ordered."""
    days = [day for day in _orders(customer) if day <= today]
    if customer["agreement_until"] and customer["agreement_until"] >= today:
        return "S"
    if not days:
        return None
    amount = order_revenue(customer, today)
    if amount >= 5000000:
        return "V"
    if not _before(today, 6, days):
        return "N"
    if len(days) == 1 and not _since(today, 12, days):
        return "D"
    return "L" if amount < 50000 else "F"


def channel(customer, today):
    """G8: orders of 12 months × pays cash; None for who does not sell on."""
    if not customer["is_reseller"]:
        return None
    number = len(_since(today, 12, _orders(customer)))
    cash = customer["payment_habit"] == "cash"
    if customer["sells_online"]:
        return "W"
    if number >= 12:
        if cash:
            return "A1"
        return "AG" if customer["credit_standing"] in ("good", "fair") else "DI"
    if number >= 2:
        return "D1" if cash else "DI"
    return "W" if customer["payment_habit"] == "card" else "R"


def contribution(customer, today):
    """G10: revenue of 12 months against the tiers; None for who never spent anything."""
    first = months_ago(today, 12)
    if not any(first <= day <= today for day, _amount in customer["orders"] + customer["visits"]):
        return None
    amount = revenue(customer, today)
    for limit, code in ((200000, "D"), (50000, "G"), (10000, "S")):
        if amount >= limit:
            return code
    return "O"


ORACLES = {
    "potential": potential,
    "horizon": horizon,
    "satisfaction": satisfaction,
    "management": management,
    "channel": channel,
    "contribution": contribution,
}
