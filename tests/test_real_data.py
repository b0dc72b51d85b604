"""Two years of real purchases, imported as an administrator would, graded as of several days.

The CDNOW history (Fader and Hardie; the sample in the package ``lifetimes``): 2,357 customers
who bought for the first time in the first quarter of 1997, and their 6,919 purchases until
June 1998. Every fourth customer (589 with 1,806 purchases) goes through the ERP's own import,
in the batches of the web client; all of them would take more than a minute.
What the engine answers must equal ``grading_oracle``, which only ever sees the file.
"""

from collections import Counter
from datetime import date, timedelta, timezone
from fractions import Fraction
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from purchases import (
    DEALERS,
    TIMES,
    chosen,
    dealer_of,
    import_customers,
    import_orders,
    read_purchases,
)

from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import config

from odoo.addons.crm_dealer_grading.tests import grading_oracle as oracle

TZ = "America/New_York"  # has summer time
DATES = [
    date(1997, 1, 1),
    date(1997, 3, 31),
    date(1997, 6, 30),
    date(1997, 12, 31),  # the window is the year
    date(1998, 2, 28),  # one that starts on the first of March
    date(1998, 6, 30),
    date(1998, 12, 31),
]
SHARES = {
    "value": [("K", 1), ("S", 19), ("O", 30), ("X", 50)],
    "abc": [("A", 80), ("B", 15), ("C", 5)],
}


class Imported(NamedTuple):
    env: api.Environment
    purchases: list
    customers: dict
    orders: list

    def scheme(self, code, scope="network"):
        """The shipped scheme, for the imported customers alone."""
        scheme = self.env["crm.grading.scheme"].search([("code", "=", code)])
        scheme.domain = "[('dealer_id.code', '=like', 'CDNOW-%')]"
        scheme.scope = scope
        return scheme

    def results(self, scheme):
        """``{customer of the file: (level code, score)}``"""
        names = {partner: customer for customer, partner in self.customers.items()}
        found = self.env["crm.grading.result"].search_fetch([("scheme_id", "=", scheme.id)])
        return {names[r.partner_id.id]: (r.level_id.code, r.score) for r in found}


@pytest.fixture(scope="module", name="imported")
def _imported():
    """The whole history in a transaction that is rolled back in the end."""
    purchases = chosen(read_purchases())
    with Registry(config["db_name"][0]).cursor() as cr:
        uid = api.Environment(cr, api.SUPERUSER_ID, {}).ref("base.user_admin").id
        env = api.Environment(cr, uid, {"lang": "en_US", "tz": TZ})
        env.company.partner_id.tz = env.user.tz = TZ
        customers = import_customers(env, purchases)
        orders = import_orders(env, purchases)
        env.flush_all()
        # What the database server does by itself within a minute, once rows are committed.
        cr.execute("ANALYZE res_partner, sale_order")
        yield Imported(env, purchases, customers, orders)
        cr.rollback()


# -- What the file says ----------------------------------------------------------------------


class Figures(NamedTuple):
    """Of each customer with a purchase in the twelve months that end with a day."""

    days: dict
    count: Counter
    money: dict


def figures(purchases, day):
    end = day + timedelta(days=1)
    start = end.replace(year=end.year - 1)
    days, count, money = {}, Counter(), {}
    for purchase in purchases:
        if start <= purchase.day < end:
            age, customer = (day - purchase.day).days, purchase.customer
            days[customer] = min(age, days.get(customer, age))
            count[customer] += 1
            money[customer] = money.get(customer, Fraction(0)) + purchase.amount
    return Figures(days, count, money)


def by_share(code, money):
    """``{customer: (level, revenue)}`` of the pyramid or of ABC."""
    codes, shares = zip(*SHARES[code], strict=True)
    method = {"value": oracle.rank, "abc": oracle.cumulative}[code]
    levels = method(money, shares)
    return {c: (codes[levels[c]], float(money[c])) for c in money}


def by_rfm(purchases, day):
    """``{customer: (segment, scores as one number)}``"""
    days, count, money = figures(purchases, day)
    recency = oracle.quintile(days, lower_is_better=True)
    frequency, monetary = oracle.quintile(count), oracle.quintile(money)
    return {
        c: (
            oracle.rfm_segment(recency[c], frequency[c], monetary[c]),
            100 * recency[c] + 10 * frequency[c] + monetary[c],
        )
        for c in days
    }


def same(found, expected):
    """Compare levels exactly, scores to a hundredth of a cent (they are kept as floats)."""
    assert {c: level for c, (level, _s) in found.items()} == {
        c: level for c, (level, _s) in expected.items()
    }
    assert {c: score for c, (_l, score) in found.items()} == pytest.approx(
        {c: score for c, (_l, score) in expected.items()}, abs=1e-4
    )


# -- Tests -----------------------------------------------------------------------------------


def test_file_is_whole():
    purchases = read_purchases()
    assert (len({purchase.customer for purchase in purchases}), len(purchases)) == (2357, 6919)
    assert sum(purchase.amount for purchase in purchases) == Fraction("244091.94")


def test_import_is_whole(imported):
    """What came in is what the file holds; the time of day is that of the time zone."""
    assert (len(imported.customers), len(imported.orders)) == (589, 1806)
    orders = imported.env["sale.order"].browse(imported.orders)
    assert set(orders.mapped("state")) == {"sale"}
    cents = [(round(order.amount_untaxed * 100), order.partner_id.id) for order in orders]
    assert cents == [(p.amount * 100, imported.customers[p.customer]) for p in imported.purchases]
    zone = ZoneInfo(TZ)
    for number, (order, purchase) in enumerate(zip(orders, imported.purchases, strict=True)):
        moment = order.date_order.replace(tzinfo=timezone.utc).astimezone(zone)
        assert (moment.date(), moment.time()) == (purchase.day, TIMES[number % len(TIMES)])
    assert len(set(orders.partner_id.mapped("customer_number"))) == 589


@pytest.mark.parametrize("day", DATES, ids=str)
def test_rfm(imported, day):
    scheme = imported.scheme("rfm")
    scheme.regrade(date=day)
    same(imported.results(scheme), by_rfm(imported.purchases, day))


@pytest.mark.parametrize("code", SHARES)
@pytest.mark.parametrize("day", DATES, ids=str)
def test_pyramid_and_abc(imported, code, day):
    scheme = imported.scheme(code)
    scheme.regrade(date=day)
    same(imported.results(scheme), by_share(code, figures(imported.purchases, day).money))


def test_pyramid_within_each_dealer(imported):
    scheme = imported.scheme("value", scope="dealer")
    scheme.regrade(date=DATES[3])
    money = figures(imported.purchases, DATES[3]).money
    expected = {}
    for dealer in range(DEALERS):
        mine = {c: amount for c, amount in money.items() if dealer_of(c) == dealer}
        expected.update(by_share("value", mine))
    same(imported.results(scheme), expected)


def test_moves_between_two_days(imported):
    """A run tells who came, rose, fell and left since the one before."""
    before, after = DATES[3], DATES[5]
    scheme = imported.scheme("value")
    scheme.regrade(date=before)
    run = scheme.regrade(date=after)
    places = {code: place for place, (code, _share) in enumerate(SHARES["value"])}
    old, new = (
        {c: places[level] for c, (level, _s) in by_share("value", money).items()}
        for money in (figures(imported.purchases, day).money for day in (before, after))
    )
    assert run.graded == len(new)
    assert (run.joined, run.left) == (len(new.keys() - old), len(old.keys() - new))
    stayed = old.keys() & new.keys()
    assert run.moved_up == sum(new[c] < old[c] for c in stayed)
    assert run.moved_down == sum(new[c] > old[c] for c in stayed)
