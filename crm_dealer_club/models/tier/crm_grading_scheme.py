from odoo import models


class CrmGradingScheme(models.Model):
    _inherit = "crm.grading.scheme"

    def _after_levels_changed(self, partner_ids):
        """Upgrades come at once, when a purchase raises the level (M1)."""
        result = super()._after_levels_changed(partner_ids)
        members = self.env["crm.club.membership"]
        if self.id != members._scheme_id() or not self.env["crm.club.tier"]._ladder():
            return result
        if partner_ids is None:
            # Of all customers: in batches, right after.
            self.env.ref("crm_dealer_club.ir_cron_tiers").sudo()._trigger()
        else:
            members._run_tiers(partner_ids=partner_ids)
        return result
