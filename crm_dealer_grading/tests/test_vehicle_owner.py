import random
from datetime import date, timedelta

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from .common import DealerCommon

VIN = "1T8TST9AXZZ042008"


class TestVehicleOwner(DealerCommon):
    def _lines(self, vehicle):
        vehicle.invalidate_recordset(["ownership_ids"])
        return [
            (line.partner_id, line.plate, line.date_from, line.date_to)
            for line in vehicle.ownership_ids.sorted("date_from")
        ]

    # -- Denials

    def test_foreign_vehicle_is_out_of_sight(self):
        vehicle = self._vehicle(self.customer_a, vin=VIN, plate="琼Z12345")
        visit = self._visit(vehicle, mileage=10)
        for login in ("sales_b", "greedy_b", "homeless", "clerk"):
            for record in (vehicle, visit, vehicle.ownership_ids, vehicle.mileage_ids):
                self.assertFalse(self._as(login, record).has_access("read"), (login, record))
        vehicles = self._as("sales_b")["crm.vehicle"]
        self.assertFalse(vehicles.search([("vin", "=", VIN)]))
        self.assertFalse(vehicles.name_search("琼Z12345"))

    def test_auditor_reads_only(self):
        vehicle = self._vehicle(self.customer_a)
        auditor = self._as("auditor", vehicle)
        self.assertTrue(auditor.has_access("read"))
        for operation in ("write", "create", "unlink"):
            self.assertFalse(auditor.has_access(operation), operation)

    def test_staff_names_no_foreign_customer_or_vehicle(self):
        own = self._vehicle(self.customer_b)
        foreign = self._vehicle(self.customer_a)
        env = self._as("sales_b")
        with mute_logger("odoo.addons.base.models.ir_rule"):
            for model, vals in (
                ("crm.vehicle", {"partner_id": self.customer_a.id}),
                ("crm.service.visit", {"vehicle_id": foreign.id}),
                ("crm.service.visit", {"vehicle_id": own.id, "partner_id": self.customer_a.id}),
                ("crm.vehicle.mileage", {"vehicle_id": foreign.id, "km": 5}),
            ):
                with self.assertRaises(AccessError, msg=str(vals)):
                    env[model].create(vals)
            with self.assertRaises(AccessError):
                own.with_env(env).partner_id = self.customer_a

    def test_history_is_not_rewritten_by_hand(self):
        vehicle = self._vehicle(self.customer_a)
        line = self._as("sales_a", vehicle.ownership_ids)
        for vals in (
            {"partner_id": self._customer(self.dealer_a).id},
            {"date_to": date(2040, 1, 1)},
            {"plate": "X"},
        ):
            with self.assertRaises(UserError):
                line.write(vals)
        with self.assertRaises(UserError):
            line.create({"vehicle_id": vehicle.id, "partner_id": self.customer_a.id})
        self.assertFalse(line.has_access("unlink"))

    # -- History

    def test_first_line_begins_at_the_delivery(self):
        vehicle = self._vehicle(
            self.customer_a, purchase_date="2020-01-01", delivery_date="2020-02-01", plate="X1"
        )
        self.assertEqual(self._lines(vehicle), [(self.customer_a, "X1", date(2020, 2, 1), False)])
        self.assertEqual(vehicle.ownership_ids.dealer_id, self.dealer_a)

    def test_new_owner_and_plate(self):
        other = self._customer(self.dealer_a)
        with freeze_time("2031-01-10 04:00:00"):
            vehicle = self._vehicle(self.customer_a, plate="X1")
        with freeze_time("2031-03-05 04:00:00"):
            vehicle.plate = "X2"
            vehicle.with_context(ownership_date="2031-05-01").partner_id = other
        with freeze_time("2031-06-01 04:00:00"):
            vehicle.write({"plate": "x 2", "partner_id": other.id, "color": "red"})
            vehicle.partner_id = False
        first, second = date(2031, 1, 10), date(2031, 3, 5)
        third, last = date(2031, 5, 1), date(2031, 6, 1)
        self.assertEqual(
            self._lines(vehicle),
            [
                (self.customer_a, "X1", first, second),
                (self.customer_a, "X2", second, third),
                (other, "X2", third, last),
            ],
        )

    def test_the_buyer(self):
        """Entered some days late, too; who bought it later is none, whoever has left the file."""
        late, gone = self._vehicle(self.customer_a), self._vehicle(self.customer_a)
        for vehicle, begin in ((late, "2020-02-01"), (gone, "2020-01-01")):
            vehicle.ownership_ids.date_from = begin
            vehicle.delivery_date = "2020-01-01"
            self.assertEqual(vehicle.ownership_ids.mapped("is_buyer"), [True])
        gone.with_context(ownership_date="2021-01-01").partner_id = self.customer_b
        first = gone.ownership_ids.filtered("date_to")
        self.assertEqual(gone.ownership_ids.filtered("is_buyer"), first)
        first.sudo().unlink()
        gone.with_context(ownership_date="2022-01-01").partner_id = self.customer_a
        self.assertFalse(gone.ownership_ids.filtered("is_buyer"))

    def test_put_right_on_the_same_day(self):
        vehicle = self._vehicle(self.customer_a, plate="X1")
        vehicle.write({"plate": "X2", "partner_id": self.customer_b.id})
        self.assertEqual(len(vehicle.ownership_ids), 1)
        self.assertEqual(vehicle.ownership_ids.partner_id, self.customer_b)

    def test_not_before_the_present_owner(self):
        vehicle = self._vehicle(self.customer_a)
        with self.assertRaisesRegex(UserError, "later date"):
            vehicle.with_context(ownership_date="2000-01-01").partner_id = self.customer_b

    def test_constraints(self):
        vehicle = self._vehicle(self.customer_a, delivery_date="2020-01-01")
        lines = self.env["crm.vehicle.ownership"].sudo()
        values = {"vehicle_id": vehicle.id, "partner_id": self.customer_b.id}
        with self.assertRaises(ValidationError):
            lines.create({**values, "date_from": "2019-01-01", "date_to": "2020-01-02"})
        lines.create({**values, "date_from": "2019-01-01", "date_to": "2020-01-01"})
        for error, vals in (
            (UniqueViolation, {"date_from": "2018-01-01"}),
            (CheckViolation, {"date_from": "2018-01-01", "date_to": "2017-01-01"}),
        ):
            with self.assertRaises(error), mute_logger("odoo.sql_db"), self.cr.savepoint():
                lines.create({**values, **vals})

    def test_owner_at_against_an_oracle(self):
        draw = random.Random(7)
        partners = [self._customer(self.dealer_a, name=str(i)) for i in range(4)]
        start = date(2030, 1, 1)
        for _round in range(8):
            owner = draw.choice(partners)
            vehicle = self._vehicle(owner, delivery_date=start)
            days = {start: owner}
            day = start
            for _change in range(draw.randint(0, 8)):
                day += timedelta(days=draw.choice([0, 0, 1, 2, 30]))
                owner = draw.choice([*partners, self.env["res.partner"]])
                values = {"partner_id": owner.id, "plate": f"X{draw.randint(1, 3)}"}
                vehicle.with_context(ownership_date=day).write(values)
                days[day] = owner
            for offset in range(-2, 160):
                asked = start + timedelta(days=offset)
                known = [owner for since, owner in days.items() if since <= asked]
                expected = known[-1] if known else self.env["res.partner"]
                self.assertEqual(vehicle._owner_at(asked)[vehicle], expected, (asked, days))

    def test_owner_at_is_one_query(self):
        vehicles = self.env["crm.vehicle"].create(
            [{"partner_id": self.customer_a.id} for _index in range(20)]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            vehicles._owner_at(date(2040, 1, 1))

    # -- Another dealer's

    def test_new_owner_of_another_dealer(self):
        vehicle = self._vehicle(self.customer_a, delivery_date="2020-01-01", plate="琼Z12345")
        vehicle.serving_dealer_ids = self.env["crm.dealer"].create({"name": "C", "code": "T-C"})
        vehicle.partner_id = self.customer_b
        self.assertEqual(vehicle.dealer_id, self.dealer_b)
        self.assertFalse(vehicle.serving_dealer_ids)
        self.assertFalse(self._as("sales_a", vehicle).has_access("read"))
        self.env.invalidate_all()
        new = self._as("sales_b", vehicle)
        self.assertEqual(new.ownership_ids.partner_id, self.customer_b)
        earlier = self.env["crm.vehicle.ownership"].search(
            [("vehicle_id", "=", vehicle.id), ("date_to", "!=", False)]
        )
        self.assertEqual(earlier.dealer_id, self.dealer_a)
        self.assertFalse(self._as("sales_b", earlier).has_access("read"))
        self.assertTrue(self._as("sales_a", earlier).has_access("read"))

    def test_dealer_that_serves_the_new_owner_too_stays(self):
        vehicle = self._vehicle(self.customer_a)
        self.customer_b.serving_dealer_ids = self.dealer_a
        seller = self._as("sales_a", vehicle)
        seller.web_save({"partner_id": self.customer_b.id}, {"partner_id": {}})
        self.assertEqual(vehicle.dealer_id, self.dealer_b)
        self.assertEqual(vehicle.serving_dealer_ids, self.dealer_a)

    def test_vehicles_go_with_the_customer(self):
        vehicle = self._vehicle(self.customer_a)
        elsewhere = self._vehicle(self.customer_a, dealer_id=self.dealer_b.id)
        self.customer_a.dealer_id = self.dealer_b
        self.assertEqual((vehicle | elsewhere).dealer_id, self.dealer_b)
        self.assertFalse(self._as("sales_a", vehicle).has_access("read"))
        self.assertEqual(vehicle.ownership_ids.dealer_id, self.dealer_b)

    def test_list_with_an_owner_out_of_sight(self):
        self.customer_b.phone = "123"
        vehicle = self._vehicle(self.customer_b, dealer_id=self.dealer_a.id)
        visit = self._visit(vehicle)
        self.env.invalidate_all()
        mine = self._as("sales_a", vehicle)
        self.assertFalse(mine.web_read({"owner_phone": {}})[0]["owner_phone"])
        mine = self._as("sales_a", visit)
        self.assertFalse(mine.web_read({"partner_phone": {}})[0]["partner_phone"])
        self.assertEqual(self._as("sales_b", vehicle).has_access("read"), False)
        self.assertEqual(self._as("oem", vehicle).owner_phone, "123")

    def test_owner_without_dealer_leaves_the_dealer(self):
        vehicle = self._vehicle(self.customer_a)
        vehicle.partner_id = self._customer(None)
        self.assertEqual(vehicle.dealer_id, self.dealer_a)

    def test_former_owner_does_not_leak_by_the_chatter(self):
        vehicle = self._vehicle(self.customer_a).with_context(tracking_disable=False)
        vehicle.partner_id = self.customer_b
        self.env.flush_all()
        text = str(vehicle.message_ids.tracking_value_ids.mapped("old_value_char"))
        text += str(vehicle.message_ids.mapped("body"))
        self.assertNotIn(self.customer_a.name, text)

    # -- Receive

    def test_receive_is_denied(self):
        self._vehicle(self.customer_a, vin=VIN, plate="琼Z12345")
        for login in ("clerk", "auditor", "agent", "credit", "homeless", "oem"):
            with self.assertRaises(AccessError, msg=login):
                self._as(login)["crm.vehicle"].receive(VIN)
        vehicles = self._as("sales_b")["crm.vehicle"]
        for text in (VIN[:-1], VIN[-6:], "琼Z1234", "琼Z%", "%", "_" * 17, "", False, "琼Z123456"):
            with self.assertRaises(UserError, msg=text):
                vehicles.receive(text)
        self.assertFalse(self.customer_a.serving_dealer_ids)

    def test_receive(self):
        for text in (VIN.lower(), "琼 z·12345"):
            customer = self._customer(self.dealer_a, name="Guest")
            vehicle = self._vehicle(customer, vin=VIN, plate="琼Z12345")
            mine = self._as("sales_b")["crm.vehicle"].receive(text)
            self.assertEqual(mine, vehicle)
            self.assertEqual(mine.env.uid, self.users["sales_b"].id)
            self.assertFalse(mine.env.su)
            self.assertEqual(mine.partner_id.name, "Guest")
            self.assertEqual(vehicle.dealer_id, self.dealer_a)
            for record in (vehicle, customer):
                self.assertEqual(record.serving_dealer_ids, self.dealer_b)
                trace = record.message_ids[0]
                self.assertIn(self.dealer_b.name, trace.body)
                self.assertEqual(trace.author_id, self.users["sales_b"].partner_id)
            count = len(vehicle.message_ids)
            self._as("sales_b")["crm.vehicle"].receive(text)
            self.assertEqual(len(vehicle.message_ids), count)
            visit = self._as("sales_b")["crm.service.visit"].create({"vehicle_id": mine.id})
            self.assertEqual((visit.dealer_id, visit.partner_id), (self.dealer_b, customer))
            vehicle.write({"vin": False, "plate": False})

    def test_receive_own_leaves_no_trace(self):
        vehicle = self._vehicle(self.customer_b, vin=VIN)
        self.assertEqual(self._as("sales_b")["crm.vehicle"].receive(VIN), vehicle)
        self.assertFalse(vehicle.serving_dealer_ids)

    def test_receive_by_the_dialog(self):
        vehicle = self._vehicle(self.customer_a, vin=VIN)
        wizard = self._as("sales_b")["crm.vehicle.receive"].create({"vin_or_plate": VIN})
        self.assertEqual(wizard.action_receive()["res_id"], vehicle.id)

    def test_receive_two_of_one_plate(self):
        for _index in range(2):
            self._vehicle(self.customer_a, plate="琼Z12345")
        with self.assertRaisesRegex(UserError, "VIN"):
            self._as("sales_b")["crm.vehicle"].receive("琼Z12345")

    def test_receive_across_companies(self):
        company = self.env["res.company"].create({"name": "Other Company"})
        self.dealer_b.company_id = company
        self.users["sales_b"].write(
            {"company_ids": [Command.link(company.id)], "company_id": company.id}
        )
        self._vehicle(self.customer_a, vin=VIN)
        mine = self._as("sales_b")["crm.vehicle"].receive(VIN)
        self.assertFalse(mine.company_id)
        self.assertEqual(mine.partner_id, self.customer_a)
