from odoo import api, fields, models
from odoo.tools import format_list

ACCESS = "crm_dealer_grading.group_access"


class CrmClubCardShown(models.AbstractModel):
    """A document on which the advisor sees the customer's card and what it gives (M2)."""

    _name = "crm.club.card.shown"
    _description = "Document that Shows a Club Card"

    club_membership_id = fields.Many2one(
        "crm.club.membership", string="Club Card", compute="_compute_club_card", groups=ACCESS
    )
    club_tier_id = fields.Many2one(
        "crm.club.tier", string="Card Tier", compute="_compute_club_card", groups=ACCESS
    )
    club_benefit_words = fields.Char(
        string="Card Gives", compute="_compute_club_card", groups=ACCESS
    )

    @api.depends("partner_id.club_tier_id", "dealer_id")
    @api.depends_context("lang")
    def _compute_club_card(self):
        """The card and, in one line, what it gives today at the dealer of the document."""
        benefits = self.env["crm.club.benefit"]
        # sudo: the card of a document's customer is shown to who may see the document; the
        # membership behind it only to who may see that.
        partners = {record: record.sudo().partner_id for record in self}
        customers = self.sudo().partner_id
        tiers = customers.club_tier_id
        by_tier = (benefits._of_tiers(tiers) if tiers else benefits).grouped("tier_id")
        visible = customers.club_membership_id.sudo(False)._filtered_access("read")
        for record, partner in partners.items():
            found = by_tier.get(partner.club_tier_id, benefits)._at_dealer(record.sudo().dealer_id)
            # What partners offer has a button of its own.
            words = [benefit.summary for benefit in found if benefit.kind != "merchant"]
            record.club_membership_id = partner.club_membership_id & visible
            record.club_tier_id = partner.club_tier_id
            record.club_benefit_words = format_list(self.env, words) if words else False

    def action_open_club_offers(self):
        """Open what partner merchants offer the customer today."""
        self.ensure_one()
        return self.env["crm.club.merchant"]._action_offers(self.club_membership_id)
