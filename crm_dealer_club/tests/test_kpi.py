"""KPIs of complaints and referrals against plain Python (S10)."""

import random
from datetime import date, datetime, timedelta

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
