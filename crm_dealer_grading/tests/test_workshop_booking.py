from psycopg2.errors import ExclusionViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from ..models.workshop.crm_dealer_slots import HOLDING
from .common_network import STRANGERS
from .common_workshop import NOW, WorkshopCase, at


@freeze_time(NOW)
class TestBooking(WorkshopCase):
    # -- Who may ------------------------------------------------------------------------------

    def test_bays_tell_their_dealer_to_who_sees_several(self):
        """Each workshop has a Lift 1: colours and filters of the calendar keep them apart."""
        dealer = self.dealer_a.name
        self.users["greedy_b"].dealer_ids |= self.dealer_a
        told = f"Lift 1 · {dealer}"
        for login, name in (("sales_a", "Lift 1"), ("greedy_b", told), ("oem", told)):
            with self.subTest(login=login):
                bay = self._as(login, self.mechanical)
                self.assertEqual(bay.display_name, name)
                self.assertIn(bay, bay.search([("display_name", "ilike", "lift")]))
        self.assertEqual(
            self._as("oem", self.quick).search([("display_name", "ilike", dealer)]),
            self._as("oem", self.quick | self.mechanical),
        )

    def test_denials(self):
        visit = self._booking(at(10))
        for login in STRANGERS:
            env = self._as(login)
            with self.assertRaises(AccessError):
                self._booking(at(14), env)
            with self.assertRaises(AccessError):
                self._as(login, self.quick).read(["name"])
            with self.assertRaises(AccessError):
                self._as(login, visit).action_propose_times()
            with self._refused():
                env["crm.service.book"].create(
                    {"vehicle_id": self.vehicle.id, "dealer_id": self.dealer_a.id}
                ).action_find()
        for login in ("auditor", "agent", "credit", "clerk"):
            with self.assertRaises(AccessError):
                self._booking(at(14), self._as(login))
        for login in ("sales_a", "auditor", "agent", "sales_b", "clerk"):
            with self.assertRaises(AccessError):
                self._as(login, self.quick).name = "Mine"
            with self.assertRaises(AccessError):
                self._as(login, self.dealer_a).bookings_per_hour = 99
        with self.assertRaises(AccessError):
            self._as("manager_a")["crm.service.bay"].create(
                {"name": "Theirs", "dealer_id": self.dealer_b.id}
            )
        with self.assertRaises(AccessError):
            self._as("oem")["crm.service.number"].create(
                {"dealer_id": self.dealer_a.id, "year": 2031, "last": 5}
            )

    def test_manager_keeps_the_bays(self):
        bay = self._as("manager_a")["crm.service.bay"].create({"name": "Lift 2"})
        self.assertEqual(bay.dealer_id, self.dealer_a)
        self._booking(at(10), bay_id=bay.id)
        with self._refused("stays with its dealer"):
            bay.sudo().dealer_id = self.dealer_b

    # -- Durations ----------------------------------------------------------------------------

    def test_duration_follows_the_type(self):
        visit = self._booking(at(10))
        self.assertEqual((visit.duration_hours, visit.date_end), (1, at(11)))
        visit.visit_type = "repair"
        self.assertEqual((visit.duration_hours, visit.date_end), (2, at(12)))
        visit.duration_hours = 1.5
        self.assertEqual(visit.date_end, at(11, 30))
        self.env["crm.service.duration"]._by_type()
        self.env.ref("crm_dealer_grading.duration_repair").hours = 3
        self.assertEqual(self._booking(at(13), visit_type="repair").date_end, at(16))
        self.assertEqual(visit.date_end, at(11, 30))

    # -- Hours --------------------------------------------------------------------------------

    def test_outside_the_hours(self):
        for start, hours, following in (
            (at(8, 30), 1, "2031-01-06 09:00"),
            (at(12), 1, "2031-01-06 13:00"),
            (at(16, 30), 1, "2031-01-07 09:00"),
            (at(11, day=11), 1, "2031-01-13 09:00"),
        ):
            with self._refused(f"does not work from .*{following}"):
                self._booking(start, duration_hours=hours)
        self._booking(at(11), duration_hours=2.5)  # through the break
        self._booking(at(16, day=7), duration_hours=18)  # over night
        visit = self._booking(at(10))
        with self._refused("does not work"):
            self._as("sales_a", visit).date = at(20)

    def test_holiday(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Spring Festival",
                "calendar_id": self.calendar.id,
                "date_from": at(8, day=7),
                "date_to": at(20, day=8),
            }
        )
        with self._refused("2031-01-09 09:00"):
            self._booking(at(10, day=7))

    def test_bay_with_own_hours(self):
        self.mechanical.calendar_id = self._calendar(spans=((9, 11),))
        with self._refused("2031-01-07 09:00"):
            self._booking(at(14), bay_id=self.mechanical.id)
        visit = self._booking(at(14), bay_id=self.quick.id)
        with self._refused("2031-01-07 09:00"):
            self._as("sales_a", visit).bay_id = self.mechanical
        self.dealer_a.bookings_per_hour = 1
        self._booking(at(10)).bay_id = self.mechanical

    def test_another_bay_needs_no_room_in_the_hour(self):
        visit = self._booking(at(10))
        self._booking(at(10, 30))
        self.dealer_a.bookings_per_hour = 1  # less than was promised
        visit.bay_id = self.quick
        self.mechanical.calendar_id = self._calendar()
        visit.bay_id = self.mechanical
        self.assertEqual(visit.bay_id, self.mechanical)

    def test_dealer_without_hours_takes_everything(self):
        vehicle = self._vehicle(self.customer_b)
        for _number in range(4):
            self._visit(vehicle, stage="booked", date="2031-01-12 23:00:00")

    # -- Capacity -----------------------------------------------------------------------------

    def test_capacity_of_an_hour(self):
        first = self._booking(at(10))
        self._booking(at(10, 30))
        with self._refused("no booking left .* 2031-01-06 11:00"):
            self._booking(at(10, 59))
        self._booking(at(11))
        first.action_cancel()
        self._booking(at(10, 45))
        with self._refused("no booking left"):
            self._as("sales_a", first).stage = "booked"
        first.write({"stage": "booked", "date": at(14)})
        with self._refused("no booking left"):
            first.date = at(10)
        with self._refused("no booking left"):
            self._booking(at(15)).copy({"date": at(10)})

    def test_many_at_once(self):
        rows = [
            {"vehicle_id": self.vehicle.id, "dealer_id": self.dealer_a.id, "date": at(14)}
            for _number in range(3)
        ]
        with self._refused("no booking left"):
            self.env["crm.service.visit"].create(rows)

    def test_whoever_stands_at_the_door_is_received(self):
        with freeze_time(at(9, 30)):
            for _number in range(4):
                walk_in = self._booking(at(9, 30), self._as("sales_a"))
                walk_in.action_next_stage()
                self._booking(at(9, 45), stage="received")
        with freeze_time(at(22)):
            self._booking(at(22), self._as("sales_a")).action_next_stage()
        booked = self._booking(at(10))
        self.dealer_a.bookings_per_hour = 1
        with freeze_time(at(20)):
            booked.action_next_stage()
        self.assertEqual(booked.date, at(20))

    def test_nobody_has_arrived_at_a_time_to_come(self):
        """Else a full hour would take any number of vehicles by calling them received."""
        sales = self._as("sales_a")
        with freeze_time(at(9, 30)):
            for stage in HOLDING[1:]:
                with self._refused("2031-01-06 14:00 is still to come"):
                    self._booking(at(14), sales, stage=stage)
            here = self._booking(at(9, 30), sales, stage="received")
            here.date = at(10)  # clocks differ, and people round
            with self._refused("still to come"):
                here.date = at(14)
            booked = self._booking(at(14), sales)
            with self._refused("still to come"):
                booked.write({"stage": "in_work", "date": at(15)})
            booked.stage = "in_work"  # came early: it has its place in the hour
            here.stage = "delivered"
            here.date = at(9)

    # -- Bays ---------------------------------------------------------------------------------

    def test_bay_taken(self):
        first = self._booking(at(10), bay_id=self.quick.id)
        with self._refused("Quick 1 is taken at .*free time is 2031-01-06 11:"):
            self._booking(at(10, 30), bay_id=self.quick.id)
        other = self._booking(at(10, 30), bay_id=self.mechanical.id)
        with self._refused("Quick 1 is taken"):
            other.bay_id = self.quick
        self.assertEqual(other.bay_id, self.mechanical)
        after = self._booking(at(11), bay_id=self.quick.id)
        with self._refused("Quick 1 is taken"):
            after.date = at(10, 15)
        with self._refused("Quick 1 is taken"):
            first.duration_hours = 2.5
        first.action_cancel()
        after.date = at(10, 15)
        with self._refused("Quick 1 is taken"):
            first.stage = "booked"
        after._set_stage("delivered")
        first.stage = "booked"

    def test_database_holds_the_bay(self):
        self._booking(at(10), bay_id=self.quick.id)
        other = self._booking(at(11, day=7))
        with (
            self.assertRaises(ExclusionViolation),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.cr.execute(
                "UPDATE crm_service_visit SET bay_id = %s, date = %s, date_end = %s WHERE id = %s",
                [self.quick.id, at(10, 59), at(11, 59), other.id],
            )

    def test_bay_of_another_dealer(self):
        with self.assertRaises(ValidationError):
            vehicle = self._vehicle(self.customer_b)
            self._visit(vehicle, stage="booked", bay_id=self.quick.id, dealer_id=self.dealer_b.id)
        visit = self._booking(at(10), bay_id=self.quick.id)
        visit.dealer_id = self.dealer_b
        self.assertFalse(visit.bay_id)

    def test_early_arrival_leaves_a_taken_bay(self):
        early = self._booking(at(11), bay_id=self.quick.id)
        holder = self._booking(at(10), bay_id=self.quick.id)
        with freeze_time(at(10, 30)):
            self._as("sales_a", early).action_next_stage()
        self.assertEqual((early.stage, early.bay_id), ("received", self.env["crm.service.bay"]))
        self.assertIn(holder.name, early.message_ids[0].body)
        with freeze_time(at(10, 40)):
            holder.action_next_stage()
        self.assertEqual(holder.bay_id, self.quick)

    # -- Late ---------------------------------------------------------------------------------

    def test_late(self):
        visits = self.env["crm.service.visit"]
        on_time = self._booking(at(10))
        absent = self._booking(at(10, 0, 7))
        missed = self._visit(self.vehicle, stage="in_work", date_promised=at(11), date=at(9))
        done = self._visit(self.vehicle, stage="delivered", date_promised=at(11), date=at(9))
        mine = [("id", "in", (on_time | absent | missed | done).ids)]
        for moment, late in (
            (at(9), visits),
            (at(10, 15), visits),
            (at(10, 16), on_time),
            (at(11, 1), on_time | missed),
            (at(12, 0, 8), on_time | missed | absent),
        ):
            with freeze_time(moment):
                self.env.invalidate_all()
                every = visits.search(mine)
                self.assertEqual(every.filtered("is_late").sorted("id"), late.sorted("id"))
                self.assertEqual(visits.search([*mine, ("is_late", "=", True)]), every & late)
                self.assertEqual(visits.search([*mine, ("is_late", "!=", True)]), every - late)
                groups = dict(visits._read_group(mine, ["is_late"], ["__count"]))
                self.assertEqual(groups.get(True, 0), len(late))
                self.assertEqual(groups.get(False, 0), 4 - len(late))
                visits.search(mine, order="is_late desc, id")

    def test_late_minutes_are_a_setting(self):
        visit = self._booking(at(10))
        params = self.env["ir.config_parameter"]
        for minutes, late in (("60", False), ("5", True), ("nonsense", True)):
            params.set_param("crm_dealer_grading.late_arrival_minutes", minutes)
            with freeze_time(at(10, 30)):
                self.env.invalidate_all()
                self.assertEqual(visit.is_late, late)
