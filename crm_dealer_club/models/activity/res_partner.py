from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    club_activity_count = fields.Integer(compute="_compute_club_activity_count")

    def _compute_club_activity_count(self):
        for partner in self:
            # sudo: who sees the customer sees the card; what is counted are own records.
            member = partner.sudo().club_membership_id.sudo(self.env.su)
            partner.club_activity_count = member.activity_count if member else 0

    def action_open_club_activities(self):
        """Open the customer's registrations for club activities."""
        self.ensure_one()
        return self.club_membership_id.action_open_activities()
