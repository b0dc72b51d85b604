from odoo import models


class IrAttachment(models.Model):
    """A copy that is changed as an attachment is a paper that is changed (K2)."""

    _inherit = "ir.attachment"

    def _check_documents(self, names):
        """Papers remember who changed their copies."""
        copies = self.sudo().filtered(lambda copy: copy.res_model == "crm.credit.paper")
        if copies:
            self.env["crm.credit.paper"].browse(copies.mapped("res_id")).exists()._check_editable()
        return super()._check_documents(names)
