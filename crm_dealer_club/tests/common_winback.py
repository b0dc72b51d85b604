"""A lost customer who is worth much."""

from datetime import timedelta

from odoo import fields

from .common_campaign import CampaignCase


class WinbackCase(CampaignCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.price = cls.env.ref("crm_dealer_club.winback_reason_price")
        cls.sold = cls.env.ref("crm_dealer_club.winback_reason_sold")
        cls.car = cls._vehicle(cls.customer_a)
        cls._visit(cls.car, date=fields.Datetime.now() - timedelta(500))
        cls._at("level_activity_lost", cls.customer_a)
        cls._at("level_value_key", cls.customer_a, score=1000)
        cls._spent(cls.customer_a, 100_000, 500)
        cls.env.cr.precommit.run()
        cls.env.company.write({"winback_per_dealer": 2, "winback_pause_months": 6})

    @classmethod
    def _spent(cls, partner, amount, days_ago):
        """An order of so many days ago."""
        return cls._order(partner, amount, fields.Datetime.now() - timedelta(days_ago))

    def _case(self, partner=None, login="sales_a"):
        cases = self._as(login, self.env["crm.winback.case"])
        return cases.create({"partner_id": (partner or self.customer_a).id})

    def _come(self, vehicle=None, **vals):
        visit = self._visit(vehicle or self.car, **vals)
        self.env.cr.flush()
        return visit

    def _lost_people(self, count, dealer=None):
        people = self.env["res.partner"]
        for number in range(count):
            person = self._person(dealer or self.dealer_a, 50 + number)
            self._at("level_activity_lost", person)
            self._spent(person, 1000 * number, 500)
            people |= person
        return people
