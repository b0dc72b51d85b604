from datetime import date, datetime

from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time
from odoo.tools import mute_logger

from .common import DealerCommon


class TestServiceVisit(DealerCommon):
    def setUp(self):
        super().setUp()
        self.vehicle = self._vehicle(self.customer_a, delivery_date="2030-01-01")

    def test_owner_at_its_date(self):
        self.vehicle.with_context(ownership_date="2030-06-01").partner_id = self.customer_b
        visits = self.env["crm.service.visit"].create(
            [
                {"vehicle_id": self.vehicle.id, "date": day}
                for day in ("2029-01-01", "2030-05-31 09:00:00", "2030-06-01 09:00:00")
            ]
        )
        owners = [self.customer_a, self.customer_a, self.customer_b]
        self.assertEqual([visit.partner_id for visit in visits], owners)
        self.assertEqual(visits[0].commercial_partner_id, self.customer_a)
        visits[2].date = "2030-03-01"
        self.assertEqual(visits[2].partner_id, self.customer_a)
        visits[1].partner_id = self.customer_b
        self.vehicle.with_context(ownership_date="2031-01-01").partner_id = self.customer_a
        self.assertEqual(visits[1].partner_id, self.customer_b)

    def test_a_typed_customer_stays_when_the_vehicle_arrives(self):
        """Nobody known to own it, or another than its owner: the date takes nobody away."""
        nobodys = self._vehicle(None)
        for vehicle in (nobodys, self.vehicle):
            booked = {"vehicle_id": vehicle.id, "date": "2031-01-10 08:00:00"}
            visit = self.env["crm.service.visit"].create(
                {
                    **booked,
                    "stage": "booked",
                    "partner_id": self.customer_b.id,
                    "dealer_id": self.dealer_a.id,
                }
            )
            with freeze_time("2031-01-11 08:30:00"):
                visit.stage = "received"
            self.assertEqual(visit.date, datetime(2031, 1, 11, 8, 30))
            self.assertEqual(visit.partner_id, self.customer_b, vehicle)
            with Form(visit) as form:
                form.date = "2031-01-12 08:00:00"
                self.assertEqual(form.partner_id, self.customer_b)
            self.assertEqual(visit.partner_id, self.customer_b)
        # What was not typed follows the date, and another vehicle has another owner.
        visit.vehicle_id = nobodys
        self.assertFalse(visit.partner_id)
        visit.vehicle_id = self.vehicle
        self.vehicle.with_context(ownership_date="2031-06-01").partner_id = self.customer_b
        with Form(visit) as form:
            form.date = "2031-06-02 08:00:00"
            self.assertEqual(form.partner_id, self.customer_b)
        visit.date = "2031-01-12 08:00:00"
        self.assertEqual(visit.partner_id, self.customer_a)

    def test_day_is_the_users(self):
        self.vehicle.with_context(ownership_date="2030-06-01").partner_id = self.customer_b
        visits = self.env["crm.service.visit"].with_context(tz="Asia/Shanghai")
        visit = visits.create({"vehicle_id": self.vehicle.id, "date": "2030-05-31 20:00:00"})
        self.assertEqual(visit.partner_id, self.customer_b)

    def test_no_queries_per_row(self):
        def count(rows):
            vehicles = self.env["crm.vehicle"].create(
                [{"partner_id": self.customer_a.id} for _index in range(rows)]
            )
            self.env.flush_all()
            before = self.cr.sql_log_count
            self.env["crm.service.visit"].create(
                [{"vehicle_id": v.id, "work_order": f"W{v.id}"} for v in vehicles]
            )
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count(1)
        one, many = count(1), count(50)
        self.assertLess(many - one, 20)

    def test_dealer_of_the_work(self):
        self.assertEqual(self._visit(self.vehicle).dealer_id, self.dealer_a)
        mine = self._as("sales_a")["crm.service.visit"].create({"vehicle_id": self.vehicle.id})
        self.assertEqual((mine.dealer_id, mine.user_id), (self.dealer_a, self.users["sales_a"]))

    def test_amounts_and_numbers(self):
        visit = self._visit(self.vehicle, labour_amount=100, parts_amount=50.5)
        self.assertEqual(visit.amount_total, 150.5)
        self.assertEqual(visit.currency_id, self.env.company.currency_id)
        number = visit.name
        self.assertTrue(number.startswith("T-A-"))
        visit.work_order = " WO-1 "
        self.assertEqual((visit.name, visit.work_order), (number, "WO-1"))
        other = self._vehicle(self.customer_b)
        self._visit(other, work_order="WO-1").flush_recordset()
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self._visit(self.vehicle, work_order="WO-1")
            self.env.flush_all()
        self._visit(self.vehicle, work_order="")
        self._visit(self.vehicle, work_order="").flush_recordset()

    def test_way_through_the_workshop(self):
        visit = self._visit(self.vehicle, stage="booked", date="2031-01-10 08:00:00")
        visit = self._as("sales_a", visit)
        with freeze_time("2031-01-10 08:30:00"):
            visit.action_next_stage()
        self.assertEqual((visit.stage, visit.date), ("received", datetime(2031, 1, 10, 8, 30)))
        for stage in ("work_order", "in_work", "quality_check"):
            visit.action_next_stage()
            self.assertEqual(visit.stage, stage)
        visit.stage = "in_work"
        with freeze_time("2031-01-11 08:30:00"):
            visit._set_stage("delivered")
        self.assertEqual(visit.date_delivered, datetime(2031, 1, 11, 8, 30))
        visit.action_next_stage()
        self.assertEqual(visit.stage, "followed_up")
        with self.assertRaises(UserError):
            visit.action_next_stage()

    def test_refused_moves(self):
        staff = self._as("sales_a", self.env["crm.service.visit"])
        for stage, target in (
            ("in_work", "cancelled"),
            ("delivered", "cancelled"),
            ("delivered", "in_work"),
            ("followed_up", "booked"),
            ("booked", "followed_up"),
            ("cancelled", "in_work"),
        ):
            visit = staff.browse(self._visit(self.vehicle, stage=stage).id)
            for move in (
                lambda v=visit, t=target: v._set_stage(t),
                lambda v=visit, t=target: v.write({"stage": t}),
            ):
                with self.assertRaises(UserError, msg=(stage, target)):
                    move()
        visit = self._visit(self.vehicle)
        self._as("manager_a", visit).stage = "in_work"
        self.assertFalse(visit.date_delivered)
        booked = staff.browse(self._visit(self.vehicle, stage="booked").id)
        booked.action_cancel()
        booked.stage = "booked"

    def test_board_shows_each_stage(self):
        self._visit(self.vehicle, stage="in_work")
        groups = (
            self._as("sales_a")["crm.service.visit"]
            .with_context(read_group_expand=True)
            .formatted_read_group([], ["stage"], ["__count"])
        )
        stages = [group["stage"] for group in groups]
        self.assertEqual(len(stages), 7)
        self.assertEqual((stages[0], stages[-1]), ("booked", "followed_up"))

    def test_form(self):
        with Form(self._as("sales_a")["crm.service.visit"]) as form:
            form.vehicle_id = self.vehicle
            self.assertEqual(form.partner_id, self.customer_a)
            self.assertEqual(form.dealer_id, self.dealer_a)
            form.labour_amount = 10
            self.assertEqual(form.amount_total, 10)
        self.assertEqual(form.record._day(), date.today())

    def test_order_and_visit(self):
        order = self._order(self.customer_a)
        visit = self._visit(self.vehicle, order_id=order.id)
        self.assertEqual(self._as("sales_a", order).service_visit_count, 1)
        action = self._as("sales_a", order).action_open_service_visits()
        self.assertEqual(self.env["crm.service.visit"].search(action["domain"]), visit)


class TestVehicleCounts(DealerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env["res.partner"].create(
            [
                {"name": f"Many {i}", "dealer_id": cls.dealer_a.id, "is_company": True}
                for i in range(100)
            ]
        )
        cls.contact = cls._customer(None, parent_id=cls.customers[0].id)
        cls.vehicles = cls.env["crm.vehicle"].create(
            [{"partner_id": partner.id} for partner in cls.customers]
            + [{"partner_id": cls.contact.id}]
        )
        for vehicle in cls.vehicles[:3]:
            cls._visit(vehicle)
        cls._visit(cls.vehicles[0], stage="cancelled")
        cls.env.flush_all()

    def test_counts_roll_up(self):
        first = self._as("sales_a", self.customers[0])
        self.assertEqual((first.vehicle_count, first.service_visit_count), (2, 1))
        self.assertEqual(self._as("sales_a", self.contact).vehicle_count, 2)
        found = self.env["crm.vehicle"].search(first.action_open_vehicles()["domain"])
        self.assertEqual(len(found), 2)
        self.assertEqual(self.vehicles[0].visit_count, 1)

    def _queries(self, records, names):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        records.web_read({name: {} for name in names})
        return self.cr.sql_log_count - before

    def test_same_number_of_queries_for_one_and_a_hundred(self):
        vehicle_list = [
            "name",
            "plate",
            "vin",
            "partner_id",
            "owner_phone",
            "dealer_id",
            "mileage",
            "model_id",
            "visit_count",
            "vin_warning",
            "plate_kind",
            "display_name",
        ]
        for records, names in (
            (self.customers, ["vehicle_count", "service_visit_count", "customer_number"]),
            (self.customers, ["id_number", "id_number_warning", "customer_type"]),
            (self.vehicles, vehicle_list),
        ):
            records = self._as("sales_a", records)
            self._queries(records[0], names)
            one, many = self._queries(records[0], names), self._queries(records[:100], names)
            self.assertEqual(one, many, names)
