import doctest
import random
from datetime import date, timedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tests.common import BaseCase

from odoo.addons.crm_dealer_grading.tests.common import DealerCommon

from ..tools import festival, mileage, yearly
from ..tools.mileage import Reading

TODAY = date(2026, 6, 15)


@tagged("post_install", "-at_install")
class TestMileageArithmetic(BaseCase):
    """Pace, confidence and the day that a kilometre is reached, by hand."""

    def _log(self, *pairs):
        return [Reading(TODAY - timedelta(ago), km) for ago, km in pairs]

    def test_doctests(self):
        for module in (mileage, yearly, festival):
            self.assertEqual(doctest.testmod(module).failed, 0, module.__name__)

    def test_a_steady_driver(self):
        log = self._log((400, 0), (300, 5000), (200, 10_000), (100, 15_000))
        pace = mileage.own_pace(log, TODAY)
        self.assertEqual(pace, (50.0, 40.0, 60.0, "high", 4))
        last = Reading(TODAY - timedelta(100), 15_000)
        self.assertEqual(mileage.expected_km(last, pace, TODAY), 20_000)
        self.assertEqual(mileage.reached_on(last, pace.rate, 20_001), TODAY + timedelta(1))
        self.assertEqual(mileage.reached_on(last, pace.rate, 15_000), last.date)
        self.assertIsNone(mileage.reached_on(last, 0.0, 15_001))
        self.assertIsNone(mileage.reached_on(last, 1.0, 15_000 + mileage.FARTHEST_DAYS))

    def test_one_slip_of_the_finger_hardly_matters(self):
        log = self._log((500, 0), (400, 5000), (300, 10_000), (200, 15_900), (100, 20_000))
        self.assertAlmostEqual(mileage.own_pace(log, TODAY).rate, 50.0, delta=3)
        absurd = self._log((400, 0), (300, 5000), (200, 10_000), (100, 900_000))
        self.assertEqual(mileage.own_pace(absurd, TODAY).rate, 50.0)

    def test_too_little_to_tell(self):
        self.assertIsNone(mileage.own_pace([], TODAY))
        self.assertIsNone(mileage.own_pace(self._log((20, 100), (1, 900)), TODAY))
        self.assertIsNone(mileage.own_pace(self._log((800, 100), (1, 900)), TODAY))
        self.assertIsNone(mileage.own_pace(self._log((100, 100), (1, 900_000)), TODAY))

    def test_a_new_odometer_begins_anew(self):
        log = self._log((300, 80_000), (250, 82_000), (200, 100), (100, 3100), (50, 4600))
        self.assertEqual(mileage.own_pace(log, TODAY).rate, 30.0)

    def test_confidence(self):
        def confidence(*pairs):
            return mileage.own_pace(self._log(*pairs), TODAY).confidence

        self.assertEqual(confidence((60, 100), (1, 900)), "medium")
        self.assertEqual(confidence((700, 100), (364, 900)), "medium")
        self.assertEqual(confidence((700, 100), (366, 900)), "low")
        wild = ((400, 0), (300, 400), (200, 9000), (100, 9400))
        self.assertEqual(confidence(*wild), "medium")
        self.assertEqual(confidence((580, 0), (480, 5000), (380, 10_000), (181, 19_950)), "medium")


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 08:00:00")
class TestMileageForecast(DealerCommon):
    """The statement for all vehicles, against the plain arithmetic."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.forecasts = cls.env["crm.vehicle.forecast"]
        brand = cls.env["fleet.vehicle.model.brand"].create({"name": "Test Brand"})
        cls.models = cls.env["fleet.vehicle.model"].create(
            [{"name": f"Test {name}", "brand_id": brand.id} for name in ("Many", "Few")]
        )

    def _random_vehicles(self, rng, count):
        """Vehicles with logs as people keep them: gaps, slips, new odometers, none at all."""
        vehicles = self.env["crm.vehicle"].create(
            [
                {
                    "partner_id": self.customer_a.id,
                    "model_id": rng.choice([*self.models.ids, self.models[0].id, False]),
                    "delivery_date": rng.choice([False, self._ago(rng, 1500), self._ago(rng, 300)]),
                    "next_service_km": rng.choice([0, 10_000, 30_000, 200_000]),
                    "warranty_end_km": rng.choice([0, 60_000, 100_000]),
                }
                for _i in range(count)
            ]
        )
        rows = []
        for vehicle in vehicles:
            days = sorted(self._ago(rng, 1000) for _j in range(rng.choice([0, 1, 2, 4, 9, 25])))
            km = rng.randrange(0, 20_000)
            for day in days:
                km = rng.choice([km + rng.randrange(0, 4000)] * 12 + [km, km // 3, km + 200_000])
                rows.append({"vehicle_id": vehicle.id, "date": day, "km": km,
                             "source": "manual", "correction_reason": "test"})  # fmt: skip
        self.env["crm.vehicle.mileage"].create(rows)
        return vehicles

    def _ago(self, rng, most):
        return TODAY - timedelta(rng.randrange(most))

    def _oracle(self, vehicles):
        """``{vehicle id: values}`` of the rows, from the records, in plain Python."""
        own, expected = {}, {}
        for vehicle in vehicles:
            readings = vehicle.mileage_ids.sorted(lambda r: (r.date, r.id))
            log = [Reading(r.date, r.km) for r in readings]
            delivery = vehicle.delivery_date
            if delivery:
                log.append(Reading(delivery, 0))
                log.sort(key=lambda r: (r.date, r != (delivery, 0)))
            own[vehicle] = mileage.own_pace(log, TODAY)
        usual = {}
        for model in (*vehicles.model_id, None):
            rates = [
                pace.rate for vehicle, pace in own.items()
                if pace and (model is None or vehicle.model_id == model)
            ]  # fmt: skip
            usual[model] = mileage.usual_rate(rates)
        for vehicle, pace in own.items():
            if not (vehicle.mileage_date or vehicle.delivery_date):
                continue
            rate = usual.get(vehicle.model_id or None) or usual[None] or mileage.DEFAULT_KM_A_DAY
            pace = pace or mileage.usual_pace(rate)
            day = vehicle.mileage_date or vehicle.delivery_date
            last = Reading(day, vehicle.mileage if vehicle.mileage_date else 0)
            target, end = vehicle.next_service_km, vehicle.warranty_end_km
            reached = [target and mileage.reached_on(last, r, target) or False
                       for r in (pace.rate, pace.high, pace.low)]  # fmt: skip
            warranty = end and mileage.reached_on(last, pace.rate, end) or False
            expected[vehicle.id] = (*pace, target, *reached, end, warranty)
        return expected, usual

    def _stored(self, vehicles):
        rows = self.forecasts.search([("vehicle_id", "in", vehicles.ids)])
        return {
            r.vehicle_id.id: (
                r.rate, r.rate_low, r.rate_high, r.confidence, r.readings, r.service_km,
                r.service_date, r.service_early, r.service_late, r.warranty_km, r.warranty_date,
            )
            for r in rows
        }  # fmt: skip

    def test_against_plain_python(self):
        """On random logs, to the last digit; and nothing is written twice."""
        # Others would tell the network's usual pace as well.
        self.env.cr.execute("UPDATE crm_vehicle SET active = false")
        self.env.invalidate_all()
        vehicles = self._random_vehicles(random.Random(11), 150)
        self.forecasts._refresh(TODAY)
        expected, usual = self._oracle(vehicles)
        self.assertEqual(self._stored(vehicles), expected)
        kinds = {values[3] for values in expected.values()}
        self.assertEqual(kinds, {"high", "medium", "low"})
        paces = {p.model_id: p.rate for p in self.env["crm.vehicle.usual.pace"].search([])}
        self.assertTrue(usual[self.models[0]])
        self.assertEqual(
            paces,
            {model or self.models.browse(): rate for model, rate in usual.items() if rate},
        )
        self.assertEqual(self.forecasts._refresh(TODAY), 0)
        some = vehicles[:20]
        for reading in some.mileage_ids[:10]:
            reading.km += 7
        self.forecasts._refresh(TODAY, some.ids)
        own = self._oracle(vehicles)[0]
        for vehicle in some:
            if own.get(vehicle.id, [0] * 5)[4]:
                self.assertEqual(self._stored(vehicle)[vehicle.id], own[vehicle.id])

    def _driver(self):
        vehicle = self._vehicle(
            self.customer_a, delivery_date=TODAY - timedelta(400), next_service_km=20_001
        )
        self.env["crm.vehicle.mileage"].create(
            [
                {"vehicle_id": vehicle.id, "date": TODAY - timedelta(ago), "km": km}
                for ago, km in ((300, 5000), (200, 10_000), (100, 15_000))
            ]
        )
        self.env.cr.flush()  # as before a commit
        return vehicle

    def test_at_once_and_in_words(self):
        vehicle = self._driver()
        seen = self._as("sales_a", vehicle)
        self.assertEqual((seen.expected_km, seen.km_a_day), (20_000, 50.0))
        self.assertEqual(seen.service_expected, TODAY + timedelta(1))
        self.assertEqual(seen.forecast_confidence, "high")
        self.assertIn("20,001 km are expected between", seen.forecast_text)
        self.assertIn("4 readings", seen.forecast_text)
        vehicle.mileage_ids[0].unlink()
        vehicle.write({"mileage": 16_000, "mileage_date": TODAY})
        self.env.cr.flush()
        self.assertEqual(vehicle.expected_km, 16_000)
        vehicle.next_service_km = 0
        self.env.cr.flush()
        self.assertFalse(vehicle.service_expected)

    def test_search_and_rights(self):
        vehicle = self._driver()
        vehicles = self._as("sales_a")["crm.vehicle"]
        domain = [("service_expected", ">=", TODAY), ("service_expected", "<", "2026-06-20")]
        self.assertIn(vehicle, vehicles.search(domain))
        self.assertNotIn(vehicle, self._as("sales_b")["crm.vehicle"].search(domain))
        self.assertIn(vehicle, vehicles.search([("forecast_confidence", "=", "high")]))
        for login in ("sales_a", "manager_a", "auditor", "agent", "clerk"):
            with self.subTest(login), self.assertRaises(AccessError):
                self._as(login)["crm.vehicle.forecast"].search([])

    def test_constant_queries(self):
        vehicles = self._random_vehicles(random.Random(2), 40)
        self.env.cr.flush()
        for records in (vehicles[:1], vehicles):
            self.env.invalidate_all()
            records.mapped("mileage_date")
            with self.assertQueryCount(6):
                records.mapped("forecast_text")

    def test_lifecycle_uses_the_own_pace(self):
        """The pace since the delivery would be 45 km a day; of late it is 60."""
        vehicle = self._vehicle(
            self.customer_a, delivery_date=TODAY - timedelta(1000), warranty_end_km=52_000,
            warranty_end=TODAY + timedelta(500),
        )  # fmt: skip
        self._visit(vehicle, date="2026-03-07 02:00:00")
        self.env["crm.vehicle.mileage"].create(
            [
                {"vehicle_id": vehicle.id, "date": TODAY - timedelta(ago), "km": km}
                for ago, km in ((500, 16_500), (300, 28_500), (200, 34_500), (100, 40_500))
            ]
        )
        self.assertEqual(vehicle.lifecycle, "warranty")
        self.env.cr.flush()
        vehicle.warranty_end_km = 51_000  # 90 % are 45,900; 46,500 are expected today
        self.env.cr.flush()
        self.assertEqual((vehicle.expected_km, vehicle.lifecycle), (46_500, "ending"))
