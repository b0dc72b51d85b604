from odoo import api, models
from odoo.exceptions import UserError

from ...tools import vin as vins
from .crm_import_target import ImportFault


class CrmVehicle(models.Model):
    """Vehicles by file (C9)."""

    _name = "crm.vehicle"
    _inherit = ["crm.vehicle", "crm.import.target"]

    # -- Known vehicles ----------------------------------------------------------------------

    @api.model
    def _import_match(self, values_list):
        """A vehicle is known by its VIN; without one, each row is a new vehicle."""
        for values in values_list:
            values.update(self._normalise_identity(values))
        known = self._import_known({values.get("vin") for values in values_list})
        for values in values_list:
            vehicle = known.get(values.get("vin"))
            if vehicle and values.get("id", vehicle.id) == vehicle.id:
                changes = vehicle._import_changes(values)
                values.clear()
                values.update(changes, id=vehicle.id)
        return super()._import_match(values_list)

    @api.model
    def _import_known(self, given, path="vin"):
        """``{VIN: vehicle}``; refuse one that another dealer keeps."""
        given = [vin for vin in given if vin]
        if not given:
            return {}
        vehicles = self.with_context(active_test=False)
        found = vehicles.search_fetch([("vin", "in", given)], ["vin", "partner_id"])
        known = {vehicle.vin: vehicle.with_env(self.env) for vehicle in found}
        missing = [vin for vin in given if vin not in known]
        # sudo: only to tell that it exists, which the unique VIN tells anyway.
        if missing and (hidden := vehicles.sudo().search([("vin", "in", missing)], limit=1)):
            try:
                self._find_by_vin(hidden.vin)
            except UserError as error:
                raise ImportFault(path, str(error)) from error
        return known

    def _import_changes(self, values):
        """What the file says anew of this known vehicle: an old mileage is no new reading."""
        self.ensure_one()
        values = dict(values)
        values.pop("vin", None)
        same_day = values.get("mileage_date") in (None, False, str(self.mileage_date or ""))
        if "mileage" in values and same_day and (values["mileage"] or 0) in (0, self.mileage):
            values.pop("mileage")
            values.pop("mileage_date", None)
        return values

    # -- Faults ------------------------------------------------------------------------------

    @api.model
    def _import_normalise_vin(self, text):
        return vins.normalise(text)

    @api.model
    def _import_unique(self):
        return [*super()._import_unique(), (["vin"], vins.normalise)]

    @api.model
    def _import_faults(self, values_list):
        faults = super()._import_faults(values_list)
        faults += self._import_dealer_faults(values_list)
        names = ["mileage", "purchase_price", "warranty_end_km", "next_service_km"]
        faults += self._import_negative_faults(values_list, names)
        for index, values in enumerate(values_list):
            faults += [(index, *fault) for fault in self._import_vehicle_faults(values)]
        return faults

    @api.model
    def _import_vehicle_faults(self, values):
        vin = vins.normalise(values.get("vin"))
        if not vin and not values.get("plate") and not values.get("id"):
            yield "vin", self.env._("Give the VIN, or at least the plate.")
        if vin and not vins.has_allowed_characters(vin):
            yield "vin", self._vin_advice(vin)
        bought, delivered = values.get("purchase_date"), values.get("delivery_date")
        if bought and delivered and str(delivered) < str(bought):
            yield "delivery_date", self.env._("The delivery lies before the purchase.")

    # -- Templates ---------------------------------------------------------------------------

    @api.model
    def _import_templates(self):
        owner = [("partner_id", ""), ("dealer_id", self._import_example_dealer())]
        insurance = [
            ("insurer_id", ""),
            ("insurance_policy", ""),
            ("insurance_expiry", ""),
            ("inspection_due", ""),
        ]
        columns = [*self._import_template_vehicle()[:4], *owner]
        columns += [*self._import_template_vehicle()[4:], *insurance]
        # One example only.
        columns = [
            (path, values[0] if isinstance(values, list) else values) for path, values in columns
        ]
        return {
            **super()._import_templates(),
            "vehicles": (self.env._("Template for Vehicles"), columns),
        }

    @api.model
    def _import_template_vehicle(self):
        model = self.env["fleet.vehicle.model"].search([], limit=1)
        bought, delivered, ends = (self._import_example_date(days) for days in (-400, -390, 700))
        return [
            ("vin", ["LSVAA4187E2999991", "LSVAA4187E2999992"]),
            ("plate", ["沪A99991", "沪A99992"]),
            ("model_id", [model.display_name or ""] * 2),
            ("engine_number", ["EXAMPLE1", "EXAMPLE2"]),
            ("color", ""),
            ("usage", [self._import_label_of("usage", "private")] * 2),
            ("purchase_date", [bought] * 2),
            ("delivery_date", [delivered] * 2),
            ("purchase_type", [self._import_label_of("purchase_type", "new"), ""]),
            ("purchase_price", [158000, ""]),
            ("mileage", [12500, 300]),
            ("mileage_date", [self._import_example_date(-10)] * 2),
            ("warranty_end", [ends, ""]),
            ("warranty_end_km", [100000, ""]),
            ("next_service_date", ""),
        ]
