from odoo import models


class CrmVehicle(models.Model):
    """Contacts about a vehicle (C8)."""

    _name = "crm.vehicle"
    _inherit = ["crm.vehicle", "crm.contact.source"]

    def _contact_values(self):
        return {"partner_id": self.partner_id.id, "vehicle_id": self.id}
