from odoo import fields, models


class CrmVehicleReceive(models.TransientModel):
    """Asks for the VIN or plate of the vehicle that stands at the door (C4)."""

    _name = "crm.vehicle.receive"
    _description = "Receive a Vehicle"

    vin_or_plate = fields.Char(
        string="VIN or Plate", required=True, help="The whole VIN or plate; spaces do not matter."
    )

    def action_receive(self):
        """Take the vehicle in and open it."""
        self.ensure_one()
        return self.env["crm.vehicle"].receive(self.vin_or_plate)._get_records_action()
