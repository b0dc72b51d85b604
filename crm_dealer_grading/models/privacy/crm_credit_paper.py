from odoo import models


class CrmCreditPaper(models.Model):
    """Copies that are read through the ERP's own calls are opened as well (P4)."""

    _inherit = "crm.credit.paper"

    def _read_format(self, fnames, load="_classic_read"):
        result = super()._read_format(fnames, load)
        context = self.env.context
        sizes_only = context.get("bin_size") or context.get("bin_size_document")
        if "document" in fnames and not sizes_only and not self.env.su:
            # sudo: only whose papers they are.
            for partner, papers in self.sudo().filtered("document").grouped("partner_id").items():
                self.env["crm.protected.access"]._log(
                    partner, "document", kind="paper", model_name=self._name, count=len(papers)
                )
        return result
