from odoo import models

_WATCHED = {"vin", "plate", "purchase_date", "delivery_date", "active"}


class CrmVehicle(models.Model):
    """A corrected vehicle leaves the list of suspicious data at once (C3)."""

    _inherit = "crm.vehicle"

    def write(self, vals):
        result = super().write(vals)
        if not _WATCHED.isdisjoint(vals):
            self.env["crm.suspicious.data"]._recheck(self)
        return result
