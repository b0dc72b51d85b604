from datetime import datetime

from odoo import api, fields, models

# Those that are there are told, whichever addons are installed.
PERSON = (
    "customer_number", "name", "gender", "birthdate_date", "phone", "email", "street", "street2",
    "zip", "city", "state_id", "country_id", "lang", "id_type", "id_number", "native_place",
    "height_cm", "weight_kg", "blood_type", "education", "employer", "function", "family",
    "interests", "personality", "company_registry", "vat", "founding_date", "legal_form",
    "line_of_business", "company_size", "dealer_id",
)  # fmt: skip
_MESSAGE = ("date", "author_id", "subject", "text")


class ResPartner(models.Model):
    """How records become sections of a person's file (P4); called as superuser."""

    _inherit = "res.partner"

    @api.model
    def _export_labels(self, records, *names):
        return {name: records._fields[name]._description_string(self.env) for name in names}

    def _export_values(self, records, names):
        """Plain values of fields: names for records, words for choices, None for nothing.

        Times are the reader's, with their distance from UTC.
        """
        words = {
            name: dict(records._fields[name]._description_selection(self.env))
            for name in names
            if records._fields[name].type == "selection"
        }

        def value(record, name):
            found = record[name]
            if isinstance(found, models.BaseModel):
                found = ", ".join(found.mapped("display_name")) or None
            elif name in words:
                found = words[name].get(found)
            elif isinstance(found, datetime):
                found = fields.Datetime.context_timestamp(record, found)
            return None if found is False or found == "" else found

        return [{name: value(record, name) for name in names} for record in records]

    def _export_section(self, title, records, names):
        names = [name for name in names if name in records._fields]
        return {
            "title": title,
            "columns": self._export_labels(records, *names),
            "rows": self._export_values(records, names),
        }

    def _export_person(self, _people):
        return self._export_section(
            self.env._("Personal Data"), self, [name for name in PERSON if name in self._fields]
        )

    def _export_further(self, people):
        """Further addresses and contacts."""
        names = ("name", "type", "phone", "email", "street", "street2", "zip", "city", "function")
        return self._export_section(self.env._("Further Addresses"), people - self, names)

    def _export_messages(self, messages):
        """What was written on the person's own file, by whomever."""
        section = self._export_section(self.env._("Messages"), messages, _MESSAGE[:3])
        section["columns"]["text"] = self.env._("Text")
        for row, message in zip(section["rows"], messages, strict=True):
            row["text"] = message.preview or None
        return section
