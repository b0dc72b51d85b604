from odoo import api, models


class IrAttachment(models.Model):
    """A copy that is changed as an attachment is a paper that is changed (K2)."""

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        attachments._check_credit_papers()
        return attachments

    def write(self, vals):
        self._check_credit_papers()
        result = super().write(vals)
        if {"res_model", "res_id"} & vals.keys():
            self._check_credit_papers()
        return result

    def unlink(self):
        self._check_credit_papers()
        return super().unlink()

    def _check_credit_papers(self):
        """Ask the papers whose copies these are, which remember who changed them.

        The paper's own field writes its copy in sudo, and has asked before.
        """
        if self.env.su:
            return
        copies = self.sudo().filtered(lambda copy: copy.res_model == "crm.credit.paper")
        if copies:
            self.env["crm.credit.paper"].browse(copies.mapped("res_id")).exists()._check_editable()
