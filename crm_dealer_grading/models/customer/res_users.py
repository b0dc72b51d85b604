from odoo import models

from ...tools.copying import hidden_from_copy, without


class ResUsers(models.Model):
    _inherit = "res.users"

    def copy_data(self, default=None):
        """As for contacts: the fields of a user's contact are copied with the user."""
        hidden = hidden_from_copy(self, default)
        vals_list = super().copy_data({**dict.fromkeys(hidden, False), **(default or {})})
        return without(hidden, vals_list)
