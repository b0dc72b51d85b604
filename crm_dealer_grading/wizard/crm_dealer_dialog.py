from odoo import api, models


class CrmDealerDialog(models.AbstractModel):
    """A dialog about records that the user sees; it tells no name of others.

    A many2one tells the name of whatever it is given. That the rows themselves are nobody
    else's says a rule (``security/rules_dialog.xml`` of each addon).
    """

    _name = "crm.dealer.dialog"
    _description = "Dialog About Records in Sight"

    # Names of the fields that may point to what the user sees only.
    _in_sight = ()

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
        for name in self._in_sight:
            # sudo: only what is asked for, the right to it is the user's.
            self.sudo()[name].sudo(False).check_access("read")
