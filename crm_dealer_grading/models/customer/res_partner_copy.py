from odoo import models

from ...tools.copying import hidden_from_copy, without


class ResPartner(models.Model):
    _inherit = "res.partner"

    def copy_data(self, default=None):
        """Users without a dealer role duplicate contacts as ever, without the dealers' part."""
        hidden = hidden_from_copy(self, default)
        vals_list = super().copy_data({**dict.fromkeys(hidden, False), **(default or {})})
        return without(hidden, vals_list)
