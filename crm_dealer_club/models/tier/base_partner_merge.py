from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merging customers of whom several are members (M1): one membership stays."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        self._join_memberships(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _join_memberships(self, src_partners, dst_partner):
        """The survivor's own stays, else the oldest, with all histories."""
        # Who is merged into a contact counts for the contact's company.
        # sudo: who may merge the customers may merge what hangs on them.
        customer = dst_partner.sudo().commercial_partner_id
        members = self.env["crm.club.membership"].sudo()
        found = members.search(
            [("partner_id", "in", (src_partners | customer).ids)], order="join_date, id"
        )
        kept = (found.filtered(lambda member: member.partner_id == customer) or found)[:1]
        if not kept:
            return
        if kept.partner_id != customer:
            kept._move_to(customer)
        (found - kept)._merge_into(kept)
        self.env.flush_all()
