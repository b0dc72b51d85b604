from odoo import models


class CrmVehicle(models.Model):
    _inherit = "crm.vehicle"

    def write(self, vals):
        result = super().write(vals)
        if "plate" in vals:
            # sudo: the board of whichever dealer has the vehicle in its workshop.
            visits = self.env["crm.service.visit"].sudo()
            visits = visits.search(
                [
                    ("vehicle_id", "in", self.ids),
                    ("stage", "not in", ("booked", "cancelled", "followed_up")),
                ]
            )
            visits._on_boards().dealer_id._notify_board()
        return result
