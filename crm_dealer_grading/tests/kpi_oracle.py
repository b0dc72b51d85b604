"""The KPIs in plain Python (S10)."""

from datetime import UTC, date, datetime, timedelta
from math import sqrt
from statistics import mean, stdev

from odoo.addons.crm_dealer_grading.tools.confidence import student

FINISHED = ("delivered", "followed_up")
# Shanghai's midnight is sixteen o'clock of the day before in UTC.
EAST = timedelta(hours=8)


class KpiOracle:
    """What the KPIs of ``self.vehicles``, ``visits``, ``cards`` and ``people`` are."""

    def _dealers_of(self, scope):
        level, record_id = scope
        if level == "dealer":
            return [dealer for dealer in self.dealers if dealer.id == record_id]
        if level == "network":
            return self.dealers
        below = {
            self.region_north.id: [self.dealer_a, self.dealer_c],
            self.region_south.id: [self.dealer_b],
            self.region_below.id: [self.dealer_c],
        }
        return below[record_id]

    def _scopes(self):
        regions = (self.region_north, self.region_south, self.region_below)
        return [*(("dealer", d.id) for d in self.dealers), *(("region", r.id) for r in regions)]

    def _local(self, moment):
        return (moment + EAST).date()

    def _visitors(self, begin, end, dealers=None):
        return {
            visit.commercial_partner_id
            for visit in self.visits
            if visit.stage in FINISHED
            and begin <= self._local(visit.date) < end
            and (dealers is None or visit.dealer_id in dealers)
        }

    def _sold(self, begin, end, dealers):
        return [
            vehicle
            for vehicle in self.vehicles
            if vehicle.delivery_date
            and begin <= vehicle.delivery_date < end
            and vehicle.selling_dealer_id in dealers
        ]

    def _buyer(self, vehicle):
        """Who had it on the day of handover, or first within 90 days of it."""
        for customer, begin, end in self.owners[vehicle]:
            late = begin > vehicle.delivery_date + timedelta(90)
            if not late and (end is None or end > max(begin, vehicle.delivery_date)):
                return customer
        return None

    def _expected(self, code, begin, end, dealers):
        """``(numerator, denominator)`` in plain words."""
        first = date(1900, 1, 1)
        year = date(begin.year, 1, 1)
        buyers = {self._buyer(v) for v in self._sold(begin, end, dealers)} - {None}
        all_buyers = {self._buyer(v) for v in self._sold(first, end, dealers)} - {None}
        effective = {p for p in self.people if self._file(p).is_effective}
        if code == "effective_sold":
            return len(buyers & effective), len(buyers)
        if code == "effective_all":
            return len(all_buyers & effective), len(all_buyers)
        if code == "completeness":
            files = [self._file(p) for p in self.people | self.customer_a | self.customer_b]
            files = [f for f in files if f.dealer_id in dealers]
            return sum(f.completeness for f in files), len(files)
        if code == "return_rate":
            came = {
                self._buyer(vehicle)
                for vehicle in self._sold(first, end, dealers)
                if self._buyer(vehicle)
                in self._visitors(vehicle.delivery_date + timedelta(1), end)
            }
            return len(came), len(all_buyers)
        if code == "active_customers":
            return len(self._visitors(year, end, dealers)), 0
        if code == "retention":
            before = self._visitors(date(year.year - 1, 1, 1), year, dealers)
            return len(before & self._visitors(year, end)), len(before)
        if code == "churn":
            # A running period has seen nobody stay away after today.
            end = min(end, self._local(datetime.now(UTC)) + timedelta(1))
            served = self._visitors(end.replace(year=end.year - 1), end, dealers)
            month = (end.month - 7) % 12 + 1
            half = end.replace(year=end.year - (end.month <= 6), month=month)
            return len(served - self._visitors(half, end)), len(served)
        return self._expected_sales(code, begin, end, dealers)

    def _expected_sales(self, code, begin, end, dealers):
        if code == "repurchase":
            sold = self._sold(begin, end, dealers)
            again = [v for v in sold if v.purchase_type in ("replace_same", "additional")]
            return len(again), len(sold)
        cards = [
            card for card in self.cards
            if card.dealer_id in dealers and (card.active or card.won_status in ("won", "lost"))
        ]  # fmt: skip
        if code == "conversion":
            opened = [c for c in cards if begin <= self._local(c.create_date) < end]
            return sum(bool(c.delivered_on) for c in opened), len(opened)
        decided = [
            c for c in cards
            if c.purchase_type == "replace_same" and c.won_status in ("won", "lost")
            and begin <= self._local(c.date_closed) < end
        ]  # fmt: skip
        return sum(c.won_status == "won" for c in decided), len(decided)

    def _expected_ends(self, code, begin, end, dealers):
        """The ends of the 95 % interval in %, Nones where there is none."""
        above, below = self._expected(code, begin, end, dealers)
        if not below:
            return None, None
        if code == "completeness":
            files = self.env["crm.customer.quality"].search(
                [("dealer_id", "in", [dealer.id for dealer in dealers])]
            )
            return self._mean_ends(files.mapped("completeness"))
        return tuple(100 * end for end in self._share_ends(above / below, below))

    def _mean_ends(self, figures):
        if len(figures) < 2:
            return None, None
        margin = student(len(figures) - 1) * stdev(figures) / sqrt(len(figures))
        return max(0, mean(figures) - margin), min(100, mean(figures) + margin)

    def _share_ends(self, share, cases):
        """The shares that lie 1.96 of their own standard errors off, by halving."""

        def end(inner, outer):
            for _step in range(60):
                middle = (inner + outer) / 2
                error = sqrt(middle * (1 - middle) / cases)
                near = abs(share - middle) <= 1.959963984540054 * error
                inner, outer = (middle, outer) if near else (inner, middle)
            return inner

        # Where all or none of the cases are, the interval begins right there.
        return (end(share, 0.0) if share else 0.0), (end(share, 1.0) if share < 1 else 1.0)

    def _file(self, partner):
        return self.env["crm.customer.quality"].search([("partner_id", "=", partner.id)])


def target_of_period(adds_up, year, quarters, month, months):
    """What to reach in ``months`` from ``month`` on: month by month, from a table of the year.

    :param quarters: targets of the four quarters, None where the year's is shared out evenly
    """
    if months == 12:
        return year
    if adds_up == "no":
        if quarters is None or months == 6:
            return year
        return quarters[{1: 0, 2: 0, 3: 0, 4: 1, 5: 1, 6: 1, 7: 2, 8: 2, 9: 2}.get(month, 3)]
    table = []  # of each month alone
    for quarter in quarters or [year / 4] * 4:
        table += [quarter / 3] * 3
    passed = table[: month - 1 + months]
    return sum(passed if adds_up == "year" else passed[-months:])
