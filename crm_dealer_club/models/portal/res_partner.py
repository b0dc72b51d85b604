from odoo import api, models

_PERSON = (
    "customer_number", "name", "gender", "birthdate_date", "phone", "email", "street", "street2",
    "zip", "city", "state_id", "country_id", "lang", "id_type", "id_number", "native_place",
    "height_cm", "weight_kg", "blood_type", "education", "employer", "function", "family",
    "interests", "personality", "company_registry", "vat", "founding_date", "legal_form",
    "line_of_business", "company_size", "dealer_id",
)  # fmt: skip
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
    """A person's own data, for the own download (P4); called as superuser."""

    _inherit = "res.partner"

    @api.model
    def _following_dealer(self):
        return (*super()._following_dealer(), "crm.club.consent")

    # -- Sections of the download --------------------------------------------------------------

    @api.model
    def _export_labels(self, records, *names):
        return {name: records._fields[name]._description_string(self.env) for name in names}

    def _export_values(self, records, names):
        """Plain values of fields: names for records, words for choices, None for nothing."""
        words = {
            name: dict(records._fields[name]._description_selection(self.env))
            for name in names
            if records._fields[name].type == "selection"
        }

        def value(record, name):
            found = record[name]
            if isinstance(found, models.BaseModel):
                found = found.display_name
            elif name in words:
                found = words[name].get(found)
            return None if found is False or found == "" else found

        return [{name: value(record, name) for name in names} for record in records]

    def _export_section(self, title, records, names):
        return {
            "title": title,
            "columns": self._export_labels(records, *names),
            "rows": self._export_values(records, names),
        }

    def _export_person(self):
        names = [name for name in _PERSON if name in self._fields]
        return self._export_section(self.env._("Personal Data"), self, names)

    def _export_membership(self):
        members = self.with_context(active_test=False).club_membership_ids
        names = ("number", "tier_id", "state", "join_date", "valid_from", "valid_until")
        return self._export_section(self.env._("Membership"), members, names)

    def _export_vehicles(self):
        vehicles = self.env["crm.vehicle"].search([("commercial_partner_id", "=", self.id)])
        section = self._export_section(self.env._("Vehicles"), vehicles, _VEHICLE)
        for row, vehicle in zip(section["rows"], vehicles, strict=True):
            if vehicle.ownership_ids.commercial_partner_id - self:
                # These may still be what an earlier owner paid and signed.
                row.update(dict.fromkeys(_OF_FIRST_OWNER))
        return section

    def _export_mileage(self):
        """Readings of the own time only: an earlier owner's are not this person's data."""
        lines = self.env["crm.vehicle.ownership"].search([("commercial_partner_id", "=", self.id)])
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
        plate = self.env["crm.vehicle"]._fields["plate"]._description_string(self.env)
        section["columns"] = {"plate": plate} | section["columns"]
        for row, reading in zip(section["rows"], own, strict=True):
            row["plate"] = plates[reading.vehicle_id] or None
        return section

    def _export_visits(self):
        visits = self.env["crm.service.visit"].search([("commercial_partner_id", "=", self.id)])
        section = self._export_section(self.env._("Service Visits"), visits, _VISIT)
        plates = visits._plates_then()
        plate = self.env["crm.vehicle"]._fields["plate"]._description_string(self.env)
        section["columns"] = {"plate": plate} | section["columns"]
        for row, visit in zip(section["rows"], visits, strict=True):
            row["plate"] = plates[visit] or None
        return section
