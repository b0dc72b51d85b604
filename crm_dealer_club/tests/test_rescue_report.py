"""Response times against plain Python (M8)."""

import random
import statistics
from datetime import datetime, timedelta

import pytz

from odoo.tests import tagged
from odoo.tools import SQL

from ..models.rescue.crm_rescue_report import SPANS
from ..models.rescue.helpdesk_ticket_steps import TIMES
from .common_rescue import RescueCase

_DUE = {
    "answer": "rescue_answer_due",
    "dispatch": "rescue_dispatch_due",
    "arrival": "rescue_arrival_due",
}


@tagged("post_install", "-at_install")
class TestRescueReport(RescueCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        dice = random.Random(19)
        tickets = [
            {
                "crm_kind": "rescue",
                "dealer_id": dice.choice([cls.dealer_a.id, cls.dealer_b.id]),
                "rescue_fault_id": dice.choice([cls.tyre.id, cls.accident.id]),
            }
            for _number in range(60)
        ]
        cls.tickets = cls.env["helpdesk.ticket"].create(tickets)
        for ticket in cls.tickets:
            begin = datetime(2031, 1, 1) + timedelta(minutes=dice.randint(0, 90 * 24 * 60))
            vals = {
                "date_received": begin,
                "rescue_answer_due": begin + timedelta(minutes=3),
                "rescue_dispatch_due": begin + timedelta(minutes=10),
                "rescue_arrival_due": begin + timedelta(minutes=60),
            }
            moment = begin
            for name in list(TIMES.values())[1 : dice.randint(1, 6)]:
                moment += timedelta(seconds=dice.randint(0, 2400))
                vals[name] = moment
            ticket._store({**dict.fromkeys(list(TIMES.values())[1:], False), **vals})
        cls.env.flush_all()
        # Nobody gets rid of one by putting it away.
        cls.tickets[:7]._store({"active": False})
        cls.env.flush_all()
        cls.report = cls.env["crm.rescue.report"].with_context(tz="Asia/Shanghai")
        cls.mine = [("ticket_id", "in", cls.tickets.ids)]

    def _minutes(self, ticket, name):
        first, last = (ticket[TIMES[step]] for step in SPANS[name])
        return (last - first).total_seconds() / 60 if first and last else None

    def _expected(self, tickets):
        figures = {}
        for name in SPANS:
            values = [self._minutes(ticket, name) for ticket in tickets]
            values = [value for value in values if value is not None]
            figures[f"{name}_minutes:avg"] = statistics.mean(values) if values else 0
            figures[f"{name}_median:avg"] = statistics.median(values) if values else 0
        for name, due in _DUE.items():
            step = SPANS[name][1]
            kept = [
                100 * (ticket[TIMES[step]] <= ticket[due])
                for ticket in tickets
                if ticket[TIMES[step]]
            ]
            figures[f"{name}_in_time:avg"] = statistics.mean(kept) if kept else 0
        return figures

    def test_equals_plain_python(self):
        names = list(self._expected(self.tickets))
        shanghai = pytz.timezone("Asia/Shanghai")

        def local(ticket):
            return pytz.utc.localize(ticket.date_received).astimezone(shanghai)

        for group, key in (
            ("dealer_id", lambda t: t.dealer_id),
            ("region_id", lambda t: t.dealer_id.region_id),
            ("fault_id", lambda t: t.rescue_fault_id),
            ("hour", lambda t: local(t).hour),
            ("date:month", lambda t: local(t).replace(tzinfo=None, day=1, hour=0, minute=0)),
        ):
            rows = self.report._read_group(self.mine, [group], ["__count", *names])
            self.assertEqual(sum(row[1] for row in rows), len(self.tickets))
            for value, count, *figures in rows:
                tickets = self.tickets.filtered(lambda t, v=value, k=key: k(t) == v)
                self.assertEqual(len(tickets), count)
                for name, found, wanted in zip(
                    names, figures, self._expected(tickets).values(), strict=True
                ):
                    with self.subTest(group, value=value, name=name):
                        self.assertAlmostEqual(found or 0, wanted, places=4)

    def test_rows_and_pivot(self):
        row = self.report.search([("ticket_id", "=", self.tickets[0].id)])
        self.assertEqual(row.home_dealer_id, self.tickets[0].rescue_home_dealer_id)
        groups = self.report.formatted_read_grouping_sets(
            self.mine, [["dealer_id"], []], ["arrival_median:avg", "arrival_in_time:avg"]
        )
        total = self._expected(self.tickets)
        self.assertAlmostEqual(
            groups[1][0]["arrival_median:avg"], total["arrival_median:avg"], places=4
        )

    def test_step_that_is_due_counts_when_it_is_overdue(self):
        waiting = self._rescue()
        self.assertIsNone(self._in_time(waiting))
        self._past(waiting, rescue_arrival_due=1)
        self.assertEqual(self._in_time(waiting), 0)
        waiting.action_rescue_not_needed()
        self.assertIsNone(self._in_time(waiting))

    def _in_time(self, ticket):
        """As it is in the database: a field of the ERP has no empty number."""
        self.env.flush_all()
        [[share]] = self.env.execute_query(
            SQL(
                "SELECT arrival_in_time FROM (%s) AS r WHERE id = %s",
                self.report._table_query,
                ticket.id,
            )
        )
        return share

    def test_opens_the_rescues(self):
        rows = self.report.search([("dealer_id", "=", self.dealer_a.id)])
        action = rows.action_open_rescues()
        self.assertEqual(
            self.env["helpdesk.ticket"].with_context(**action["context"]).search(action["domain"]),
            self.tickets.filtered(lambda t: t.dealer_id == self.dealer_a).sorted(),
        )
