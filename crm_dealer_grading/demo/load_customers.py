from datetime import datetime, time

from odoo import Command

from .load_base import Loader
from .words import PLACES

# Columns of the plan that bear the field's name.
_SAME = (
    "name", "is_company", "phone", "email", "street", "zip", "function", "employer", "education",
    "interests", "family", "personality", "native_place", "height_cm", "blood_type",
    "line_of_business", "company_size", "legal_form", "founding_date", "gender",
)  # fmt: skip


class CustomerLoader(Loader):
    """Customers and the contacts of firms."""

    def load(self):
        """Create them; return the customers in the order of their keys."""
        rows = self.plan["customers"]
        customers = self.create_all("res.partner", [self._customer_vals(row) for row in rows])
        self._load_contacts(customers)
        if self.env["res.partner"]._id_number_keyring():
            for customer, row in zip(customers, rows, strict=True):
                if row.get("id_number"):
                    customer.write({"id_type": "resident", "id_number": row["id_number"]})
        return customers

    def _customer_vals(self, row):
        """Values of a customer, who came when the plan says so."""
        place = PLACES[row["dealer"]]
        vals = {name: row[name] for name in _SAME if row.get(name)}
        vals |= {
            "dealer_id": self.dealer(row["dealer"]),
            "user_id": self.ref(row["seller"]),
            "city": place.city,
            "state_id": self.ref(f"state_cn_{place.state}", "base"),
            "country_id": self.ref("cn", "base"),
            "need_state": row["need"],
            "acquisition_channel_id": self.ref(f"channel_{row['channel']}"),
            "birthdate_date": row.get("birthdate"),
            "create_date": datetime.combine(row["since"], time(3)),
            "lang": self.language(row["name"]),
            "category_id": [Command.set(self._tags(row))],
        }
        if row["number"]:
            vals["customer_number"] = row["number"]
        if row.get("asset_amount"):
            vals["asset_amount"] = self.money(row["asset_amount"])
        return vals

    def _tags(self, row):
        tags = {
            "tag_fleet": row["pattern"] == "fleet",
            "tag_test_drive_day": row["channel"] == "exhibition",
            "tag_wechat": row["pattern"] == "active" and not row["is_company"],
        }
        return [self.ref(name) for name, has in tags.items() if has]

    def _load_contacts(self, customers):
        rows = self.plan["contacts"]
        same = ("name", "gender", "function", "decision_role", "phone", "email")
        contacts = self.create_all(
            "res.partner",
            [
                {name: row[name] for name in same}
                | {
                    "parent_id": customers[row["customer"]].id,
                    "dealer_id": customers[row["customer"]].dealer_id.id,
                }
                for row in rows
            ],
        )
        for contact in contacts.filtered(lambda c: c.decision_role == "decides"):
            contact.parent_id.responsible_id = contact
