from odoo import api, models


class CrmVehicleMileage(models.Model):
    """A reading that is entered, changed or deleted changes the forecast (M5)."""

    _inherit = "crm.vehicle.mileage"

    @api.model_create_multi
    def create(self, vals_list):
        readings = super().create(vals_list)
        readings.vehicle_id._forecast_later()
        return readings

    def write(self, vals):
        self.vehicle_id._forecast_later()
        result = super().write(vals)
        self.vehicle_id._forecast_later()
        return result

    def unlink(self):
        self.vehicle_id._forecast_later()
        return super().unlink()
