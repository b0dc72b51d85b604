from odoo import models


class CrmServiceVisit(models.Model):
    """Contacts about a visit to the workshop (C8)."""

    _name = "crm.service.visit"
    _inherit = ["crm.service.visit", "crm.contact.source"]

    def _contact_values(self):
        return {
            "partner_id": self.partner_id.id,
            "visit_id": self.id,
            "vehicle_id": self.vehicle_id.id,
        }
