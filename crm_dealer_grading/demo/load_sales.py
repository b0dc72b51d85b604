from datetime import datetime, time

from odoo import Command, fields

from .catalogue import MODELS
from .load_base import Loader

_STAGES = {"new": "stage_lead1", "qualified": "stage_lead2", "proposition": "stage_lead3"}
_TITLES = {
    "new": "first purchase",
    "replace_same": "replacement",
    "replace_other": "replacement",
    "additional": "additional vehicle",
}
_VAT = 1.13


class SalesLoader(Loader):
    """Orders and leads."""

    def load_orders(self):
        """Create the orders as confirmed ones; return them in the order of their keys."""
        rows = self.plan["orders"]
        self.orders = self.create_all("sale.order", [self._order_vals(row) for row in rows])
        return self.orders

    def _order_vals(self, row):
        return {
            "partner_id": self.customers[row["customer"]].id,
            "dealer_id": self.dealer(row["dealer"]),
            "user_id": self.ref(row["user"]),
            "date_order": row["date"],
            "state": "sale",
            # What would be looked up for each order, and is the same for all.
            "team_id": self.ref("team_sales_department", "sales_team"),
            "pricelist_id": False,
            "fiscal_position_id": False,
            "payment_term_id": False,
            "note": False,
            "order_line": [Command.create(self._line_vals(*line)) for line in row["lines"]],
        }

    def _line_vals(self, product, quantity, amounts, text):
        vals = {
            "product_id": self.ref(product),
            "product_uom_qty": quantity,
            # Each amount as it stands on its visit, so that both are the same money.
            "price_unit": sum(map(self.money, amounts)),
            "tax_ids": [Command.clear()],
            "analytic_distribution": False,
        }
        if text:
            vals["name"] = text
        return vals

    def load_leads(self):
        """Create the leads; a won one holds its order."""
        rows = self.plan["leads"]
        leads = self.create_all("crm.lead", [self._lead_vals(row) for row in rows])
        for lead, row in zip(leads, rows, strict=True):
            if row["order"] is not None:
                self.orders[row["order"]].opportunity_id = lead
        return leads

    def load_deliveries(self, leads, vehicles):
        """Won leads of one vehicle that was handed over since are owner cards."""
        bought = {}
        for vehicle, row in zip(vehicles, self.plan["vehicles"], strict=True):
            bought[row["owners"][0]["customer"], row["model"], row["purchase_date"]] = vehicle
        today = fields.Date.context_today(self.env.user)
        for lead, row in zip(leads, self.plan["leads"], strict=True):
            vehicle = bought.get((row["customer"], row["model"], row["closed"]))
            if row["stage"] != "won" or not vehicle or vehicle.delivery_date > today:
                continue
            day = vehicle.delivery_date
            lead.write(
                {"vehicle_id": vehicle.id, "delivered_on": day, "delivered_by": lead.user_id.id}
            )
            self.env["crm.lead.delivery.log"].create(
                {
                    **lead._delivery_log_values(vehicle, "delivered", 1),
                    "partner_id": lead.partner_id.id,
                    "user_id": lead.user_id.id,
                    "date": datetime.combine(day, time(8)),
                    "before": {"vehicle": {}, "serving": [], "lines": []},
                    "vehicle_created": True,
                }
            )

    def _lead_vals(self, row):
        model = MODELS[row["model"]]
        name = f"{model.title}: {_TITLES[row['purchase_type']]}"
        if row["quantity"] > 1:
            name = f"{row['quantity']} × {name}"
        return {
            "name": name,
            "type": "opportunity",
            "dealer_id": self.dealer(row["dealer"]),
            "user_id": self.ref(row["user"]),
            "vehicle_model_id": self.ref(f"model_{row['model']}"),
            "purchase_type": row["purchase_type"],
            "acquisition_channel_id": self.ref(f"channel_{row['channel']}"),
            "visit_reason": row["reason"],
            "concerns": row["concerns"],
            "competitor_model": row["competitor"],
            "test_drive": row["test_drive"],
            "date_deadline": row["deadline"],
            "priority": row["priority"],
            "create_date": datetime.combine(row["opened"], time(2)),
            "expected_revenue": self.money(model.price / _VAT * row["quantity"]),
            **self._who(row),
            **self._state(row),
        }

    def _who(self, row):
        if row["customer"] is not None:
            return {"partner_id": self.customers[row["customer"]].id}
        return {"contact_name": row["contact"], "phone": row["phone"]}

    def _state(self, row):
        closed = row["closed"] and datetime.combine(row["closed"], time(8))
        if row["stage"] == "won":
            stage = self.ref("stage_lead4", "crm")
            return {"stage_id": stage, "probability": 100, "date_closed": closed}
        vals = {"stage_id": self.ref(_STAGES[row["stage"]], "crm")}
        if row["lost_reason"]:
            lost = self.ref(row["lost_reason"])
            vals |= {"active": False, "probability": 0, "lost_reason_id": lost}
            vals["date_closed"] = closed
        return vals
