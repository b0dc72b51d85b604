from odoo import models


class CrmVehicle(models.Model):
    _name = "crm.vehicle"
    _inherit = ["crm.vehicle", "crm.ticket.subject"]

    def _crm_ticket_field(self):
        return "vehicle_id"
