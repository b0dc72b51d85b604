from odoo import api, models
from odoo.exceptions import AccessError

_MEASURE = "crm.rectification.measure"


class IrAttachment(models.Model):
    """A proof that is changed as an attachment is a measure that is changed (S4).

    What either side attached to the notice itself, only who attached it changes.
    """

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        attachments._check_rectification_proofs()
        return attachments

    def write(self, vals):
        if vals.keys() != {"access_token"}:  # who may read a file gets a link to it
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
        files = self.sudo()  # sudo: whose they are
        if proofs := files.filtered(lambda file: file.res_model == _MEASURE):
            self.env[_MEASURE].browse(proofs.mapped("res_id")).exists()._check_in_work()
        notices = files.filtered(lambda file: file.res_model == "crm.rectification")
        others = notices.filtered(lambda file: file.create_uid != self.env.user)
        if others:
            raise AccessError(
                self.env._(
                    "“%s” was attached to a notice by somebody else: add a file of your own.",
                    others[0].name,
                )
            )
