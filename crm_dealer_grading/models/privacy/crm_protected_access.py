from odoo import api, models


class CrmProtectedAccess(models.Model):
    """Files that tell of a person, however somebody opens them (P4)."""

    _inherit = "crm.protected.access"

    @api.model
    def _logged_files(self):
        """``{model of the record that files hang on: what the log calls opening them}``."""
        return {"crm.credit.paper": "paper", "crm.privacy.file": "download"}

    @api.model
    def _log_content_read(self, records, contents, names):
        """Note that ``names`` of ``records`` were read, where one of them is a file.

        :param contents: fields that hold files
        """
        read = self._contents_among(names, contents)
        if read and not self.env.su:
            # sudo: only which of them have a file.
            found = records.sudo().filtered(lambda record: any(record[name] for name in read))
            self._log_file_opened(records.browse(found.ids), ", ".join(read))

    @api.model
    def _contents_among(self, names, contents, whole=()):
        """Those of ``names`` that are read with their contents: the sizes alone tell nothing.

        Of stored files the ERP gives them for ``bin_size`` only, not for that of one field.

        :param whole: those of ``contents`` of which there are no sizes
        """
        given = whole if self.env.context.get("bin_size") else contents
        return [name for name in names if name in given]

    @api.model
    def _log_file_opened(self, records, name):
        """Note that files of ``records`` were opened, one row for each person.

        :param str name: of the field or the file
        """
        if not (kind := self._logged_files().get(records._name)):
            return
        # sudo: only whose files they are.
        for partner, found in records.sudo().exists().grouped("partner_id").items():
            self._log(
                partner,
                "document" if kind == "paper" else name,
                kind=kind,
                model_name=records._name,
                count=len(found),
            )
