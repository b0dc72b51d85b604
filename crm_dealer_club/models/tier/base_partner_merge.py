from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merging customers of whom several are members (M1): one membership stays."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        self._join_memberships(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _join_memberships(self, src_partners, dst_partner):
        """One membership stays, with all histories."""
        kept, others = self._memberships_of_merge(src_partners, dst_partner)
        if not kept:
            return
        # Who is merged into a contact counts for the contact's company.
        customer = dst_partner.sudo().commercial_partner_id
        if kept.partner_id != customer:
            kept._move_to(customer)
        others._merge_into(kept)
        self.env.flush_all()

    def _memberships_of_merge(self, src_partners, dst_partner):
        """The membership that stays, the survivor's own, else the oldest; and the others."""
        # sudo: who may merge the customers may merge what hangs on them.
        customer = dst_partner.sudo().commercial_partner_id
        found = (
            self.env["crm.club.membership"]
            .sudo()
            .search([("partner_id", "in", (src_partners | customer).ids)], order="join_date, id")
        )
        kept = (found.filtered(lambda member: member.partner_id == customer) or found)[:1]
        return kept, found - kept
