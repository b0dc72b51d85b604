from odoo import models

from ...tools.copying import copy_readable


class ResUsers(models.Model):
    _inherit = "res.users"

    def copy_data(self, default=None):
        """As for contacts: the fields of a user's contact are copied with the user."""
        return copy_readable(self, super().copy_data, default)
