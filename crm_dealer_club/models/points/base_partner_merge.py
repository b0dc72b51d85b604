from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merging customers who are members: points are joined with their ledgers (M3)."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge_loyalty_cards(self, src_partners, dst_partner):
        """The ERP adds up balances; the club's cards have a history that must go with them."""
        kept, others = self._memberships_of_merge(src_partners, dst_partner)
        others._merge_points_into(kept)
        return super()._merge_loyalty_cards(src_partners, dst_partner)
