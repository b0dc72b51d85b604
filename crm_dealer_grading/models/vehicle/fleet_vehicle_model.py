from odoo import fields, models


class FleetVehicleModel(models.Model):
    """The ERP's catalogue also holds trucks, buses and vans."""

    _inherit = "fleet.vehicle.model"

    vehicle_type = fields.Selection(
        selection_add=[("truck", "Truck"), ("bus", "Bus"), ("van", "Van")],
        ondelete={"truck": "set default", "bus": "set default", "van": "set default"},
    )

    def _compute_vehicle_count(self):
        """Whoever has no right to the company's own fleet may open the catalogue."""
        if self.env["fleet.vehicle"].has_access("read"):
            return super()._compute_vehicle_count()
        self.vehicle_count = 0
        return None
