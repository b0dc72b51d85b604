"""The draw in plain Python, without SQL: what the addon must find (S2)."""

from collections import defaultdict

from odoo.addons.crm_dealer_survey.tools.draw import draw


def largest_remainder(total, sizes):
    """``{group: share}`` of ``total`` in proportion to ``sizes``; never more than there are."""
    everything = sum(sizes.values())
    total = min(total, everything)
    if not everything:
        return dict.fromkeys(sizes, 0)
    shares = {group: total * size // everything for group, size in sizes.items()}
    rests = sorted(sizes, key=lambda group: (-(total * sizes[group] % everything), group))
    for group in rests[: total - sum(shares.values())]:
        shares[group] += 1
    return shares


def latest_of(events):
    """``{customer: event}``: each is asked about the latest one for which it may be asked.

    Of customers with one number the one with the latest event.
    """
    latest = {}
    for event in events:
        if event["reason"] is None:
            known = latest.get(event["customer"])
            if known is None or (event["moment"], event["key"]) > (known["moment"], known["key"]):
                latest[event["customer"]] = event
    numbers = {}
    for event in latest.values():
        numbers.setdefault(event["number"] or event["customer"], []).append(event)
    chosen = [max(events, key=lambda e: (e["moment"], e["key"])) for events in numbers.values()]
    return {event["customer"]: event for event in chosen}


def drawn(events, quota, seed, allocation="proportional", reserve=100):
    """Who is drawn and who waits.

    :param events: dicts of ``key``, ``dealer``, ``stratum``, ``customer``, ``number``, ``moment``
        and ``reason`` (why nobody may be asked, or None)
    :return: ``({key: drawn at once}, {(dealer, stratum): figures})``
    """
    latest = latest_of(events)
    groups, figures = defaultdict(list), {}
    for event in latest.values():
        groups[event["dealer"], event["stratum"]].append(event["key"])
    dealers = defaultdict(dict)
    for event in events:
        group = event["dealer"], event["stratum"]
        dealers[event["dealer"]][event["stratum"]] = len(groups[group])
        count = figures.setdefault(group, defaultdict(int))
        count["frame"] += 1
        if event["reason"]:
            count[event["reason"]] += 1
        elif latest.get(event["customer"]) is not event:
            count["double"] += 1
    picked = {}
    for dealer, sizes in dealers.items():
        shares = largest_remainder(quota, sizes)
        if allocation == "fixed":
            shares = {stratum: min(quota, size) for stratum, size in sizes.items()}
        for stratum, share in shares.items():
            figures[dealer, stratum] |= {"able": sizes[stratum], "quota": share}
            order = sorted(groups[dealer, stratum], key=lambda key: (draw(seed, key), key))
            last = share + -(-share * reserve // 100)
            picked |= {key: place < share for place, key in enumerate(order[:last])}
    return picked, figures
