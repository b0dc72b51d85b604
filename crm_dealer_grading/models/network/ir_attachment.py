from odoo import api, models


class IrAttachment(models.Model):
    """Files of documents that are as fixed as the documents themselves."""

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        attachments._ask_documents()
        return attachments

    def write(self, vals):
        self._ask_documents(vals.keys())
        result = super().write(vals)
        if {"res_model", "res_id", "res_field"} & vals.keys():
            self._ask_documents(vals.keys())
        return result

    def unlink(self):
        self._ask_documents()
        return super().unlink()

    def _ask_documents(self, names=()):
        """A document's own field writes its file in sudo, and has asked before."""
        if not self.env.su:
            self._check_documents(names)

    def _check_documents(self, names):
        """Ask the documents whose files these are; topics extend it.

        :param names: the fields written; none for a file that comes or goes
        :raise AccessError: the document, or the file, is not the user's to change
        """
