from odoo import api, fields, models


class CrmServiceVisit(models.Model):
    """Service visits by file (C9)."""

    _name = "crm.service.visit"
    _inherit = ["crm.service.visit", "crm.import.target"]

    @api.model
    def _import_unique(self):
        return [
            *super()._import_unique(),
            (["dealer_id", "work_order"], lambda text: text.strip().lower()),
        ]

    @api.model
    def _import_faults(self, values_list):
        faults = super()._import_faults(values_list)
        faults += self._import_dealer_faults(values_list)
        names = ["mileage", "labour_amount", "parts_amount"]
        faults += self._import_negative_faults(values_list, names)
        vehicles = self.env["crm.vehicle"]
        # All at once: the first one read brings the others along.
        vehicles = vehicles.browse({values.get("vehicle_id") for values in values_list} - {None})
        bought = {vehicle.id: vehicle.purchase_date for vehicle in vehicles if vehicle.id}
        for index, values in enumerate(values_list):
            start = bought.get(values.get("vehicle_id"))
            date = fields.Date.to_date(values.get("date") or None)
            if not values.get("id") and not values.get("vehicle_id"):
                faults.append((index, "vehicle_id", self._import_vehicle_missing()))
            elif start and date and date < start:
                reason = self.env._("The vehicle was bought later, on %s.", start)
                faults.append((index, "date", reason))
        return faults

    @api.model
    def _import_vehicle_missing(self):
        return self.env._("Give the VIN or plate of the vehicle.")

    @api.model
    def _import_templates(self):
        vehicle = self.env["crm.vehicle"].search([("vin", "!=", False)], limit=1)
        columns = [
            ("work_order", "EXAMPLE-0001"),
            ("vehicle_id", vehicle.vin or ""),
            ("date", self._import_example_date()),
            ("visit_type", self._import_label_of("visit_type", "maintenance")),
            ("stage", self._import_label_of("stage", "delivered")),
            ("dealer_id", vehicle.dealer_id.code or self._import_example_dealer()),
            ("user_id", self.env.user.login),
            ("mileage", vehicle.mileage + 1000),
            ("mileage_correction", ""),
            ("labour_amount", 300),
            ("parts_amount", 450),
            ("note", ""),
        ]
        title = self.env._("Template for Service Visits")
        return {**super()._import_templates(), "visits": (title, columns)}
