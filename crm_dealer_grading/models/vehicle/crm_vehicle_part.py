from odoo import api, models


class CrmVehiclePart(models.AbstractModel):
    """A record of a vehicle: a dealer's staff makes it for vehicles in sight only."""

    _name = "crm.vehicle.part"
    _description = "Record of a Vehicle"
    _inherit = ["crm.dealer.scope"]

    @api.model
    def _check_partners_in_sight(self, vals_list):
        result = super()._check_partners_in_sight(vals_list)
        ids = {vals["vehicle_id"] for vals in vals_list if vals.get("vehicle_id")}
        self.env["crm.vehicle"].browse(ids).check_access("read")
        return result
