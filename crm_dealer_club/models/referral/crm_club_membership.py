from odoo import fields, models


class CrmClubMembership(models.Model):
    _inherit = "crm.club.membership"

    referral_count = fields.Integer(related="partner_id.referral_count", string="Referrals")

    def action_open_referrals(self):
        """Open whom the member recommended."""
        self.ensure_one()
        return self.partner_id.action_open_referrals()

    def _merge_into(self, target):
        """What the others recommended names the card that stays."""
        others = self.sudo() - target
        referrals = self.env["crm.club.referral"].sudo().with_context(active_test=False)
        referrals.search([("membership_id", "in", others.ids)]).membership_id = target
        return super()._merge_into(target)
