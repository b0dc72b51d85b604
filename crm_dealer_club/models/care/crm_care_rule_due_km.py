"""What falls due by the mileage that the vehicle's own log lets expect (M5)."""

from odoo import fields, models
from odoo.tools import SQL

from .crm_vehicle_forecast import CONFIDENCE

_FORECAST = SQL("crm_vehicle_forecast f JOIN crm_vehicle v ON v.id = f.vehicle_id")


class CrmCareRule(models.Model):
    _inherit = "crm.care.rule"

    km_confidence = fields.Selection(
        CONFIDENCE,
        string="Mileage Known with",
        required=True,
        default="medium",
        help="Predictions of the mileage count from this confidence on. Low ones stand on the "
        "usual pace of the model, or on readings more than a year old.",
    )

    def _due_confident_sql(self):
        """Condition on a forecast ``f``: it is as sure as the rule asks."""
        levels = [code for code, _label in CONFIDENCE]
        return SQL("f.confidence IN %s", tuple(levels[: levels.index(self.km_confidence) + 1]))

    def _due_maintenance_km_sql(self, date_from, date_to):
        """Vehicles that reach the kilometres of the next service before its date."""
        condition = SQL(
            "f.service_date >= %s AND f.service_date < %s AND %s AND %s"
            " AND (v.next_service_date IS NULL OR f.service_date < v.next_service_date)",
            date_from,
            date_to,
            self._due_confident_sql(),
            self._not_booked_sql(),
        )
        return self._due_vehicles_sql(SQL("f.service_date"), condition, _FORECAST)

    def _due_warranty_sql(self, date_from, date_to):
        """The end by date or by kilometres, whichever comes first."""
        sooner = SQL(
            "EXISTS (SELECT FROM crm_vehicle_forecast f WHERE f.vehicle_id = v.id"
            " AND f.warranty_date < v.warranty_end AND %s)",
            self._due_confident_sql(),
        )
        by_date = self._due_field_sql("warranty_end", date_from, date_to, SQL("NOT %s", sooner))
        by_km = SQL(
            "f.warranty_date >= %s AND f.warranty_date < %s AND %s"
            " AND (v.warranty_end IS NULL OR f.warranty_date < v.warranty_end)",
            date_from,
            date_to,
            self._due_confident_sql(),
        )
        return SQL(
            "%s UNION ALL %s",
            by_date,
            self._due_vehicles_sql(SQL("f.warranty_date"), by_km, _FORECAST),
        )
