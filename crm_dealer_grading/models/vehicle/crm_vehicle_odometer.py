from odoo import api, fields, models
from odoo.tools import SQL


class CrmVehicle(models.Model):
    """Mileage of a vehicle: the latest reading."""

    _inherit = "crm.vehicle"

    @api.depends("mileage_ids.km", "mileage_ids.date")
    def _compute_mileage(self):
        """The latest reading of each vehicle, in one query."""
        self.env["crm.vehicle.mileage"].flush_model(["vehicle_id", "date", "km"])
        latest = {}
        if self.ids:
            rows = self.env.execute_query(
                SQL(
                    """SELECT DISTINCT ON (vehicle_id) vehicle_id, km, date
                       FROM crm_vehicle_mileage WHERE vehicle_id IN %s
                       ORDER BY vehicle_id, date DESC, id DESC""",
                    tuple(self.ids),
                )
            )
            latest = {vehicle: (km, date) for vehicle, km, date in rows}
        for vehicle in self:
            vehicle.mileage, vehicle.mileage_date = latest.get(vehicle.id, (0, False))

    def _inverse_mileage(self):
        """A mileage that is entered or imported becomes a reading."""
        today = fields.Date.context_today(self)
        source = "import" if self.env.context.get("import_file") else "manual"
        self.env["crm.vehicle.mileage"].create(
            [
                {
                    "vehicle_id": vehicle.id,
                    "date": vehicle.mileage_date or today,
                    "km": vehicle.mileage,
                    "source": source,
                }
                for vehicle in self
                if vehicle.mileage
            ]
        )
        # A reading of an earlier day does not become the latest.
        self._compute_mileage()
