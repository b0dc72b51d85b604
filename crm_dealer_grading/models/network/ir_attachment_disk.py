import contextlib
import errno
import os

from odoo import api, models
from odoo.exceptions import UserError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class IrAttachment(models.Model):
    """A full disk is told in words, and leaves no half file behind."""

    _inherit = "ir.attachment"

    @api.model
    def _file_write(self, bin_value, checksum):
        """Store a file; where the disk is full, take away what was written of it.

        A file bears its checksum as name. Half of one would stay for ever, and everybody who
        uploads the same file again would be told that it collides with an existing one.
        """
        try:
            return super()._file_write(bin_value, checksum)
        except OSError as error:
            path = self._full_path(f"{checksum[:2]}/{checksum}")
            with contextlib.suppress(OSError):
                if os.path.getsize(path) != len(bin_value):
                    os.unlink(path)
            if error.errno not in _FULL:
                raise
            raise UserError(
                self.env._(
                    "The file was not stored: there is no room on the server's disk. Tell your "
                    "administrator, and upload it again once there is."
                )
            ) from error
