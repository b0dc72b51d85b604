from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    # Of the commercial entity itself; contacts of a company ask for its membership by
    # ``club_membership_id``.
    club_membership_ids = fields.One2many("crm.club.membership", "partner_id")
    club_membership_id = fields.Many2one(
        "crm.club.membership",
        compute="_compute_club_membership_id",
        help="The membership of the customer, or of the company that the contact belongs to.",
    )
    club_tier_id = fields.Many2one(
        "crm.club.tier",
        compute="_compute_club_membership_id",
        help="The tier that counts today: empty where the membership is not active.",
    )

    @api.depends("commercial_partner_id")
    def _compute_club_membership_id(self):
        # sudo: who may read the customer may see the card.
        memberships = self.env["crm.club.membership"].sudo()
        found = {
            member.partner_id.id: member
            for member in memberships.search_fetch(
                [("partner_id", "in", self.commercial_partner_id.ids)],
                ["partner_id", "tier_id", "state"],
            )
        }
        for partner in self:
            member = found.get(partner.commercial_partner_id.id, memberships)
            partner.club_membership_id = member
            partner.club_tier_id = member.tier_id if member.state == "active" else False

    @api.model
    def _following_dealer(self):
        return (
            *super()._following_dealer(),
            "crm.club.membership",
        )
