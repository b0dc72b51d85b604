from ast import literal_eval
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo.tools import SQL

from .common_grading import GradingCommon
from .scheme_oracle import ORACLES

# Moments of the day in UTC: in Shanghai the day begins at 16:00 of the day before.
_TIMES = (time(0), time(3), time(15, 59, 59), time(16), time(23, 59, 59))
_COMPLAINTS = (False, False, False, "solved", "open")
_STANDING = {
    "credit_standing": (False, False, "good", "fair", "poor"),
    "payment_habit": (False, "cash", "card", "credit"),
    "stated_potential": (False, False, "high", "low"),
    "is_reseller": (True, True, False),
    "sells_online": (False, False, False, True),
}


def local_day(moment):
    """The day of a UTC moment in Shanghai."""
    return (moment + timedelta(hours=8)).date()


class SchemesCommon(GradingCommon):
    """Random customers with all that the shipped schemes look at, and the same as plain data."""

    COUNT = 60

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.Scheme._context_for(None, None).today
        cls.schemes = cls.Scheme.search([("code", "in", list(ORACLES))])
        cls._restore_shipped_ranges()
        for scheme in cls.schemes:
            scheme.domain = str(literal_eval(scheme.domain) + literal_eval(cls.domain))
        cls.random = Random(2026)
        cls.other = cls._customer(cls.dealer_b)
        cls.customers = cls._customers(cls.COUNT, is_company=True)
        cls.world = {customer: cls._draw() for customer in cls.customers}
        for customer, drawn in cls.world.items():
            cls._store(customer, drawn)
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _restore_shipped_ranges(cls):
        """The ranges as the data files have them: the demo network tells money in its own scale."""
        folder = Path(__file__).resolve().parents[1] / "data/grading"
        for path in folder.glob("scheme_*.xml"):
            for record in etree.parse(path).iterfind(".//record[@model='crm.grading.condition']"):
                condition = cls.env.ref(f"crm_dealer_grading.{record.get('id')}")
                shipped = record.findtext("field[@name='value_range']")
                if condition.value_range != shipped:
                    editing = condition.with_context(grading_scheme_editing=True)
                    editing.value_range = shipped
        cls.env.registry.clear_cache()

    @classmethod
    def _day(cls, months=(-60, -12, -6, -3)):
        """A day around the bounds of the windows."""
        bound = cls.today + relativedelta(months=cls.random.choice((0, 0, *months)))
        return bound + timedelta(cls.random.choice((-40, -2, -1, 0, 1, 2, 30)))

    @classmethod
    def _past(cls):
        return min(cls._day(), cls.today)

    @classmethod
    def _moment(cls, recent=False):
        """A moment up to now, of the last ten months if it is to be recent."""
        day = cls.today - timedelta(cls.random.randrange(1, 300)) if recent else cls._past()
        return datetime.combine(day, cls.random.choice(_TIMES))

    @classmethod
    def _draw(cls):
        random = cls.random
        many = random.choice((0, 1, 1, 2, 3, 14))
        amounts = (100, 9999.99, 20000, 49999.99, 50000, 200000, 5000000)
        size = random.choice((3, 5, 6, 7))
        return {
            "orders": [(cls._moment(many > 3), random.choice(amounts[:size])) for _ in range(many)],
            "visits": [(cls._moment(), random.choice((0, 50, 9900))) for _ in range(many % 4)],
            "vehicles": [cls._past() for _ in range(random.choice((0, 1, 1, 2, 3)))],
            "logs": [
                (cls._moment(), random.choice((0, 0, 3, 5, 6, 9, 10)), random.choice(_COMPLAINTS))
                for _ in range(random.randrange(4))
            ],
            "leads": [
                (cls._day((3, 6, 12, 12)), random.choice((0, 50000, 100000)))
                for _ in range(random.randrange(3))
            ],
            "agreement_until": random.choice((None, None, None, cls._day((3,)))),
            **{name: random.choice(values) for name, values in _STANDING.items()},
        }

    @classmethod
    def _store(cls, customer, drawn):
        customer.write({name: drawn[name] for name in (*_STANDING, "agreement_until")})
        cls._insert_orders([(customer, amount, moment) for moment, amount in drawn["orders"]])
        vehicles = cls.env["crm.vehicle"]
        for day in drawn["vehicles"]:
            vehicle = cls._vehicle(customer, purchase_date=day, delivery_date=day)
            vehicle.ownership_ids.date_from = day
            vehicles |= vehicle
        cls._insert_visits(customer, vehicles[:1] or cls._vehicle(cls.other), drawn["visits"])
        cls._insert_logs(customer, drawn["logs"])
        for day, revenue in drawn["leads"]:
            cls._lead(customer, date_deadline=day, expected_revenue=revenue)

    @classmethod
    def _insert_logs(cls, customer, rows):
        """Contacts straight into the table, those of days to come too; rows are
        ``(moment, satisfaction, complaint)``."""
        cls.env.flush_all()
        for moment, satisfaction, complaint in rows:
            cls.env.cr.execute(
                SQL(
                    """INSERT INTO crm_contact_log (partner_id, commercial_partner_id, dealer_id,
                           date, way, direction, summary, satisfaction, complaint)
                    VALUES (%s, %s, %s, %s, 'phone', 'out', 'Call', %s, %s)""",
                    customer.id,
                    customer.id,
                    customer.dealer_id.id,
                    moment,
                    satisfaction or 0,
                    complaint or None,
                )
            )
        cls.env.invalidate_all()

    @classmethod
    def _insert_visits(cls, customer, vehicle, rows):
        """Visits straight into the table; rows are ``(moment, amount)``."""
        cls.env.flush_all()
        for moment, amount in rows:
            cls.env.cr.execute(
                SQL(
                    """INSERT INTO crm_service_visit (name, vehicle_id, partner_id,
                           commercial_partner_id, dealer_id, company_id, currency_id, stage,
                           visit_type, date, labour_amount, parts_amount, amount_total, active)
                    VALUES (gen_random_uuid()::text, %s, %s, %s, %s, %s, %s, 'delivered',
                            'repair', %s, %s, 0, %s, true)""",
                    vehicle.id,
                    customer.id,
                    customer.id,
                    customer.dealer_id.id,
                    cls.company.id,
                    cls.company.currency_id.id,
                    moment,
                    amount,
                    amount,
                )
            )
        cls.env.invalidate_all()

    def _expected(self, today):
        """``{scheme code: {customer: level code}}`` by the oracles, as of a day."""
        levels = {}
        for code, oracle in ORACLES.items():
            found = {c: oracle(self._told(drawn), today) for c, drawn in self.world.items()}
            levels[code] = {customer: level for customer, level in found.items() if level}
        return levels

    @staticmethod
    def _told(drawn):
        """The customer with local days in place of moments."""
        days = {
            name: [(local_day(moment), amount) for moment, amount in drawn[name]]
            for name in ("orders", "visits")
        }
        logs = [(m + timedelta(hours=8), score, complaint) for m, score, complaint in drawn["logs"]]
        return {**drawn, **days, "logs": logs}

    def _assert_levels(self, today, note):
        """Compare what differs only, so that a failure can be read."""
        expected, found = self._expected(today), self._found()
        for code, levels in expected.items():
            differ = {
                customer: (found[code].get(customer), levels.get(customer))
                for customer in found[code].keys() | levels.keys()
                if found[code].get(customer) != levels.get(customer)
            }
            with self.subTest(code, note=note):
                self.assertFalse(differ, [self.world[customer] for customer in differ][:2])

    def _found(self):
        """Levels of these customers; others of the demo network may hold one by hand."""
        levels = {scheme.code: self._levels(scheme) for scheme in self.schemes}
        return {
            code: {customer: level for customer, level in held.items() if customer in self.world}
            for code, held in levels.items()
        }
