from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merging a customer with its recommender makes no circle (M9)."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Before: the ERP copies what the survivor lacks, the recommender too."""
        merged = self.env["res.partner"].browse(partner_ids).exists()
        merged |= dst_partner or self.dst_partner_id
        # sudo: who may merge the customers may merge their chains.
        self._cut_circles(merged.sudo())
        return super()._merge(partner_ids, dst_partner, extra_checks)

    def _update_foreign_keys(self, src_partners, dst_partner):
        self._keep_rewarded(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _keep_rewarded(self, src_partners, dst_partner):
        """A customer is rewarded for once; of those who were twice, the ERP would delete one."""
        # sudo: as above; what was rewarded stays, whoever may see it.
        referrals = self.env["crm.club.referral"].sudo().with_context(active_test=False)
        rewarded = referrals.search(
            [
                ("recommended_id", "in", (src_partners | dst_partner).ids),
                ("rewarded_on", "!=", False),
            ]
        )
        kept = rewarded.sorted(lambda r: (r.recommended_id != dst_partner, r.rewarded_on, r.id))
        kept[1:].recommended_id = False
        self.env.flush_all()

    def _cut_circles(self, merged):
        """Forget who recommended one of them where the chain leads to another of them."""
        chain = self.env["crm.club.referral"]._chain
        for partner in merged.filtered("referred_by_id"):
            above = partner.referred_by_id.commercial_partner_id
            if set(chain(above)) & set(merged.commercial_partner_id.ids):
                partner.referred_by_id = False
