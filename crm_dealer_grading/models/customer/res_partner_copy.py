from odoo import models

from ...tools.copying import copy_readable


class ResPartner(models.Model):
    _inherit = "res.partner"

    def copy_data(self, default=None):
        """Users without a dealer role duplicate contacts as ever, without the dealers' part."""
        return copy_readable(self, super().copy_data, default)
