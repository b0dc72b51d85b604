from odoo import api, fields, models

ACCESS = "crm_dealer_grading.group_access"


class ResPartner(models.Model):
    _inherit = "res.partner"

    club_points = fields.Float(
        string="Points",
        digits=(16, 2),
        compute="_compute_club_points",
        groups=ACCESS,
        help="Points of the customer's club membership.",
    )

    @api.depends_context("company")
    def _compute_club_points(self):
        for partner in self:
            partner.club_points = partner.club_membership_id.points_balance

    def action_open_club_points(self):
        """Open the ledger of the customer's points."""
        return self.club_membership_id.action_open_points()

    @api.model
    def _following_dealer(self):
        return (*super()._following_dealer(), "crm.club.point.entry", "loyalty.card")
