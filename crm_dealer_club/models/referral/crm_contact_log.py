from odoo import api, models


class CrmContactLog(models.Model):
    """A contact that is logged on a prospect card moves its referral on (M9)."""

    _inherit = "crm.contact.log"

    @api.model_create_multi
    def create(self, vals_list):
        logs = super().create(vals_list)
        # sudo: who logs a contact with the prospect has been in contact.
        if referrals := logs.lead_id.sudo().club_referral_ids:
            referrals._contacted()
        return logs
