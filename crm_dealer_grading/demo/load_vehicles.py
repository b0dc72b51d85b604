from odoo import Command

from .load_base import Loader

_SAME = (
    "vin", "model_year", "color", "usage", "purchase_date", "delivery_date", "purchase_channel",
    "purchase_type", "engine_number", "insurance_policy", "insurance_expiry", "inspection_due",
    "first_service_due", "first_service_done", "warranty_end", "warranty_end_km",
    "next_service_date", "next_service_km",
)  # fmt: skip


class VehicleLoader(Loader):
    """Vehicles with their owners, and the visits."""

    def load(self):
        """Create the vehicles, then hand over those that changed hands."""
        rows = self.plan["vehicles"]
        self.vehicles = self.create_all("crm.vehicle", [self._vehicle_vals(row) for row in rows])
        for vehicle, row in zip(self.vehicles, rows, strict=True):
            for owner in row["owners"][1:]:
                vals = {"partner_id": self.customers[owner["customer"]].id, "plate": owner["plate"]}
                vehicle.with_context(ownership_date=owner["since"]).write(vals)
            if row["scrapped"]:
                vehicle.with_context(ownership_date=row["scrapped"]).write(
                    {"partner_id": False, "active": False}
                )
            if row.get("told"):
                vehicle.mileage_ids = [Command.create(self._told_vals(*row["told"]))]
            if row["served"]:
                vehicle._serve_by(self.env["crm.dealer"].browse(self.dealer(row["served"])))

    def _vehicle_vals(self, row):
        owner = row["owners"][0]
        return {name: row[name] for name in _SAME if row.get(name)} | {
            "model_id": self.ref(f"model_{row['model']}"),
            "partner_id": self.customers[owner["customer"]].id,
            "plate": owner["plate"],
            "selling_dealer_id": self.dealer(row["selling_dealer"]),
            "purchase_price": self.money(row["price"]),
            "insurer_id": self.ref(row["insurer"]),
        }

    def _told_vals(self, day, km):
        return {"date": day, "km": km, "source": "owner"}

    def load_visits(self, orders):
        """Create the visits with their orders and mileages; owners follow from the dates."""
        rows = self.plan["visits"]
        self.create_all("crm.service.visit", [self._visit_vals(row, orders) for row in rows])

    def _visit_vals(self, row, orders):
        return {
            "vehicle_id": self.vehicles[row["vehicle"]].id,
            "dealer_id": self.dealer(row["dealer"]),
            "user_id": self.ref(row["user"]),
            "stage": row["stage"],
            "visit_type": row["visit_type"],
            "date": row["date"],
            "date_promised": row["promised"],
            "date_delivered": row["delivered"],
            "mileage": row["mileage"],
            "labour_amount": self.money(row["labour"]),
            "parts_amount": self.money(row["parts"]),
            "work_order": row["work_order"],
            "order_id": row["order"] is not None and orders[row["order"]].id,
            "note": row["note"],
        }
