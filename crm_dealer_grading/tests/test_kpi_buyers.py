"""Buyers are who got a vehicle, whoever has it since (S10)."""

from datetime import date

from odoo.tests import tagged

from .common import DealerCommon


@tagged("post_install", "-at_install")
class TestKpiBuyers(DealerCommon):
    def test_buyers_are_who_got_the_vehicle(self):
        """Sold on, taken off or scrapped, a vehicle was still sold to its buyer."""
        begin, end = date(2035, 1, 1), date(2035, 2, 1)
        vehicle = self._vehicle(
            self.customer_a, delivery_date=begin, selling_dealer_id=self.dealer_a.id
        )
        line = vehicle.ownership_ids
        line.date_from = begin
        self.env["crm.service.visit"].create(
            {"vehicle_id": vehicle.id, "dealer_id": self.dealer_b.id, "stage": "delivered",
             "visit_type": "maintenance", "date": "2035-01-01 03:00:00"}
        )  # fmt: skip
        vehicle.with_context(ownership_date=date(2035, 1, 20)).partner_id = self.customer_b
        vehicle.with_context(ownership_date=date(2035, 1, 25)).partner_id = False
        scope = ("dealer", self.dealer_a.id)
        for code in ("effective_sold", "return_rate"):
            kpi = self.env.ref(f"crm_dealer_grading.kpi_{code}")
            _above, buyers = kpi._parts(begin, end)
            self.assertEqual(self.env[buyers.model].search(buyers.domain) & line, line)
            self.assertGreater(kpi.figures(begin, end)[scope][1], 0)
        seen = self._as("manager_a", self.env["crm.vehicle.ownership"]).search(buyers.domain)
        self.assertIn(line, seen.sudo())
        self.assertNotIn("elsewhere", seen.mapped("partner_id.name"))
        self.assertFalse(line.returned_on, "a visit on the day of handover is no coming back")
