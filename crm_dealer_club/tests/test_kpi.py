"""KPIs of complaints and referrals against plain Python (S10)."""

import random
from collections import Counter
from datetime import date, datetime, timedelta

from odoo.tests import freeze_time

from .common_ticket import TicketCase

BEGIN, END = date(2031, 3, 1), date(2031, 4, 1)
EAST = timedelta(hours=8)


class TestKpi(TicketCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.partner_id.tz = "Asia/Shanghai"
        cls.rng = random.Random("kpi")

    def _moment(self):
        day = self.rng.choice([BEGIN, BEGIN - timedelta(1), END - timedelta(1), END])
        at = datetime.combine(day, datetime.min.time())
        return at + timedelta(minutes=self.rng.choice([0, 1439])) - EAST

    def _figure(self, code, dealer):
        kpi = self.env.ref(f"crm_dealer_club.kpi_{code}")
        return kpi.figures(BEGIN, END)["dealer", dealer.id]

    def test_complaints_in_time(self):
        tickets = self.env["helpdesk.ticket"]
        for number in range(40):
            tickets |= self._complaint(self.rng.choice([self.customer_a, self.customer_b]),
                                       name=f"T{number}")  # fmt: skip
        self.env.flush_all()
        for ticket in tickets:
            self.env.cr.execute(
                "UPDATE helpdesk_ticket SET date_received = %s, answer_missed = %s,"
                " solution_missed = %s, date_solved = %s WHERE id = %s",
                [self._moment(), self.rng.random() < 0.3, self.rng.random() < 0.3,
                 self.rng.choice([None, datetime(2031, 4, 2)]), ticket.id],
            )  # fmt: skip
        self.env.invalidate_all()
        for dealer in (self.dealer_a, self.dealer_b):
            received = [
                t for t in tickets
                if t.dealer_id == dealer and BEGIN <= (t.date_received + EAST).date() < END
            ]  # fmt: skip
            good = [t for t in received
                    if t.date_solved and not t.answer_missed and not t.solution_missed]  # fmt: skip
            self.assertTrue(good)
            figure = self._figure("complaints_in_time", dealer)
            self.assertEqual((figure.numerator, figure.denominator), (len(good), len(received)))
            self.assertAlmostEqual(figure.value, 100 * len(good) / len(received))

    def _random_complaints(self, begin, end):
        """Complaints around ``[begin, end)`` and ``[(dealer, day, cause, late)]`` of them.

        Deadlines of 2031 have not come yet: what waits is not late.
        """
        causes = self.env["helpdesk.ticket.category"].search([("crm_kind", "=", "complaint")])[:3]
        days = [begin - timedelta(1), begin, date(2031, 1, 31), date(2031, 2, 1),
                end - timedelta(1), end]  # fmt: skip
        hours, told, tickets = timedelta(hours=1), [], self.env["helpdesk.ticket"]
        for number in range(80):
            customer = self.rng.choice([self.customer_a, self.customer_b])
            tickets |= self._complaint(customer, name=f"F{number}")
        self.env.flush_all()
        for ticket in tickets:
            day, cause = self.rng.choice(days), self.rng.choice([*causes, causes.browse()])
            at = datetime.combine(day, datetime.min.time()) - EAST
            at += timedelta(minutes=self.rng.choice([0, 1439]))
            answered, solved = (self.rng.choice([None, at + hours, at + 3 * hours]) for _n in "as")
            missed, kept = self.rng.random() < 0.2, self.rng.random() < 0.8
            self.env.cr.execute(
                "UPDATE helpdesk_ticket SET date_received = %s, category_id = %s, active = %s,"
                " date_answered = %s, date_solved = %s, solution_missed = %s,"
                " answer_deadline = %s, solution_deadline = %s WHERE id = %s",
                [at, cause.id or None, kept, answered, solved, missed,
                 at + 2 * hours, at + 4 * hours, ticket.id],
            )  # fmt: skip
            late = missed or bool(answered and answered > at + 2 * hours)
            told.append((ticket.dealer_id, day, cause, late))
        self.env.invalidate_all()
        return tickets, told

    def test_complaint_facts(self):
        """Most on one cause in a month, all, and late ones, over a quarter (S9)."""
        begin, end = date(2031, 1, 1), date(2031, 4, 1)
        tickets, told = self._random_complaints(begin, end)
        self.env.company._tz_here()
        with self.assertQueryCount(1):
            facts = self.env["crm.dealer"]._complaint_facts(begin, end)
        self.assertEqual(set(facts), {self.dealer_a.id, self.dealer_b.id})
        for dealer in (self.dealer_a, self.dealer_b):
            mine = [fact for fact in told if fact[0] == dealer and begin <= fact[1] < end]
            matters = Counter((cause, day.month) for _dealer, day, cause, _late in mine if cause)
            self.assertEqual(
                facts[dealer.id],
                {"total": len(mine), "late": sum(fact[3] for fact in mine),
                 "same_matter": max(matters.values())},
            )  # fmt: skip
        with freeze_time("2031-06-01"):
            facts = self.env["crm.dealer"]._complaint_facts(begin, end)
        waiting = sum(
            1 for ticket in tickets
            if ticket.dealer_id == self.dealer_a
            and begin <= (ticket.date_received + EAST).date() < end
            and (ticket.solution_missed or not ticket.date_answered or not ticket.date_solved
                 or ticket.date_answered > ticket.answer_deadline)
        )  # fmt: skip
        self.assertEqual(facts[self.dealer_a.id]["late"], waiting)

    def test_referral(self):
        friend = self._customer(self.dealer_a, name="Friend")
        days = [BEGIN, BEGIN - timedelta(1), END - timedelta(1), END, False]
        leads = self.env["crm.lead"]
        for _number in range(30):
            leads |= self._lead(
                self._customer(self.dealer_a),
                referred_by_id=self.rng.choice([friend.id, False]),
            )
        self.env.flush_all()
        for lead in leads:
            self.env.cr.execute(
                "UPDATE crm_lead SET delivered_on = %s WHERE id = %s",
                [self.rng.choice(days) or None, lead.id],
            )
        self.env.invalidate_all()
        delivered = leads.filtered("delivered_on")
        delivered = [lead for lead in delivered if BEGIN <= lead.delivered_on < END]
        referred = [lead for lead in delivered if lead.referred_by_id]
        self.assertTrue(referred)
        figure = self._figure("referral", self.dealer_a)
        self.assertEqual((figure.numerator, figure.denominator), (len(referred), len(delivered)))
