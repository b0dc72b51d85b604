from odoo import fields, models


class FleetVehicleModel(models.Model):
    """The ERP's catalogue also holds trucks, buses and vans."""

    _inherit = "fleet.vehicle.model"

    vehicle_type = fields.Selection(
        selection_add=[("truck", "Truck"), ("bus", "Bus"), ("van", "Van")],
        ondelete={"truck": "set default", "bus": "set default", "van": "set default"},
    )
