from odoo import api, models

from ...tools.privacy import Kind

_TEXTS_OF_APPLICATION = (
    "partner_name", "registration_number", "registration_authority", "organisation_code",
    "legal_person", "company_form", "business_scope", "operating_term", "city", "office_address",
    "office_phone", "fax", "website", "contact_name", "contact_function", "contact_mobile",
    "contact_email", "main_business", "note", "refusal_reason",
)  # fmt: skip
_GIVE_UP = ("low_value_reason", "resources_used", "attempts", "value_assessment", "refusal_reason")


class ResPartner(models.Model):
    """What this addon keeps of a person (P4)."""

    _inherit = "res.partner"

    @api.model
    def _privacy_kinds(self):
        return [
            *super()._privacy_kinds(),
            *self._privacy_kinds_vehicle(),
            *self._privacy_kinds_contact(),
            *self._privacy_kinds_level(),
            *self._privacy_kinds_credit(),
        ]

    @api.model
    def _privacy_kinds_vehicle(self):
        return [
            Kind(
                "vehicles", "crm.vehicle", own=True, section="_export_vehicles",
                clear=("plate", "insurance_policy"),
            ),
            Kind(
                "former_vehicles", "crm.vehicle", ("ownership_ids.partner_id",), fate="share",
                why="_privacy_why_vehicle",
            ),
            Kind(
                "ownerships", "crm.vehicle.ownership", fate="delete",
                section="_export_ownerships",
            ),
            Kind("mileage", "crm.vehicle.ownership", (), own=True, section="_export_mileage"),
            Kind(
                "visits", "crm.service.visit", own=True, section="_export_visits",
                clear=("note", "mileage_correction"),
            ),
            Kind(
                "deliveries", "crm.lead.delivery.log",
                names=("date", "event", "vin", "dealer_id", "user_id", "reason"),
                clear=("vin", "reason", "before", "activity_data"),
            ),
        ]  # fmt: skip

    @api.model
    def _privacy_kinds_contact(self):
        return [
            Kind(
                "contacts", "crm.contact.log", names=(
                    "date", "way", "direction", "summary", "feedback", "satisfaction",
                    "complaint", "next_date", "next_step", "user_id",
                ), clear=("summary", "feedback", "next_step"),
            ),
            Kind(
                "contacts_due", "crm.contact.due", fate="delete",
                names=("date", "state", "origin", "way", "note", "user_id"),
            ),
            Kind(
                "verifications", "crm.customer.verification", clear=("note",),
                names=("date", "user_id", "note"),
            ),
            Kind(
                "verified_data", "crm.customer.verification.line",
                ("verification_id.partner_id",), clear=("right_value",),
                names=("date", "field_name", "value", "verdict", "right_value"),
            ),
            Kind("completeness", "crm.customer.quality", fate="delete",
                 names=("completeness", "missing_text")),
            Kind(
                "suspicious", "crm.suspicious.data", fate="delete",
                names=("found_on", "kind", "value", "state", "accept_reason"),
            ),
            Kind("duplicates", "crm.duplicate.candidate", ("partner_a_id", "partner_b_id"),
                 fate="delete", names=("found_on", "reason", "value", "state")),
            Kind("id_checks", "crm.id.number.check", fate="delete"),
        ]  # fmt: skip

    @api.model
    def _privacy_kinds_level(self):
        return [
            Kind(
                "levels", "crm.grading.result", fate="delete", section="_export_levels",
            ),
            Kind(
                "level_moves", "crm.grading.history",
                names=("date", "scheme_id", "from_level_id", "to_level_id", "move", "score"),
            ),
            Kind(
                "levels_by_hand", "crm.grading.manual", clear=("reason", "end_reason"),
                names=("date_from", "date_until", "scheme_id", "level_id", "reason", "user_id"),
            ),
            Kind(
                "given_up", "crm.give.up.report", clear=(*_GIVE_UP, "level_names"),
                names=("filed_on", "state", *_GIVE_UP, "recommendation", "filed_by_id"),
            ),
            Kind("simulated_moves", "crm.grading.simulation.move", fate="delete"),
        ]  # fmt: skip

    @api.model
    def _privacy_kinds_credit(self):
        return [
            Kind(
                "credit_files", "crm.credit.file", clear=("note",),
                names=("company_id", "limit", "granted_on", "valid_until", "class_id", "note"),
            ),
            Kind(
                "credit_limits", "crm.credit.limit.change", clear=("reason",),
                names=("create_date", "old_limit", "new_limit", "reason", "user_id"),
            ),
            Kind(
                "credit_holds", "crm.credit.hold",
                names=("create_date", "limit", "amount", "excess", "state"),
            ),
            Kind(
                "credit_releases", "crm.credit.release", clear=("reason",),
                names=("create_date", "amount", "valid_until", "reason", "granted_by_id"),
            ),
            Kind(
                "credit_assessments", "crm.credit.assessment", clear=("note",),
                names=("done_on", "state", "scorecard_id", "score", "class_id", "proposed_limit",
                       "note", "done_by_id"),
            ),
            Kind(
                "credit_answers", "crm.credit.assessment.line", ("assessment_id.partner_id",),
                clear=("remark",), names=("assessment_id", "name", "score", "remark"),
            ),
            Kind(
                "credit_applications", "crm.credit.application", clear=_TEXTS_OF_APPLICATION,
                names=("name", "state", "requested_limit", "approved_limit", "submitted_on",
                       *_TEXTS_OF_APPLICATION),
            ),
            Kind(
                "credit_papers", "crm.credit.paper", ("application_id.partner_id",), fate="delete",
                names=("application_id", "type_id", "document_name", "valid_until", "remark"),
            ),
        ]  # fmt: skip

    @api.model
    def _privacy_why_vehicle(self):
        return self.env._("The vehicle stays with the history of its service, without this owner.")

    # -- Sections -------------------------------------------------------------------------------

    def _export_ownerships(self, lines):
        """By VIN: the name of a vehicle tells the plate that its present owner has."""
        section = self._export_section(
            self.env._("Owners"), lines, ("plate", "date_from", "date_to", "dealer_id")
        )
        vin = self.env["crm.vehicle"]._fields["vin"]._description_string(self.env)
        section["columns"] = {"vin": vin} | section["columns"]
        for row, line in zip(section["rows"], lines, strict=True):
            row["vin"] = line.vehicle_id.vin or None
        return section

    def _export_levels(self, results):
        """Each level with the figures that it stands on."""
        names = ("scheme_id", "level_id", "score", "since", "why")
        return self._export_section(self._privacy_title_of(results), results, names)

    @api.model
    def _privacy_title_of(self, records):
        return self.env["ir.model"]._get(records._name).name
