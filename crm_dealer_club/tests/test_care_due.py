import random
from datetime import date, datetime, timedelta

from odoo.tests import freeze_time, tagged

from odoo.addons.crm_dealer_grading.tests.common import DealerCommon

from ..models.care.crm_care_rule import TRIGGERS
from .due_oracle import DueOracle

TODAY = date(2026, 6, 15)
ZONE = "Asia/Shanghai"
WINDOWS = (
    (date(2026, 2, 27), date(2026, 3, 2)),
    (date(2026, 12, 25), date(2027, 1, 8)),
    (date(2028, 2, 26), date(2028, 3, 2)),
    (date(2026, 5, 1), date(2026, 9, 1)),
    (date(2026, 6, 15), date(2026, 6, 15)),
)


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 08:00:00")
class TestDue(DealerCommon):
    """What each trigger finds, against an oracle over random people and vehicles."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.partner_id.tz = ZONE
        # The oracle asks every record: the demo network would only make it slow.
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE crm_vehicle SET active = false")
        cls.env.cr.execute("UPDATE res_partner SET dealer_id = NULL")
        cls.env.invalidate_all()
        rng = random.Random(6)
        cls.people = cls._random_people(rng)
        cls.vehicles = cls._random_vehicles(rng)
        cls.env["crm.vehicle.forecast"]._refresh(TODAY)

    @classmethod
    def _day(cls, rng, back=1200, ahead=400):
        """A day, more often one of the windows' ends, or one that few calendars have."""
        special = ((2024, 2, 29), (2023, 2, 28), (2025, 12, 31), (2026, 1, 1), (2026, 2, 28))
        if rng.random() < 0.3:
            return date(*rng.choice(special))
        return TODAY + timedelta(rng.randrange(-back, ahead))

    @classmethod
    def _random_people(cls, rng):
        values = [
            {
                "name": f"Person {n}",
                "dealer_id": rng.choice([cls.dealer_a.id, cls.dealer_b.id, cls.dealer_a.id, False]),
                "is_company": rng.random() < 0.15,
                "birthdate_date": rng.choice(
                    [False, date(1980, 2, 29), date(1990, 1, 1), date(1970, 12, 31),
                     date(1985, 2, 28), cls._day(rng)]
                ),
            }
            for n in range(50)
        ]  # fmt: skip
        people = cls.env["res.partner"].create(values)
        companies = people.filtered("is_company")
        contacts = cls.env["res.partner"].create(
            [
                {"name": "Contact", "parent_id": company.id, "birthdate_date": date(1990, 1, 1)}
                for company in companies
            ]
        )
        people[:3].sudo().given_up_on = TODAY
        people[3:6].action_archive()
        return people[3:] | contacts

    @classmethod
    def _random_vehicles(cls, rng):
        names = ("insurance_expiry", "inspection_due", "first_service_due", "warranty_end",
                 "next_service_date", "purchase_date", "delivery_date")  # fmt: skip
        owners = [False, *cls.people.ids]
        vehicles = cls.env["crm.vehicle"].create(
            [
                # Nobody has bought a vehicle tomorrow.
                {name: cls._day(rng, ahead=400 if name in names[:-2] else -200)
                 for name in names if rng.random() < 0.7}
                | {
                    "partner_id": rng.choice(owners),
                    "first_service_done": rng.choice([False, TODAY - timedelta(300)]),
                    "next_service_km": rng.choice([0, 20_000, 60_000]),
                    "warranty_end_km": rng.choice([0, 60_000]),
                }
                for _n in range(120)
            ]
        )
        dated = vehicles.filtered(lambda v: v.delivery_date or v.purchase_date)
        for vehicle in dated[:40]:
            vehicle.with_context(ownership_date=TODAY - timedelta(rng.randrange(100))).write(
                {"partner_id": rng.choice(cls.people.ids)}
            )
        cls._random_visits(rng, vehicles)
        vehicles[110:].action_archive()
        return vehicles

    @classmethod
    def _random_visits(cls, rng, vehicles):
        visits, readings = [], []
        for vehicle in vehicles:
            km = 0
            for ago in sorted(rng.sample(range(1, 800), rng.choice([0, 0, 1, 3])), reverse=True):
                km += rng.randrange(500, 9000)
                # Late in the evening in UTC it is tomorrow in Shanghai.
                moment = datetime(2026, 6, 15, rng.choice([2, 17]), 30) - timedelta(ago)
                visits.append({"vehicle_id": vehicle.id, "date": moment, "stage": "delivered"})
                readings.append({"vehicle_id": vehicle.id, "km": km, "date": moment.date()})
            if rng.random() < 0.1:
                booked = {"vehicle_id": vehicle.id, "date": datetime(2026, 6, 20, 2)}
                visits.append({**booked, "stage": "booked"})
        cls.env["crm.service.visit"].create(visits)
        cls.env["crm.vehicle.mileage"].create(readings)

    def _rule(self, trigger, **vals):
        return self.env["crm.care.rule"].create(
            {
                "name": trigger,
                "trigger": trigger,
                "festival_id": self.env.ref("crm_dealer_club.festival_new_year").id,
                "season_month": 2,
                "season_day": 29,
                "alert_date": "2026-07-01",
                **vals,
            }
        )

    def _due(self, rule, date_from, date_to):
        return sorted(self.env.execute_query(rule._due_sql(date_from, date_to)), key=str)

    def test_every_trigger_against_the_oracle(self):
        for trigger, _label in TRIGGERS:
            rule, found = self._rule(trigger), 0
            for window in WINDOWS:
                with self.subTest(trigger, window=window):
                    due = self._due(rule, *window)
                    self.assertEqual(due, DueOracle(rule, *window, ZONE).due())
                    self.assertEqual(len(due), len(set(due)), "a subject comes once")
                    found += len(due)
            self.assertTrue(found, trigger)

    def test_confidence_and_days_without_a_visit(self):
        window = WINDOWS[3]
        sizes = set()
        for level in ("high", "medium", "low"):
            rule = self._rule("maintenance_km", km_confidence=level)
            due = self._due(rule, *window)
            self.assertEqual(due, DueOracle(rule, *window, ZONE).due())
            sizes.add(len(due))
        self.assertEqual(len(sizes), 3)
        rule = self._rule("lapse", lapse_days=365)
        self.assertEqual(self._due(rule, *window), DueOracle(rule, *window, ZONE).due())

    def test_leap_birthdays(self):
        person = self._customer(self.dealer_a, birthdate_date=date(2024, 2, 29))
        rule = self._rule("birthday")
        due = self._due(rule, date(2024, 1, 1), date(2029, 1, 1))
        days = [day for partner, _vehicle, day in due if partner == person.id]
        self.assertEqual(
            days, [date(2025, 2, 28), date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)]
        )

    def test_no_anniversary_in_the_first_year_or_of_a_former_owner(self):
        first, second = self._customer(self.dealer_a), self._customer(self.dealer_b)
        vehicle = self._vehicle(first, purchase_date=date(2024, 2, 29))
        rule = self._rule("anniversary")

        def days():
            due = self._due(rule, date(2024, 1, 1), date(2028, 12, 31))
            return [(partner, day) for partner, car, day in due if car == vehicle.id]

        self.assertEqual(
            days(),
            [(first.id, date(2025, 2, 28)), (first.id, date(2026, 2, 28)),
             (first.id, date(2027, 2, 28)), (first.id, date(2028, 2, 29))],
        )  # fmt: skip
        vehicle.with_context(ownership_date=date(2026, 3, 1)).partner_id = second
        self.assertEqual(days(), [(second.id, date(2027, 3, 1)), (second.id, date(2028, 3, 1))])

    def test_lapse_is_not_counted_over_a_change_of_owner(self):
        vehicle = self._vehicle(self.customer_a, delivery_date=date(2025, 1, 1))
        self._visit(vehicle, date="2025-12-31 17:30:00")  # New Year's Day in Shanghai
        rule = self._rule("lapse", lapse_days=100)

        def days():
            due = self._due(rule, date(2025, 1, 1), date(2027, 1, 1))
            return [day for _partner, car, day in due if car == vehicle.id]

        self.assertEqual(days(), [date(2026, 4, 11)])
        vehicle.partner_id = self.customer_b
        self.assertEqual(days(), [])
