from odoo import api, models


class ResPartner(models.Model):
    """Consents follow their customer to another dealer (M10)."""

    _inherit = "res.partner"

    @api.model
    def _following_dealer(self):
        return (*super()._following_dealer(), "crm.club.consent")
