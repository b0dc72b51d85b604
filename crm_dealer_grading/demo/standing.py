"""What the dealers of the demo network know of customers, and what customers said."""

from datetime import datetime, time, timedelta
from itertools import zip_longest

# The largest fleets have an annual agreement; days until it ends.
_AGREEMENTS = (240, 60, -30)
_SAID = (
    # score, complaint, what it was about
    (10, False, "Satisfied with the service, would recommend us"),
    (9, False, "Vehicle was ready early"),
    (8, False, "Reception friendly, waiting time a little long"),
    (7, False, "Asked for a reminder before the next maintenance"),
    (4, "open", "Noise is still there after the repair"),
    (3, "solved", "Invoice was higher than agreed; corrected"),
    (9, "solved", "Late delivery, apologised; now content"),
)


class Acquaintance:
    """Draws standing and satisfaction; one call of ``draw`` for each plan."""

    def __init__(self, rng, today, customers, visits):
        self.rng = rng
        self.today = today
        self.customers = customers
        self.visits = visits

    def draw(self):
        """Return the standing of some customers, and what some said after a visit."""
        return self._standing(), self._said()

    def _standing(self):
        rows = []
        fleets = [row for row in self.customers if row["pattern"] == "fleet"]
        for number, (row, days) in enumerate(zip_longest(fleets, _AGREEMENTS)):
            rows.append(
                self._row(
                    row,
                    is_reseller=True,
                    payment_habit="cash" if number % 2 else "credit",
                    credit_standing="good",
                    agreement_until=days and self.today + timedelta(days),
                )
            )
        firms = [row for row in self.customers if row["is_company"] and row not in fleets]
        for number, row in enumerate(firms):
            rows.append(
                self._row(
                    row,
                    is_reseller=number % 2 == 0,
                    payment_habit=("cash", "credit", "card", "cash")[number % 8 // 2],
                    credit_standing=("good", "fair", False, "poor")[number % 4],
                    sells_online=number % 14 == 4,
                )
            )
        persons = [row for row in self.customers if not row["is_company"]]
        for row in persons[::25]:
            rows.append(self._row(row, stated_potential="high"))
        for row in persons[7::60]:
            rows.append(self._row(row, credit_standing="poor"))
        return rows

    def _row(self, row, **vals):
        return {"customer": row["key"], **vals}

    def _said(self):
        rows, asked = [], set()
        for number, visit in enumerate(reversed(self.visits)):
            done = visit["delivered"] and visit["customer"] not in asked
            if number % 3 or not done:
                continue
            asked.add(visit["customer"])
            score, complaint, summary = self.rng.choice(_SAID)
            day = min(visit["delivered"].date() + timedelta(3), self.today - timedelta(1))
            rows.append(
                {
                    "customer": visit["customer"],
                    "dealer": visit["dealer"],
                    "user": visit["user"],
                    "date": datetime.combine(day, time(2)),
                    "satisfaction": score,
                    "complaint": complaint,
                    "summary": summary,
                }
            )
            if len(rows) == 70:
                break
        return rows
