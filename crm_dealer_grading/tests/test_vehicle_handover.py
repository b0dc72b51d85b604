"""A vehicle that changes dealers, is received, or whose owner is merged."""

from odoo.modules.migration import load_script
from odoo.tools import file_path

from .common import DealerCommon

VIN = "1T8TST9AXZZ042008"


class TestVehicleHandOver(DealerCommon):
    def _sold(self):
        """A's customer had it, B's customer bought it; returns the vehicle."""
        vehicle = self._vehicle(self.customer_a, delivery_date="2020-01-01", vin=VIN)
        vehicle.with_context(ownership_date="2024-01-01").partner_id = self.customer_b
        return vehicle

    # -- Visits dated back

    def test_visit_before_the_sale_does_not_name_the_former_owner(self):
        vehicle = self._sold()
        env = self._as("sales_b")
        visit = env["crm.service.visit"].create(
            {"vehicle_id": vehicle.id, "date": "2023-05-05 09:00:00"}
        )
        self.assertFalse(visit.partner_id)
        early = env["crm.service.visit"].create(
            {"vehicle_id": vehicle.id, "date": "2019-05-05 09:00:00"}
        )
        self.assertFalse(early.partner_id)
        visit.date = "2024-05-05 09:00:00"
        self.assertEqual(visit.partner_id, self.customer_b)
        visit.date = "2023-05-05 09:00:00"
        self.assertFalse(visit.partner_id)
        self.assertFalse(visit.commercial_partner_id)
        new = env["crm.service.visit"].new(
            {"vehicle_id": vehicle.id, "date": "2023-05-05 09:00:00"}
        )
        self.assertFalse(new.partner_id)
        for login in ("oem", "clerk"):
            visit = self._as(login)["crm.service.visit"].sudo().create(
                {"vehicle_id": vehicle.id, "date": "2023-05-05 09:00:00"}
            )
            self.assertEqual(visit.partner_id, self.customer_a, login)

    def test_visit_keeps_an_owner_who_moved(self):
        vehicle = self._vehicle(self.customer_a, delivery_date="2020-01-01")
        visit = self._visit(vehicle, date="2023-05-05 09:00:00")
        self.customer_a.dealer_id = self.dealer_b
        self.env.invalidate_all()
        self._as("sales_a", visit).date = "2023-05-06 09:00:00"
        self.assertEqual(visit.partner_id, self.customer_a)

    def test_visits_ask_once(self):
        vehicle = self._sold()
        visits = self.env["crm.service.visit"].create(
            [{"vehicle_id": vehicle.id, "date": f"2023-05-0{1 + n % 9}"} for n in range(50)]
        )
        visits = self._as("sales_b", visits).sudo()
        costs = []
        for records in (visits[:1], visits[:1], visits):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            with self.env.protecting([visits._fields["partner_id"]], records):
                records._compute_partner_id()
            costs.append(self.cr.sql_log_count - before)
        self.assertEqual(costs[1], costs[2])

    # -- The file of the former owner

    def test_file_stays_with_the_former_owner(self):
        insurer = self._customer(None, name="Insurer")
        vehicle = self._vehicle(
            self.customer_a,
            insurer_id=insurer.id,
            insurance_policy="P-1",
            insurance_expiry="2030-01-01",
            purchase_price=5,
            purchase_date="2020-01-01",
        )
        said = vehicle.message_post(body="Getting divorced", message_type="comment")
        file = self.env["ir.attachment"].create(
            {"name": "id.pdf", "raw": b"x", "res_model": vehicle._name, "res_id": vehicle.id}
        )
        planned = vehicle.activity_schedule("mail.mail_activity_data_call", summary="Call")
        vehicle.message_subscribe(self.users["sales_a"].partner_id.ids)
        self._as("sales_a", vehicle).partner_id = self._customer(self.dealer_a)
        self.assertEqual(vehicle.insurance_policy, "P-1", "the same dealer's")
        former = vehicle.partner_id
        self.customer_b.serving_dealer_ids = self.dealer_a
        self._as("sales_a", vehicle).write(
            {"partner_id": self.customer_b.id, "insurance_expiry": "2031-01-01"}
        )
        self.assertFalse(vehicle.insurer_id or vehicle.insurance_policy or vehicle.purchase_price)
        self.assertTrue(vehicle.purchase_date and vehicle.insurance_expiry)
        for record in (said, file, planned):
            model = record.model if record._name == "mail.message" else record.res_model
            self.assertEqual((model, record.res_id), ("res.partner", former.id), record)
        self.env.invalidate_all()
        self.assertFalse(self._as("sales_b", file).has_access("read"))
        self.assertFalse(self._as("sales_b", said).has_access("read"))
        self.assertTrue(self._as("sales_a", said).has_access("read"))
        self.assertNotIn(self.users["sales_a"].partner_id, vehicle.message_partner_ids)

    def _told(self, vehicle):
        """What the ERP writes of the owner by itself: to-dos that were done, delivered orders."""
        to_do = vehicle.activity_schedule("mail.mail_activity_data_call", summary="Divorce")
        to_do.action_feedback("Wants to sell soon")
        vehicle.message_post(body="Delivered: Bus for Sekretnym")
        vehicle.message_post(body="Your car", message_type="auto_comment")
        self.env.flush_all()
        return vehicle.message_ids.filtered("body")

    def test_what_the_system_wrote_stays_with_the_former_owner(self):
        vehicle = self._vehicle(self.customer_a, delivery_date="2020-01-01", vin=VIN)
        told = self._told(vehicle)
        changed = self.env["mail.message"].create(
            {"model": vehicle._name, "res_id": vehicle.id, "message_type": "notification"}
        )
        vehicle.partner_id = self.customer_b
        left = self._as("sales_b", vehicle).message_ids.filtered(lambda m: m.sudo() in told)
        self.assertFalse(left.mapped("body"))
        for message in told:
            self.assertEqual((message.model, message.res_id), ("res.partner", self.customer_a.id))
            self.assertTrue(self._as("sales_a", message).has_access("read"), message.body)
        self.assertEqual(changed.res_id, vehicle.id, "changes of the vehicle are its own story")

    def test_upgrade_moves_what_was_left_with_the_vehicle(self):
        vehicle = self._sold()
        told = self._told(vehicle)
        told.date = "2023-05-05"
        own = vehicle.message_post(body="Of the new owner")
        path = file_path("crm_dealer_grading/migrations/19.0.1.5.0/post-handover.py")
        for _again in range(2):
            load_script(path, "handover").migrate(self.env.cr, "19.0.1.4.0")
            self.env.invalidate_all()
            of = {(message.model, message.res_id) for message in told}
            self.assertEqual(of, {("res.partner", self.customer_a.id)})
            self.assertEqual((own.model, own.res_id), ("crm.vehicle", vehicle.id))
            self.assertFalse(self._as("sales_b", told[0]).has_access("read"))

    def test_who_knows_both_owners(self):
        """The dealer that sold to both does; of two dealers each knows its own customer."""
        neighbour = self._customer(self.dealer_a, name="Neighbour")
        both = self._vehicle(self.customer_a, delivery_date="2020-01-01", plate="京A1B2C3")
        both.write({"partner_id": neighbour.id, "plate": "京A4D5E6"})
        apart = self._sold()
        for login, vehicle, owners in (
            ("sales_a", both, self.customer_a | neighbour),
            ("sales_a", apart, self.customer_a),
            ("sales_b", both, self.env["res.partner"]),
            ("sales_b", apart, self.customer_b),
        ):
            self.env.invalidate_all()
            lines = self._as(login, self.env["crm.vehicle.ownership"])
            found = lines.search([("vehicle_id", "=", vehicle.id)])
            self.assertEqual(found.partner_id, owners.with_env(found.env), login)
        old = self._as("sales_a", self.env["crm.vehicle"])
        self.assertFalse(old.search([("vin", "=", VIN)]), "the seller's dealer lost it")
        self.assertFalse(old.search([("partner_id", "=", self.customer_b.id)]))
        for named in (self.customer_a.name, "京A1B2C3"):
            found = self._as("sales_b", self.env["crm.vehicle"])
            self.assertFalse(found.search([("ownership_ids.partner_id.name", "ilike", named)]))
            self.assertFalse(found.search([("ownership_ids.plate", "ilike", named)]))

    def test_file_of_a_vehicle_without_owner(self):
        vehicle = self._vehicle(self.customer_a, delivery_date="2020-01-01")
        said = vehicle.message_post(body="Secret", message_type="comment")
        vehicle.partner_id = False
        vehicle.partner_id = self.customer_b
        self.assertEqual((said.model, said.res_id), ("res.partner", self.customer_a.id))

    def test_file_goes_with_the_customer(self):
        vehicle = self._vehicle(self.customer_a, insurance_policy="P-1")
        said = vehicle.message_post(body="Hello", message_type="comment")
        self.customer_a.dealer_id = self.dealer_b
        self.assertEqual((vehicle.insurance_policy, said.res_id), ("P-1", vehicle.id))

    # -- Merged owners

    def test_merged_owner(self):
        company = self._customer(self.dealer_b, is_company=True)
        target = self._customer(None, parent_id=company.id)
        vehicle = self._vehicle(self.customer_a, insurance_policy="P-1")
        self.env["crm.vehicle.mileage"].create(
            {"vehicle_id": vehicle.id, "km": 5, "dealer_id": self.dealer_a.id}
        )
        other = self.env["crm.dealer"].create({"name": "C", "code": "T-C"})
        elsewhere = self._vehicle(self.customer_a, dealer_id=other.id)
        visit = self._visit(vehicle)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer_a | target).ids, target)
        self.env.invalidate_all()
        for record in (vehicle, visit, vehicle.ownership_ids, elsewhere):
            self.assertEqual(record.partner_id, target)
            self.assertEqual(record.commercial_partner_id, company, record)
        self.assertEqual((vehicle | vehicle.ownership_ids.vehicle_id).dealer_id, self.dealer_b)
        self.assertEqual(vehicle.ownership_ids.dealer_id, self.dealer_b)
        self.assertEqual(elsewhere.dealer_id, other)
        for record in (visit, vehicle.mileage_ids):
            self.assertEqual(record.dealer_id, self.dealer_a, "who did the work")
        self.assertEqual(vehicle.insurance_policy, "P-1")
        self.assertIn(vehicle, company.vehicle_ids)

    # -- Receiving across companies

    def test_receive_by_a_shared_dealer(self):
        """The home dealer is a company of its own, the receiving one works for another."""
        company = self.env["res.company"].create({"name": "Company of A"})
        self.dealer_a.company_id = company
        vehicle = self._vehicle(self.customer_a, vin=VIN)
        self.assertEqual(vehicle.company_id, company)
        self.env.invalidate_all()
        mine = self._as("sales_b")["crm.vehicle"].receive(VIN)
        self.assertFalse(vehicle.company_id)
        mine.web_read({"name": {}, "dealer_region_id": {"fields": {"display_name": {}}}})
        visit = mine.env["crm.service.visit"].create({"vehicle_id": mine.id})
        visit.web_read({"name": {}, "dealer_region_id": {"fields": {"display_name": {}}}})

    def test_receive_within_a_company(self):
        vehicle = self._vehicle(self.customer_a, vin=VIN)
        self.assertEqual(vehicle.company_id, self.env.company)
        self._as("sales_b")["crm.vehicle"].receive(VIN)
        self.assertEqual(vehicle.company_id, self.env.company)
