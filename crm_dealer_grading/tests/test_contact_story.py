"""The customer's story: told from the records, with the rights of each (C8)."""

from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import SQL

from .common_contact import ContactCommon
from .common_network import STRANGERS


@tagged("post_install", "-at_install")
class TestContactStory(ContactCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Event = cls.env["crm.customer.event"]
        customer = cls.customer_a
        cls._contact(customer, "2026-01-02", summary="Called about the estate car")
        cls.lead = cls._lead(customer, name="Estate car")
        cls.lost = cls._lead(customer, name="Second car")
        cls.lost.action_set_lost(
            lost_reason_id=cls.env.ref("crm_dealer_grading.lost_price").id
        )
        cls.lead.action_set_won()
        cls._order(customer, 1200.0, "2026-01-10 02:00:00", user_id=cls.users["manager_a"].id)
        cls.vehicle = cls._vehicle(customer, plate="沪A12345")
        cls._visit(cls.vehicle, date="2026-03-01 02:00:00", labour_amount=80)
        level = cls._level("S")
        cls.env["crm.grading.history"].create(
            {"scheme_id": cls.scheme.id, "partner_id": customer.id, "date": "2026-04-01",
             "from_level_id": cls.scheme.level_ids[0].id, "to_level_id": level.id, "move": "up",
             "dealer_id": cls.dealer_a.id}
        )  # fmt: skip
        cls.env["crm.customer.verification"].create(
            {"partner_id": customer.id, "date": "2026-05-01", "note": "Spoke with the wife"}
        )
        cls.env["crm.lead.delivery.log"].sudo().create(
            [
                {"lead_id": cls.lead.id, "partner_id": customer.id, "dealer_id": cls.dealer_a.id,
                 "event": event, "round": 1, "vin": "LSVAA4182E2184847"}
                for event in ("delivered", "undone")
            ]
        )  # fmt: skip
        cls.env["crm.grading.manual"].create(
            {"partner_id": customer.id, "scheme_id": cls.scheme.id, "level_id": level.id,
             "reason": "Named by the board"}
        )  # fmt: skip
        customer._store_given_up(date(2026, 6, 1))
        cls.env.flush_all()

    def _story(self, login, customer=None):
        event = self._as(login, self.Event)
        return event.search([("partner_id", "=", (customer or self.customer_a).id)])

    def test_all_kinds(self):
        story = self._story("oem")
        self.assertEqual(
            sorted(story.mapped("kind")),
            sorted(["customer", "contact", "lead_opened", "lead_opened", "lead_won", "lead_lost",
                    "order", "vehicle_bought", "visit", "level", "verified", "delivery",
                    "manual", "given_up"]),
        )  # fmt: skip
        by_kind = {event.kind: event for event in story}
        self.assertEqual(by_kind["contact"].text, "Called about the estate car")
        self.assertEqual(by_kind["order"].amount, 1200.0)
        self.assertEqual(str(by_kind["order"].date), "2026-01-10")
        self.assertEqual(by_kind["visit"].amount, 80)
        self.assertEqual(by_kind["level"].text, "Test t_one: Level S")
        self.assertEqual(by_kind["verified"].text, "Spoke with the wife")
        self.assertEqual(by_kind["delivery"].text, "LSVAA4182E2184847")
        self.assertEqual(by_kind["manual"].text, "Test t_one: Level S")
        self.assertEqual(by_kind["lead_lost"].text, "Second car")
        self.assertEqual(str(by_kind["given_up"].date), "2026-06-01")
        self.assertEqual(by_kind["given_up"].action_open()["res_id"], self.customer_a.id)
        self.assertTrue(all(event.icon.startswith("fa-") for event in story))
        self.assertEqual(by_kind["lead_won"].action_open()["res_id"], self.lead.id)
        self.assertEqual(story.mapped("date"), sorted(story.mapped("date"), reverse=True))

    def test_strangers_read_nothing(self):
        story = self._story("oem")
        for login in STRANGERS:
            self.assertFalse(self._story(login))
            self.assertFalse(self._as(login, story).search([("id", "in", story.ids)]))
            texts = self._as(login, story).exists()
            self.assertFalse(texts._filtered_access("read"))
        with self.assertRaises(AccessError):
            self._story("clerk")

    def test_serving_dealer_sees_its_own_work(self):
        """Another dealer's contacts, orders and leads are not told to whoever serves as well."""
        self.customer_a._serve_by(self.dealer_b)
        self._as("sales_b", self.Log).create(
            {"partner_id": self.customer_a.id, "summary": "Guest at our workshop"}
        )
        self.env.flush_all()
        self.assertEqual(set(self._story("sales_b").mapped("kind")), {"customer", "contact"})
        self.assertIn("Guest at our workshop", self._story("sales_b").mapped("text"))
        self.assertNotIn("Called about the estate car", self._story("sales_b").mapped("text"))

    def test_given_up_is_told_to_the_own_dealer(self):
        self.customer_a._serve_by(self.dealer_b)
        self.env.flush_all()
        for login in ("sales_a", "manager_a", "agent", "auditor", "oem"):
            self.assertIn("given_up", self._story(login).mapped("kind"), login)
        for login in STRANGERS:
            self.assertNotIn("given_up", self._story(login).mapped("kind"), login)
        told = self._story("oem").filtered(lambda event: event.kind == "given_up")
        for login in STRANGERS:
            self.assertFalse(self._as(login, told).search([("id", "in", told.ids)]), login)
        self.customer_a._store_given_up(False)
        self.env.flush_all()
        self.assertNotIn("given_up", self._story("oem").mapped("kind"))

    def test_given_up_is_no_part_for_users_without_the_field(self):
        """Its query would be refused to them, and with it the whole story."""
        events = self._as("clerk", self.Event)
        self.assertEqual(events._given_up_events(), [])
        self.assertEqual(len(self._as("sales_a", self.Event)._given_up_events()), 1)

    def test_finer_rights_of_the_records_hold(self):
        """A salesperson who sees own documents only reads no colleague's order here."""
        self.assertNotIn("order", self._story("sales_a").mapped("kind"))
        self.assertIn("order", self._story("manager_a").mapped("kind"))

    def test_embedded_in_the_customer(self):
        customers = self.customer_a | self.customer_b | self._customer(self.dealer_a)
        seen = self._as("oem", customers)
        seen.customer_event_ids.mapped("text")
        counts = []
        for records in (seen[:1], seen):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            shown = {"kind": {}, "text": {}, "icon": {}}
            records.web_read({"customer_event_ids": {"fields": shown, "limit": 40}})
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)

    def test_form_opens_for_every_role(self):
        for login in ("sales_a", "manager_a", "agent", "auditor", "oem"):
            with self.subTest(login=login):
                form = Form(self._as(login, self.customer_a))
                self.assertTrue(form.contact_log_count)
        clerk = Form(self._as("clerk", self.customer_a))
        self.assertNotIn("customer_event_ids", clerk._view["fields"])

    def test_one_customer_is_read_by_indexes(self):
        """No part of the union walks through a table when one customer is asked for."""
        query = self._as("oem", self.Event)._search([("partner_id", "=", self.customer_a.id)])
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        rows = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
        plan = "\n".join(row[0] for row in rows)
        for table in ("crm_contact_log", "crm_service_visit", "crm_vehicle_ownership",
                      "crm_lead", "sale_order", "crm_grading_history", "res_partner",
                      "crm_customer_verification", "crm_lead_delivery_log",
                      "crm_grading_manual"):  # fmt: skip
            with self.subTest(table=table):
                self.assertNotRegex(plan, rf"Seq Scan on {table}\b")
