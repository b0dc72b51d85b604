from odoo import models


class IrBinary(models.AbstractModel):
    """Who opens a credit paper, or the file of a person, leaves a row in the log (P4)."""

    _inherit = "ir.binary"

    def _get_stream_from(self, record, field_name="raw", *args, **kwargs):
        stream = super()._get_stream_from(record, field_name, *args, **kwargs)
        if record._name == "ir.attachment":
            record._log_opened()
        else:
            self.env["crm.protected.access"]._log_file_opened(record, field_name)
        return stream
