from odoo import api, models

_MEASURE = "crm.improvement.measure"


class IrAttachment(models.Model):
    """A proof is changed by who is in charge of the measure, and not once it is done (S6)."""

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        attachments._check_improvement_proofs()
        return attachments

    def write(self, vals):
        if vals.keys() != {"access_token"}:  # who may read a file gets a link to it
            self._check_improvement_proofs()
        result = super().write(vals)
        if {"res_model", "res_id", "res_field"} & vals.keys():
            self._check_improvement_proofs()
        return result

    def unlink(self):
        self._check_improvement_proofs()
        return super().unlink()

    def _check_improvement_proofs(self):
        """The measure's own field writes its proof in sudo, and has asked before."""
        if self.env.su:
            return
        # sudo: whose they are
        files = self.sudo().filtered(lambda f: f.res_model == _MEASURE and f.res_field == "proof")
        if files:
            measures = self.env[_MEASURE].browse(files.mapped("res_id")).exists()
            measures._check_own_or_manage(measures)
