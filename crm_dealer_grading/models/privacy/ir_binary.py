from odoo import models

# Files that tell of a person: model of the record they hang on, and what the log calls it.
_LOGGED = {"crm.credit.paper": "paper", "crm.privacy.file": "download"}


class IrBinary(models.AbstractModel):
    """Who opens a credit paper, or the file of a person, leaves a row in the log (P4)."""

    _inherit = "ir.binary"

    def _get_stream_from(self, record, field_name="raw", *args, **kwargs):
        stream = super()._get_stream_from(record, field_name, *args, **kwargs)
        self._log_opened(record, field_name)
        return stream

    def _log_opened(self, record, field_name):
        model, number, name = record._name, record.id, field_name
        if model == "ir.attachment":
            # sudo: only what the file hangs on; the user has read it.
            file = record.sudo()
            model, number, name = file.res_model, file.res_id, file.res_field or file.name
        if model not in _LOGGED or not number:
            return
        # sudo: only whose file it is.
        partner = self.env[model].sudo().browse(number).exists().partner_id
        self.env["crm.protected.access"]._log(
            partner, name if model != "crm.credit.paper" else "document", kind=_LOGGED[model],
            model_name=model,
        )  # fmt: skip
