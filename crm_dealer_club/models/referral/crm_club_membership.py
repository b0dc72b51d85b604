from odoo import fields, models


class CrmClubMembership(models.Model):
    _inherit = "crm.club.membership"

    referral_count = fields.Integer(related="partner_id.referral_count", string="Referrals")

    def action_open_referrals(self):
        """Open whom the member recommended."""
        self.ensure_one()
        return self.partner_id.action_open_referrals()
