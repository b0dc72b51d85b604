from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_open_club_activities(self):
        """Open the customer's registrations for club activities."""
        self.ensure_one()
        return self.club_membership_id.action_open_activities()
