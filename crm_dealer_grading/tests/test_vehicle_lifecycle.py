import random
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import DealerCommon

TODAY = date(2026, 6, 30)
CODES = ["new", "warranty", "ending", "out", "lapsed", "gone"]
EDGES = (0, 1, -1)


def oracle(today, facts):
    """The stage in plain Python, from the definition in words."""
    if not facts["active"] or not facts["owner"]:
        return "gone"
    delivered, end, limit = facts["delivered"], facts["warranty_end"], facts["warranty_end_km"]
    if delivered and delivered > today - relativedelta(months=3):
        return "new"
    year_ago = today - relativedelta(months=12)
    visited = facts["visited"] and facts["visited"] >= year_ago
    if not visited and facts["since"] < year_ago:
        return "lapsed"
    km = facts["km"]
    if km and delivered and (facts["read"] - delivered).days >= 90 and facts["read"] < today:
        km += km * (today - facts["read"]).days // (facts["read"] - delivered).days
    if (end and end < today) or (limit and km >= limit) or (not end and not limit):
        return "out"
    if (end and end <= today + relativedelta(months=3)) or (limit and km * 10 >= limit * 9):
        return "ending"
    return "warranty"


@tagged("post_install", "-at_install")
class TestVehicleLifecycle(DealerCommon):
    """Value, search, groups and order are one definition, and the right one (C7)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in cls.users.values():
            user.tz = "Asia/Shanghai"
        cls.env = cls.env(context={**cls.env.context, "tz": "Asia/Shanghai"})
        cls.rng = random.Random(7)
        cls.stages = cls.env["crm.vehicle.lifecycle.stage"].search([])

    @classmethod
    def _draw(cls):
        """Facts of a vehicle, many of them on a boundary."""
        rng = cls.rng

        def near(*months):
            day = TODAY + relativedelta(months=rng.choice(months))
            return day + timedelta(rng.choice(EDGES))

        delivered = rng.choice((near(-3), near(-12), TODAY - timedelta(rng.randint(0, 2000)), None))
        km = rng.choice((0, 44_999, 45_000, 49_999, 50_000, rng.randint(1, 90_000)))
        read = TODAY - timedelta(rng.randint(0, 90))
        return {
            "active": rng.random() > 0.1,
            "owner": rng.random() > 0.1,
            "delivered": delivered,
            "since": near(-12, -12, -20, -1) if not delivered else max(delivered, near(-12, -40)),
            "warranty_end": rng.choice((near(0), near(3), near(20), None)),
            "warranty_end_km": rng.choice((0, 50_000, 100_000)),
            "km": km,
            "read": read,
            "visited": rng.choice((None, near(-12), near(-1))),
        }

    @classmethod
    def _made(cls, facts):
        vehicle = cls._vehicle(
            cls.customer_a,
            delivery_date=facts["delivered"],
            warranty_end=facts["warranty_end"],
            warranty_end_km=facts["warranty_end_km"],
        )
        vehicle.ownership_ids.date_from = facts["since"]
        if facts["km"]:
            vehicle.mileage_ids = [(0, 0, {"date": facts["read"], "km": facts["km"]})]
        if facts["visited"]:
            # Half past midnight in Shanghai: still the day before in UTC.
            moment = datetime.combine(facts["visited"], datetime.min.time())
            moment -= timedelta(hours=7, minutes=30)
            cls._visit(vehicle, date=moment, dealer_id=cls.dealer_a.id)
            cls._visit(vehicle, date=TODAY + timedelta(3), stage="booked")
        if not facts["owner"]:
            vehicle.with_context(ownership_date=TODAY + timedelta(9)).partner_id = False
        vehicle.active = facts["active"]
        return vehicle

    @freeze_time("2026-06-30 02:00:00")
    def test_everything_agrees_with_the_oracle(self):
        facts = [self._draw() for _number in range(150)]
        vehicles = self.env["crm.vehicle"].union(*map(self._made, facts))
        self.env.flush_all()
        self.env.invalidate_all()
        expected = {v: oracle(TODAY, f) for v, f in zip(vehicles, facts, strict=True)}
        self.assertEqual(set(expected.values()), set(CODES), "the draw is too poor")
        self.assertEqual({v: v.lifecycle for v in vehicles}, expected)
        Vehicle = self.env["crm.vehicle"].with_context(active_test=False)
        mine = [("id", "in", vehicles.ids)]
        for code in CODES:
            wanted = {v for v, found in expected.items() if found == code}
            self.assertEqual(set(Vehicle.search([*mine, ("lifecycle", "=", code)])), wanted, code)
            self.assertEqual(
                set(Vehicle.search([*mine, ("lifecycle", "!=", code)])), set(vehicles) - wanted
            )
            self.assertEqual(set(vehicles.filtered_domain([("lifecycle", "=", code)])), wanted)
        groups = Vehicle._read_group(mine, ["lifecycle"], ["id:recordset"])
        self.assertEqual({v: code for code, found in groups for v in found}, expected)
        ordered = Vehicle.search(mine, order="lifecycle, id")
        places = [CODES.index(expected[v]) for v in ordered]
        self.assertEqual(places, sorted(places))
        self.assertFalse(Vehicle.search([*mine, ("lifecycle", "=", False)]))

    def test_right_after_midnight_in_the_users_zone(self):
        """23:59 and 0:00 in Shanghai, which is 15:59 and 16:00 in UTC; no job in between."""
        vehicle = self._vehicle(
            self.customer_a, delivery_date="2026-01-10", warranty_end="2026-06-30"
        )
        vehicle.ownership_ids.date_from = "2026-01-10"
        for moment, stage in (
            ("2026-06-30 15:59:00", "ending"),
            ("2026-06-30 16:00:00", "out"),
        ):
            with freeze_time(moment):
                self.env.invalidate_all()
                self.assertEqual(vehicle.lifecycle, stage)
                self.assertTrue(
                    vehicle.search([("id", "=", vehicle.id), ("lifecycle", "=", stage)])
                )

    @freeze_time("2026-06-30 02:00:00")
    def test_limits_and_treatment_are_data(self):
        vehicle = self._vehicle(
            self.customer_a, delivery_date="2026-02-01", warranty_end="2026-12-01"
        )
        self.assertEqual(vehicle.lifecycle, "warranty")
        stages = {stage.code: stage for stage in self.stages}
        stages["ending"].with_user(self.users["oem"]).write({"months": 6, "treatment": "Call."})
        self.assertEqual(vehicle.lifecycle, "ending")
        self.assertEqual(vehicle.lifecycle_treatment, "Call.")
        for login in ("manager_a", "auditor", "agent", "clerk"):
            with self.assertRaises(AccessError):
                stages["new"].with_user(self.users[login]).months = 1

    @freeze_time("2026-06-30 02:00:00")
    def test_customers(self):
        customers = self.env["res.partner"].create(
            [{"name": f"T{number}", "dealer_id": self.dealer_a.id} for number in range(40)]
        )
        expected = {}
        for customer in customers:
            cars = []
            for facts in (self._draw() for _ in range(self.rng.randint(0, 2))):
                vehicle = self._made({**facts, "owner": True})
                vehicle.with_context(ownership_date=TODAY + timedelta(9)).partner_id = customer
                vehicle.ownership_ids.filtered(lambda line: not line.date_to).unlink()
                line = vehicle.ownership_ids
                line.date_to = False
                line.partner_id = customer
                cars.append(oracle(TODAY, {**facts, "owner": True}))
            expected[customer] = min(cars, key=CODES.index, default="prospect")
        self.env.flush_all()
        self.env.invalidate_all()
        staff = self._as("manager_a", customers)
        self.assertEqual({c.id: c.lifecycle for c in staff}, {c.id: e for c, e in expected.items()})
        mine = [("id", "in", customers.ids)]
        for code in ["prospect", *CODES]:
            wanted = {c.id for c, found in expected.items() if found == code}
            self.assertEqual(set(staff.search([*mine, ("lifecycle", "=", code)]).ids), wanted, code)
        groups = staff._read_group(mine, ["lifecycle"], ["id:array_agg"])
        self.assertEqual(
            {c: code for code, ids in groups for c in ids}, {c.id: e for c, e in expected.items()}
        )
        places = [
            ["prospect", *CODES].index(c.lifecycle) for c in staff.search(mine, order="lifecycle")
        ]
        self.assertEqual(places, sorted(places))
        with self.assertRaises(AccessError):
            self._as("clerk", customers).search([("lifecycle", "=", "new")])
        with self.assertRaises(AccessError):
            self._as("clerk", customers)._read_group(mine, ["lifecycle"])

    def test_constant_queries(self):
        owner = self.customer_a
        vehicles = self.env["crm.vehicle"].create(
            [{"partner_id": owner.id} for _number in range(100)]
        )
        partners = self.env["res.partner"].create([{"name": str(n)} for n in range(100)])
        for records in (vehicles, partners):
            counts = []
            records[:1].mapped("lifecycle")
            for some in (records[:1], records):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                some.mapped("lifecycle")
                counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(*counts)
