from odoo import models


class CrmServiceVisit(models.Model):
    """What the odometer showed goes into the vehicle's log (C4, C5)."""

    _inherit = "crm.service.visit"

    def _log_mileage(self):
        """Keep one reading for each visit with a mileage that took place."""
        # sudo: the visit's rights hold for its reading.
        readings = self.env["crm.vehicle.mileage"].sudo()
        logged = readings.search([("visit_id", "in", self.ids)]).grouped("visit_id")
        new = []
        for visit in self.sudo():
            reading = logged.get(visit, readings)
            if not visit.mileage or visit.stage in ("booked", "cancelled"):
                reading.unlink()
                continue
            values = visit._mileage_values()
            if not reading:
                new.append(values)
            elif any(reading[name] != value for name, value in values.items() if name in "km date"):
                reading.write(values)
        readings.create(new)

    def _mileage_values(self):
        return {
            "vehicle_id": self.vehicle_id.id,
            "visit_id": self.id,
            "date": self._day(),
            "km": self.mileage,
            "source": "visit",
            "correction_reason": self.mileage_correction,
            "dealer_id": self.dealer_id.id,
        }
