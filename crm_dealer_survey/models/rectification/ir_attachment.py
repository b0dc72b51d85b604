from odoo import models
from odoo.exceptions import AccessError

_MEASURE = "crm.rectification.measure"


class IrAttachment(models.Model):
    """A proof that is changed as an attachment is a measure that is changed (S4).

    What either side attached to the notice itself, only who attached it changes.
    """

    _inherit = "ir.attachment"

    def _check_documents(self, names):
        if set(names) != {"access_token"}:  # who may read a file gets a link to it
            self._check_rectification_proofs()
        return super()._check_documents(names)

    def _check_rectification_proofs(self):
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
