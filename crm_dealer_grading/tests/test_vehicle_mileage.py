from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import freeze_time

from .common import DealerCommon

DAYS = [date(2030, 1, day) for day in range(1, 6)]


class TestVehicleMileage(DealerCommon):
    def setUp(self):
        super().setUp()
        self.vehicle = self._vehicle(self.customer_a)

    def _read(self, km, day, reason=False, vehicle=None):
        return self.env["crm.vehicle.mileage"].create(
            {
                "vehicle_id": (vehicle or self.vehicle).id,
                "km": km,
                "date": day,
                "correction_reason": reason,
            }
        )

    def test_never_runs_back_silently(self):
        self._read(1000, "2030-01-10")
        for km, day in ((999, "2030-02-01"), (1001, "2030-01-01"), (999, "2030-01-10")):
            with self.assertRaisesRegex(UserError, "reason"), self.cr.savepoint():
                self._read(km, day)
        self._read(1000, "2030-01-10")
        later = self._read(2000, "2030-03-01")
        with self.assertRaises(UserError), self.cr.savepoint():
            later.km = 500
        with self.assertRaises(UserError), self.cr.savepoint():
            self._read(10, "2030-04-01", "  ")
        self._read(10, "2030-04-01", "New odometer")
        self._read(20, "2030-05-01")
        self.assertEqual((self.vehicle.mileage, self.vehicle.mileage_date), (20, date(2030, 5, 1)))

    def test_latest_by_date_not_by_entry(self):
        self._read(2000, "2030-03-01")
        self._read(1000, "2030-01-01")
        self.assertEqual(self.vehicle.mileage, 2000)
        self.vehicle.mileage_ids.filtered(lambda r: r.km == 2000).unlink()
        self.assertEqual(self.vehicle.mileage, 1000)

    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(DAYS), st.booleans()), max_size=8))
    def test_against_an_oracle(self, entries):
        vehicle = self._vehicle(None)
        accepted = []
        for index, (km, day, corrected) in enumerate(entries):
            log = sorted([*accepted, (day, index, km)])
            place = log.index((day, index, km))
            before = log[place - 1][2] if place else km
            after = log[place + 1][2] if place + 1 < len(log) else km
            fine = corrected or before <= km <= after
            try:
                with self.cr.savepoint():
                    self._read(km, day, corrected and "Corrected", vehicle)
            except UserError:
                self.assertFalse(fine, (entries, index))
            else:
                self.assertTrue(fine, (entries, index))
                accepted = log
        latest = accepted[-1] if accepted else (False, 0, 0)
        self.assertEqual((vehicle.mileage_date, vehicle.mileage), (latest[0], latest[2]))

    def test_entered_on_the_vehicle(self):
        with freeze_time("2030-01-10 04:00:00"):
            vehicle = self._vehicle(None, mileage=100)
            self.assertEqual(vehicle.mileage_date, date(2030, 1, 10))
            with self.assertRaises(UserError), self.cr.savepoint():
                vehicle.mileage = 50
        with freeze_time("2030-01-11 04:00:00"):
            vehicle.mileage = 150
        self.assertEqual(vehicle.mileage_ids.mapped("km"), [150, 100])

    def test_computed_set_based(self):
        vehicles = self.env["crm.vehicle"].create([{} for _index in range(50)])
        for vehicle in vehicles:
            self._read(5, "2030-01-01", vehicle=vehicle)
        self.env.flush_all()
        vehicles.mileage_ids  # noqa: B018  read ahead
        self.env.add_to_compute(vehicles._fields["mileage"], vehicles)
        with self.assertQueryCount(1):
            vehicles.mapped("mileage")

    def test_another_dealers_readings_count(self):
        self._read(1000, "2030-01-10")
        self.vehicle.serving_dealer_ids = self.dealer_b
        self.customer_a.serving_dealer_ids = self.dealer_b
        readings = self._as("sales_b")["crm.vehicle.mileage"]
        with self.assertRaises(UserError), self.cr.savepoint():
            readings.create({"vehicle_id": self.vehicle.id, "km": 5, "date": "2030-02-01"})
        mine = readings.create({"vehicle_id": self.vehicle.id, "km": 1500, "date": "2030-02-01"})
        self.assertEqual(mine.dealer_id, self.dealer_b)

    def test_visit_keeps_its_reading(self):
        visit = self._visit(self.vehicle, date="2030-01-10 02:00:00", mileage=1000)
        reading = self.vehicle.mileage_ids
        self.assertEqual((reading.km, reading.source), (1000, "visit"))
        self.assertEqual(reading.visit_id, visit)
        visit.mileage = 1200
        self.assertEqual((reading.km, self.vehicle.mileage), (1200, 1200))
        with self.assertRaises(UserError), self.cr.savepoint():
            self._visit(self.vehicle, date="2030-02-10 02:00:00", mileage=900)
        self._visit(
            self.vehicle,
            date="2030-02-10 02:00:00",
            mileage=900,
            mileage_correction="New odometer",
        )
        self.assertEqual(self.vehicle.mileage, 900)
        visit.mileage = 0
        self.assertFalse(reading.exists())
        booked = self._visit(self.vehicle, stage="booked", date="2030-03-01", mileage=5)
        self.assertEqual(len(self.vehicle.mileage_ids), 1)
        booked.mileage = 950
        with freeze_time("2030-03-01 04:00:00"):
            booked._set_stage("received")
        self.assertEqual(self.vehicle.mileage, 950)
        booked._set_stage("cancelled")
        self.assertEqual(len(self.vehicle.mileage_ids), 1)
