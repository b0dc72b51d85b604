from odoo import models

from .crm_credit_file import _STEP


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merging customers of whom several have a credit file (K4).

    The survivor's limit holds; where it was granted none, the lowest that another one was.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        self._join_credit_files(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _update_values(self, src_partners, dst_partner):
        """The ERP copies limits too, of the current company; where there is a file, it decides."""
        step = dst_partner.with_context(credit_file_step=_STEP)
        result = super()._update_values(src_partners, step)
        files = self.env["crm.credit.file"].sudo().with_context(active_test=False)
        customer = dst_partner.sudo().commercial_partner_id
        for file in files.search([("partner_id", "=", customer.id)]):
            file._write_limit_of_erp()
        return result

    def _join_credit_files(self, src_partners, dst_partner):
        """One file a company stays: the survivor's own, else the oldest, with all histories."""
        # sudo: who may merge the customers may merge what hangs on them.
        files = self.env["crm.credit.file"].sudo().with_context(active_test=False)
        # Who is merged into a contact counts for the contact's company.
        customer = dst_partner.sudo().commercial_partner_id
        found = files.search([("partner_id", "in", (src_partners | customer).ids)], order="id")
        for ours in found.grouped("company_id").values():
            kept = (ours.filtered(lambda f: f.partner_id == customer) or ours)[0]
            kept._take_over(ours - kept, customer)
