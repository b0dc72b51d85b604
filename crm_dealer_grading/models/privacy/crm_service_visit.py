from odoo import models


class CrmServiceVisit(models.Model):
    """A visit as its customer knows it, whoever has the vehicle today (P4)."""

    _inherit = "crm.service.visit"

    def _plates_then(self):
        """``{visit: plate}`` the vehicle had with the customer at the visit.

        The vehicle may have a new owner: the plate it has today is that one's.
        """
        lines = self.env["crm.vehicle.ownership"].search(
            [("vehicle_id", "in", self.vehicle_id.ids)], order="date_from, id"
        )
        plates = {}
        for visit in self:
            mine = lines.filtered(
                lambda line, v=visit: line.vehicle_id == v.vehicle_id
                and line.commercial_partner_id == v.commercial_partner_id
            )
            then = mine.filtered(lambda line, v=visit: line.date_from <= v.date.date())
            plates[visit] = (then[-1:] or mine[:1]).plate or ""
        return plates
