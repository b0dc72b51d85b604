from odoo import api, fields, models

CONFIDENCE = [("high", "High"), ("medium", "Medium"), ("low", "Low")]


class CrmVehicleForecast(models.Model):
    """How far a vehicle is driven, and when it will reach its next kilometres (M5).

    A narrow table that one statement writes (``_refresh``): at the commit for vehicles whose log
    changed, every night for all, changed rows only. Read through the vehicle's own fields.
    """

    _name = "crm.vehicle.forecast"
    _description = "Mileage Forecast"
    _log_access = False
    _rec_name = "vehicle_id"

    vehicle_id = fields.Many2one("crm.vehicle", required=True, readonly=True, ondelete="cascade")
    rate = fields.Float(string="Kilometres a Day", required=True, readonly=True)
    rate_low = fields.Float(required=True, readonly=True)
    rate_high = fields.Float(required=True, readonly=True)
    confidence = fields.Selection(CONFIDENCE, required=True, readonly=True)
    readings = fields.Integer(
        readonly=True, help="Readings of the log that the pace stands on; 0: it is the usual one."
    )
    service_km = fields.Integer(readonly=True)
    service_date = fields.Date(readonly=True)
    service_early = fields.Date(readonly=True)
    service_late = fields.Date(readonly=True)
    warranty_km = fields.Integer(readonly=True)
    warranty_date = fields.Date(readonly=True)

    _vehicle_uniq = models.UniqueIndex("(vehicle_id)", "A vehicle has one forecast.")
    _service_index = models.Index("(service_date) WHERE service_date IS NOT NULL")
    _warranty_index = models.Index("(warranty_date) WHERE warranty_date IS NOT NULL")

    @api.model
    def _refresh_now(self, vehicle_ids):
        """Write the forecasts of these vehicles anew, by the usual paces of last night."""
        self._refresh(self.env.company._today_here(), vehicle_ids)

    @api.model
    def _cron_refresh(self):
        """Scheduled action: all forecasts and the usual paces, in one statement that is its own
        transaction; a killed one leaves last night's."""
        self._refresh(self.env.company._today_here())
        self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _refresh(self, today, vehicle_ids=None):
        """Write the rows that changed, of all vehicles or of ``vehicle_ids``, in one statement.

        :return: how many rows were written
        """
        self.env.flush_all()
        self.env.cr.execute(self._refresh_sql(today, vehicle_ids))
        written = self.env.cr.rowcount
        self.invalidate_model()
        self.env["crm.vehicle.usual.pace"].invalidate_model()
        # Computed from these rows, yet no record tells its vehicles.
        self.env["crm.vehicle"].invalidate_model(
            [*self.env["crm.vehicle"]._forecast_fields(), "lifecycle", "lifecycle_treatment"]
        )
        return written
