from odoo import api, models

_MEASURE = "crm.rectification.measure"


class IrAttachment(models.Model):
    """A proof that is changed as an attachment is a measure that is changed (S4)."""

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        attachments._check_rectification_proofs()
        return attachments

    def write(self, vals):
        self._check_rectification_proofs()
        result = super().write(vals)
        if {"res_model", "res_id"} & vals.keys():
            self._check_rectification_proofs()
        return result

    def unlink(self):
        self._check_rectification_proofs()
        return super().unlink()

    def _check_rectification_proofs(self):
        """The measure's own field writes its proof in sudo, and has asked before."""
        if self.env.su:
            return
        proofs = self.sudo().filtered(lambda file: file.res_model == _MEASURE)
        if proofs:
            self.env[_MEASURE].browse(proofs.mapped("res_id")).exists()._check_in_work()
