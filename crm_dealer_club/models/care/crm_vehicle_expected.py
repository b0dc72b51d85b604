from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from odoo.addons.crm_dealer_grading.tools.at_commit import collect

from ...tools import mileage
from .crm_vehicle_forecast import CONFIDENCE

_KEY = "crm_vehicle_forecast_ids"
_FEEDING = {
    "active", "model_id", "delivery_date", "mileage", "mileage_date", "mileage_ids",
    "next_service_km", "warranty_end_km",
}  # fmt: skip


def refresh(cr, vehicle_ids):
    """Write the forecasts of these vehicles anew, before the commit."""
    api.Environment(cr, SUPERUSER_ID, {})["crm.vehicle.forecast"]._refresh_now(vehicle_ids)


class CrmVehicle(models.Model):
    """What the mileage log lets expect (M5); shown to whoever sees the vehicle."""

    _inherit = "crm.vehicle"

    expected_km = fields.Integer(
        string="Expected Today (km)", compute="_compute_forecast", aggregator=None,
        help="The latest reading, carried on at the pace of the vehicle's own log.",
    )  # fmt: skip
    km_a_day = fields.Float(
        string="Kilometres a Day", compute="_compute_forecast", digits=(16, 1), aggregator=None
    )
    forecast_confidence = fields.Selection(
        CONFIDENCE,
        compute="_compute_forecast",
        search="_search_forecast_confidence",
        help="High: at least four readings over half a year that agree, the last less than half a "
        "year old. Medium: the vehicle's own log, less than a year old. Low: an old log, or the "
        "usual pace of the model.",
    )
    service_expected = fields.Date(
        string="Service Expected on",
        compute="_compute_forecast",
        search="_search_service_expected",
        help="When the vehicle will reach the kilometres of its next service.",
    )
    forecast_text = fields.Char(string="Mileage in Words", compute="_compute_forecast")

    # For indexes of the due dates (crm_care_rule_due.py) that the grading module has not.
    _first_service_index = models.Index("(first_service_due) WHERE first_service_done IS NULL")
    _last_visit_index = models.Index("(last_visit_date) WHERE last_visit_date IS NOT NULL")
    _never_came_index = models.Index("(delivery_date) WHERE last_visit_date IS NULL")
    _bought_index = models.Index(
        "((EXTRACT(month FROM COALESCE(purchase_date, delivery_date))::int * 100"
        " + EXTRACT(day FROM COALESCE(purchase_date, delivery_date))::int))"
        " WHERE COALESCE(purchase_date, delivery_date) IS NOT NULL"
    )

    @api.model
    def _forecast_fields(self):
        return [
            "expected_km", "km_a_day", "forecast_confidence", "service_expected", "forecast_text",
        ]  # fmt: skip

    def _goes_with_vehicle(self):
        return super()._goes_with_vehicle() | {"crm.vehicle.forecast"}

    @api.depends("mileage", "mileage_date", "delivery_date", "next_service_km")
    @api.depends_context("lang", "tz")
    def _compute_forecast(self):
        # sudo: who sees the vehicle may know how far it is driven.
        rows = self.env["crm.vehicle.forecast"].sudo().search([("vehicle_id", "in", self.ids)])
        rows = rows.grouped("vehicle_id")
        today = fields.Date.context_today(self)
        for vehicle in self:
            row = rows.get(vehicle._origin.sudo())
            read = vehicle.mileage_date or vehicle.delivery_date
            if not row or not read:
                vehicle.update(dict.fromkeys(self._forecast_fields(), False))
                continue
            last = mileage.Reading(read, vehicle.mileage if vehicle.mileage_date else 0)
            vehicle.expected_km = mileage.expected_km(last, row, today)
            vehicle.km_a_day = row.rate
            vehicle.forecast_confidence = row.confidence
            vehicle.service_expected = row.service_date
            vehicle.forecast_text = vehicle._forecast_in_words(row)

    def _forecast_in_words(self, row):
        """What the forecast says, and how sure it is, in a sentence or two."""
        words = [self._confidence_in_words(row)]
        if row.service_date and row.service_km > self.mileage:
            early, late = row.service_early, row.service_late
            day, until = format_date(self.env, early), late and format_date(self.env, late)
            km = f"{row.service_km:,}"
            if until:
                words.insert(
                    0,
                    self.env._(
                        "%(km)s km are expected between %(early)s and %(late)s.",
                        km=km, early=day, late=until,
                    ),
                )  # fmt: skip
            else:
                words.insert(0, self.env._("%(km)s km are not expected before %(early)s.",
                                           km=km, early=day))  # fmt: skip
        return " ".join(words)

    def _confidence_in_words(self, row):
        if not row.readings:
            return self.env._("Low confidence: its log tells no pace, so the usual one is taken.")
        if row.confidence == "high":
            return self.env._("High confidence: %s readings that agree.", row.readings)
        if row.confidence == "medium":
            return self.env._("Medium confidence: %s readings.", row.readings)
        return self.env._("Low confidence: the last reading is more than a year old.")

    @api.model
    def _search_forecast(self, field, operator, value):
        # sudo: only a condition on vehicles that the user's own rules restrict.
        rows = self.env["crm.vehicle.forecast"].sudo()
        return Domain("id", "in", rows._search([(field, operator, value)]).subselect("vehicle_id"))

    @api.model
    def _search_service_expected(self, operator, value):
        if operator == "in" and False in value:
            return NotImplemented
        return self._search_forecast("service_date", operator, value)

    @api.model
    def _search_forecast_confidence(self, operator, value):
        if operator != "in" or False in value:
            return NotImplemented
        return self._search_forecast("confidence", operator, value)

    @api.model
    def _lifecycle_km_sql(self, alias):
        """Carried on at the pace of the vehicle's own log, where that tells one."""
        columns = {name: self._field_to_sql(alias, name) for name in ("mileage", "mileage_date")}
        return SQL(
            """COALESCE((SELECT %(mileage)s + floor(f.rate * GREATEST(
                                    %(today)s::date - %(mileage_date)s, 0))
                           FROM crm_vehicle_forecast f
                          WHERE f.vehicle_id = %(id)s AND f.readings > 0)::bigint, %(simple)s)""",
            id=SQL.identifier(alias, "id"),
            today=fields.Date.context_today(self),
            simple=super()._lifecycle_km_sql(alias),
            **columns,
        )

    # -- What changes a forecast -------------------------------------------------------------

    def _forecast_later(self):
        collect(self.env.cr, _KEY, self.ids, refresh)

    @api.model_create_multi
    def create(self, vals_list):
        vehicles = super().create(vals_list)
        vehicles._forecast_later()
        return vehicles

    def write(self, vals):
        result = super().write(vals)
        if not _FEEDING.isdisjoint(vals):
            self._forecast_later()
        return result
