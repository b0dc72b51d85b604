from odoo import models

_MEASURE = "crm.improvement.measure"


class IrAttachment(models.Model):
    """A proof is changed by who is in charge of the measure, and not once it is done (S6)."""

    _inherit = "ir.attachment"

    def _check_documents(self, names):
        if set(names) != {"access_token"}:  # who may read a file gets a link to it
            self._check_improvement_proofs()
        return super()._check_documents(names)

    def _check_improvement_proofs(self):
        # sudo: whose they are
        files = self.sudo().filtered(lambda f: f.res_model == _MEASURE and f.res_field == "proof")
        if files:
            measures = self.env[_MEASURE].browse(files.mapped("res_id")).exists()
            measures._check_own_or_manage(measures)
