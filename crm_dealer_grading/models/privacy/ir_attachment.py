from odoo import models

_CONTENT = {"datas", "raw", "db_datas"}


class IrAttachment(models.Model):
    """A file that is read through the ERP's own calls is opened as well (P4)."""

    _inherit = "ir.attachment"

    def _read_format(self, fnames, load="_classic_read"):
        result = super()._read_format(fnames, load)
        read = self.env["crm.protected.access"]._contents_among(fnames, _CONTENT, {"raw"})
        if read and not self.env.su:
            self._log_opened()
        return result

    def export_data(self, fields_to_export):
        result = super().export_data(fields_to_export)
        if _CONTENT.intersection(fields_to_export):
            self._log_opened()
        return result

    def _log_opened(self):
        """Note whose papers and files these are; others leave no row."""
        log = self.env["crm.protected.access"]
        # sudo: only what the files hang on; the user has read them.
        for file in self.sudo():
            if file.res_model in log._logged_files() and file.res_id:
                record = self.env[file.res_model].browse(file.res_id)
                log._log_file_opened(record, file.res_field or file.name)
