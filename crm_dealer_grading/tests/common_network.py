"""What the tests of isolation share."""

from odoo import Command

from .common import DealerCommon

# Staff of dealer B, staff of B with every other right, and staff of no dealer at all.
STRANGERS = ("sales_b", "greedy_b", "homeless")


class IsolationCase(DealerCommon):
    """Asks what a role sees."""

    def _sees(self, login, *records):
        """Whether the user finds and may read each of ``records``; all or none."""
        found = set()
        for record in records:
            seen = self._as(login, record)
            found.add(bool(seen.search([("id", "=", record.id)])))
            found.add(seen.has_access("read"))
        self.assertEqual(len(found), 1, f"{login} sees a part of {records}")
        return found.pop()


class AccessCase(DealerCommon):
    """A record of dealer A in every model that carries a dealer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead_a = cls._lead(cls.customer_a, name="Lead of A")
        cls.order_a = cls._order(cls.customer_a)
        cls.invoice_a = cls._invoice(cls.customer_a, post=True)
        records = (
            *(cls.customer_a, cls.lead_a, cls.order_a, cls.order_a.order_line),
            *(cls.invoice_a, cls.invoice_a.line_ids),
            *cls._money_of_a(),
            *cls._workshop_of_a(),
            *cls._meeting_of_a(),
        )
        cls.foreign = {record._name: record for record in records}
        cls.env.flush_all()

    @classmethod
    def _money_of_a(cls):
        bank = cls.env["res.partner.bank"].create(
            {"partner_id": cls.customer_a.id, "acc_number": "TEST-A-1"}
        )
        payment = cls.env["account.payment"].create(
            {
                "partner_id": cls.customer_a.id,
                "amount": 10.0,
                "payment_type": "inbound",
                "partner_type": "customer",
            }
        )
        return bank, payment

    @classmethod
    def _workshop_of_a(cls):
        brand = cls.env["fleet.vehicle.model.brand"].create({"name": "Test"})
        model = cls.env["fleet.vehicle.model"].create({"name": "Test Model", "brand_id": brand.id})
        vehicle = cls.env["crm.vehicle"].create(
            {"vin": "LSVAU2180N2183294", "model_id": model.id, "partner_id": cls.customer_a.id}
        )
        visit = cls.env["crm.service.visit"].create(
            {"vehicle_id": vehicle.id, "dealer_id": cls.dealer_a.id, "date": "2026-01-05 09:00:00"}
        )
        mileage = cls.env["crm.vehicle.mileage"].create(
            {"vehicle_id": vehicle.id, "date": "2026-01-05", "km": 1000}
        )
        return vehicle, vehicle.ownership_ids, mileage, visit

    @classmethod
    def _meeting_of_a(cls):
        cls.meeting_a = cls.env["calendar.event"].create(
            {
                "name": "Test drive with Test Customer A",
                "start": "2026-01-05 09:00:00",
                "stop": "2026-01-05 10:00:00",
                "user_id": cls.users["sales_a"].id,
                "partner_ids": [Command.set(cls.customer_a.ids)],
            }
        )
        return cls.meeting_a, cls.meeting_a.attendee_ids

    def _each(self, models=None):
        """Every stranger with every foreign record, seen as that stranger."""
        for login in STRANGERS:
            for name, record in self.foreign.items():
                if models is None or name in models:
                    yield login, self._as(login, record)
