from odoo import models

_VEHICLE = (
    "vin", "plate", "engine_number", "model_id", "model_year", "color", "usage", "purchase_date",
    "delivery_date", "purchase_price", "mileage", "insurance_policy", "insurance_expiry",
    "inspection_due", "first_service_due", "first_service_done", "warranty_end",
    "warranty_end_km", "next_service_date", "next_service_km",
)  # fmt: skip
_OF_FIRST_OWNER = ("purchase_price", "insurance_policy")
_VISIT = (
    "name", "work_order", "dealer_id", "visit_type", "stage", "date", "date_promised",
    "date_delivered", "mileage", "labour_amount", "parts_amount", "amount_total",
)  # fmt: skip


class ResPartner(models.Model):
    """Vehicles, mileage and visits in a person's file: of the own time only (P4)."""

    _inherit = "res.partner"

    def _export_vehicles(self, vehicles):
        section = self._export_section(self.env._("Vehicles"), vehicles, _VEHICLE)
        for row, vehicle in zip(section["rows"], vehicles, strict=True):
            if vehicle.ownership_ids.commercial_partner_id - self:
                # These may still be what an earlier owner paid and signed.
                row.update(dict.fromkeys(_OF_FIRST_OWNER))
        return section

    def _export_mileage(self, lines):
        """Readings of the own time only: an earlier owner's are not this person's data."""
        lines = lines.search([("commercial_partner_id", "=", self.id)])
        readings = self.env["crm.vehicle.mileage"].search(
            [("vehicle_id", "in", lines.vehicle_id.ids)]
        )
        spans = lines.grouped("vehicle_id")
        own = readings.filtered(
            lambda reading: any(
                line.date_from <= reading.date and (not line.date_to or reading.date < line.date_to)
                for line in spans[reading.vehicle_id]
            )
        )
        section = self._export_section(self.env._("Mileage"), own, ("date", "km", "source"))
        plates = {line.vehicle_id: line.plate for line in lines.sorted("date_from")}
        return self._export_with_plates(section, [plates[r.vehicle_id] for r in own])

    def _export_visits(self, visits):
        visits = visits.sorted()
        section = self._export_section(self.env._("Service Visits"), visits, _VISIT)
        plates = visits._plates_then()
        return self._export_with_plates(section, [plates[visit] for visit in visits])

    def _export_with_plates(self, section, plates):
        plate = self.env["crm.vehicle"]._fields["plate"]._description_string(self.env)
        section["columns"] = {"plate": plate} | section["columns"]
        for row, found in zip(section["rows"], plates, strict=True):
            row["plate"] = found or None
        return section
