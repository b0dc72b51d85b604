from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merging customers who are members: points are joined with their ledgers (M3)."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge_loyalty_cards(self, src_partners, dst_partner):
        """The ERP adds up balances; the club's cards have a history that must go with them."""
        # sudo: who may merge the customers may merge what hangs on them.
        members = self.env["crm.club.membership"].sudo().with_context(active_test=False)
        customer = dst_partner.sudo().commercial_partner_id
        sources = members.search([("partner_id", "in", (src_partners - customer).ids)])
        target = members.search([("partner_id", "=", customer.id)]) or sources[:1]
        (sources - target)._merge_points_into(target)
        return super()._merge_loyalty_cards(src_partners, dst_partner)
