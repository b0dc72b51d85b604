"""Whom each kind of programme asks (S2)."""

from datetime import datetime, timedelta

from odoo import fields
from odoo.tests import TransactionCase, tagged

from .common_sampling import SamplingFactories


@tagged("post_install", "-at_install")
class TestSamplingSources(SamplingFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_sampling()
        for number, customer in enumerate((cls.customer_a, cls.customer_b)):
            customer.phone = f"+86 138 0013 800{number}"

    def _found(self, source, **vals):
        """``{(event key, group): customer}`` that a draw of the source finds."""
        self.programme.sample_source = source
        sample = self._sample(cooling_days=0, quota=1000, **vals)
        if not any(row["frame"] for row in sample._preview()):
            return {}
        sample.action_draw()
        return {(line.event_key, line.stratum): line.partner_id for line in sample.line_ids}

    def _model(self):
        brand = self.env["fleet.vehicle.model.brand"].create({"name": "Test"})
        return self.env["fleet.vehicle.model"].create({"name": "Car", "brand_id": brand.id})

    def test_by_the_subject(self):
        wanted = {"sale": "delivery", "service": "visit", "vehicle": "vehicle",
                  "prospect": "prospect", "lost": "lost_owner", "dealer": "dealer"}  # fmt: skip
        for subject, source in wanted.items():
            self.programme.subject = subject
            self.assertEqual(self.programme.sample_source, source)

    def test_deliveries_that_were_not_undone(self):
        lead = self._lead(self.customer_a, dealer_id=self.dealer_a.id,
                          user_id=self.users["sales_a"].id)  # fmt: skip
        lead.action_set_won()
        lead.with_user(self.users["sales_a"])._deliver(
            "1T8TST9AXZZ042008", {"delivery_date": self.today, "model_id": self._model().id}
        )
        log = lead.sudo().delivery_log_ids
        self.assertEqual(
            self._found("delivery"), {(f"delivery:{log.id}", "delivery"): self.customer_a}
        )
        sample = self.Sample.search([("programme_id", "=", self.programme.id)])
        self.assertEqual(sample.line_ids.lead_id, lead)
        self.assertFalse(self._found("delivery", date_to=self.today))
        lead.with_user(self.users["manager_a"])._undo_delivery("Wrong vehicle")
        self.assertFalse(self._found("delivery"))

    def test_vehicles_by_the_day_of_purchase(self):
        first, last = self.today - timedelta(30), self.today
        vehicles = [
            self._vehicle(self.customer_a, purchase_date=day, dealer_id=self.dealer_a.id)
            for day in (first - timedelta(1), first, last, last + timedelta(1))
        ]
        found = self._found("vehicle")
        self.assertEqual(found, {(f"vehicle:{vehicles[2].id}", "vehicle"): self.customer_a})
        self.assertEqual(
            self._found("vehicle", date_to=self.today),
            {(f"vehicle:{vehicles[1].id}", "vehicle"): self.customer_a},
        )

    def test_prospects_and_lost_leads(self):
        opened = self._lead(self.customer_a, dealer_id=self.dealer_a.id)
        lost = self._lead(self.customer_b, dealer_id=self.dealer_b.id)
        reason = self.env["crm.lost.reason"].create({"name": "Price"})
        lost.action_set_lost(lost_reason_id=reason.id)
        self.assertEqual(
            self._found("prospect"), {(f"lead:{opened.id}", "prospect"): self.customer_a}
        )
        self.assertEqual(
            self._found("lost_lead"), {(f"lead:{lost.id}", "lost_lead"): self.customer_b}
        )

    def test_owners_who_did_not_come_back(self):
        now = fields.Datetime.now()
        vehicle_a, vehicle_b = (self._vehicle(c) for c in (self.customer_a, self.customer_b))
        for vehicle, days in ((vehicle_a, 25), (vehicle_a, 5), (vehicle_b, 20)):
            at = now - timedelta(days)
            self._visit(vehicle, date=at, date_delivered=at)
        visit = self.env["crm.service.visit"].search([("vehicle_id", "=", vehicle_b.id)])
        period = {"date_from": self.today - timedelta(30), "date_to": self.today - timedelta(10)}
        self.assertEqual(
            self._found("lost_owner", **period),
            {(f"last:{visit.id}", "lost_owner"): self.customer_b},
        )

    def _asked_late(self, source, change):
        """The line of customer A, drawn before and sent after ``change``."""
        self.programme.sample_source = source
        sample = self._drawn(cooling_days=0, quota=1000)
        line = sample.line_ids.filtered(lambda w: w.partner_id == self.customer_a)
        change(line)
        sample.action_send()
        self._work(sample)
        return line.state, line.reason

    def test_what_changed_since_the_draw(self):
        gone = ("skipped", "event")
        lead = self._lead(self.customer_a, dealer_id=self.dealer_a.id)
        reason = self.env["crm.lost.reason"].create({"name": "Price"})
        lead.action_set_lost(lost_reason_id=reason.id)
        change = lambda line: line.lead_id.action_restore()  # noqa: E731
        self.assertEqual(self._asked_late("lost_lead", lambda line: None)[0], "sent")
        self.assertEqual(self._asked_late("lost_lead", change), gone)
        vehicle = self._vehicle(
            self.customer_a, purchase_date=self.today - timedelta(9), dealer_id=self.dealer_a.id
        )
        at = fields.Datetime.now() - timedelta(8)
        self._visit(vehicle, date=at, date_delivered=at)
        self.assertEqual(self._asked_late("vehicle", lambda line: None)[0], "sent")
        back = lambda line: self._visit(vehicle, date=at + timedelta(3), stage="booked")  # noqa: E731
        self.assertEqual(self._asked_late("lost_owner", lambda line: None)[0], "sent")
        self.assertEqual(self._asked_late("lost_owner", back), gone)

    def test_who_was_drawn_stays_drawn_when_the_lead_is_merged(self):
        """Of both leads: the one that is kept stands for what the customer is asked about."""
        reason = self.env["crm.lost.reason"].create({"name": "Price"})
        leads = self.env["crm.lead"]
        for _number in range(2):
            leads |= self._lead(self.customer_a, dealer_id=self.dealer_a.id)
        leads.action_set_lost(lost_reason_id=reason.id)

        def merge(line):
            self.assertIn(line.lead_id, leads)
            kept = leads.with_context(active_test=False)._merge_opportunity()
            self.assertEqual(line.lead_id, kept)
            self.assertEqual(kept.won_status, "lost")

        self.assertEqual(self._asked_late("lost_lead", merge)[0], "sent")

    def test_contacts_of_dealers(self):
        self.dealer_a.partner_id = self.env["res.partner"].create(
            {"name": "Dealer A Ltd.", "is_company": True, "email": "a@example.com"}
        )
        manager = self.env["res.partner"].create(
            {"name": "Boss", "parent_id": self.dealer_a.partner_id.id, "email": "b@example.com"}
        )
        found = self._found("dealer")
        # One of the company, whoever it is.
        [(key, stratum)] = found
        self.assertEqual(stratum, "dealer")
        self.assertIn(found[key, stratum], manager | self.dealer_a.partner_id)

    def test_days_are_the_companys(self):
        vehicle_a, vehicle_b = (self._vehicle(c) for c in (self.customer_a, self.customer_b))
        # In Shanghai the last minute of the 9th and the first one of the 10th.
        for vehicle, at in (
            (vehicle_a, datetime(2026, 3, 9, 15, 59)),
            (vehicle_b, datetime(2026, 3, 9, 16, 0)),
        ):
            self._visit(vehicle, date=at, date_delivered=at)
        found = self._found("visit", date_from="2026-03-10", date_to="2026-03-11")
        self.assertEqual(list(found.values()), [self.customer_b])
