from odoo import api, models


class CrmClubDialog(models.AbstractModel):
    """A dialog about records that the user sees; it tells no name of others."""

    _name = "crm.club.dialog"
    _description = "Dialog About Records in Sight"

    @api.model
    def _in_sight(self):
        """Names of the fields that may point to what the user sees only; extend it."""
        return ()

    @api.model_create_multi
    def create(self, vals_list):
        dialogs = super().create(vals_list)
        dialogs._check_in_sight()
        return dialogs

    def write(self, vals):
        result = super().write(vals)
        self._check_in_sight()
        return result

    def _check_in_sight(self):
        """:raise AccessError: it points to something that the user may not read"""
        if self.env.su:
            return
        for name in self._in_sight():
            # sudo: only what is asked for, the right to it is the user's.
            self.sudo()[name].sudo(False).check_access("read")
