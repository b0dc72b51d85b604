from odoo import models


class CrmCreditPaper(models.Model):
    """Copies that are read through the ERP's own calls are opened as well (P4)."""

    _inherit = "crm.credit.paper"

    def _read_format(self, fnames, load="_classic_read"):
        result = super()._read_format(fnames, load)
        self.env["crm.protected.access"]._log_content_read(self, {"document"}, fnames)
        return result
