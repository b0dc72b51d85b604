from odoo import models


class CrmVehicleOwnership(models.Model):
    """Since when somebody has a vehicle, by month and day, for anniversaries (M5)."""

    _inherit = "crm.vehicle.ownership"

    _since_day_index = models.Index(
        "((EXTRACT(month FROM date_from)::int * 100 + EXTRACT(day FROM date_from)::int))"
    )
