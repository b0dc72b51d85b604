from odoo import fields, models


class FleetVehicleModel(models.Model):
    """What a new vehicle of this model comes with; proposed at the delivery (C6)."""

    _inherit = "fleet.vehicle.model"

    warranty_months = fields.Integer(string="Warranty (Months)", default=36)
    warranty_km = fields.Integer(
        string="Warranty (km)", default=100_000, help="0: no limit of kilometres."
    )
    first_service_months = fields.Integer(
        string="First Service after (Months)",
        default=3,
        help="The mandatory first service, counted from the delivery; 0: none.",
    )
    first_service_km = fields.Integer(string="First Service at (km)", default=5_000)

    _delivery_defaults_check = models.Constraint(
        "CHECK(warranty_months >= 0 AND warranty_km >= 0"
        " AND first_service_months >= 0 AND first_service_km >= 0)",
        "Months and kilometres of warranty and first service cannot be negative.",
    )
