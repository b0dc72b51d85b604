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

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        self._check_typed(values)
        return values

    def onchange(self, values, field_names, fields_spec):
        """A form that is still open tells no more than one that was saved."""
        self._check_typed(values)
        return super().onchange(values, field_names, fields_spec)

    def _check_typed(self, values):
        """:raise AccessError: ``values`` point to something that the user may not read"""
        if self.env.su:
            return
        given = {name: values[name] for name in self._in_sight if values.get(name)}
        # sudo: only what is asked for, the right to it is the user's.
        typed = self.sudo().new(given)
        for name in given:
            typed[name]._origin.sudo(False).check_access("read")

    def _check_in_sight(self):
        """:raise AccessError: it points to something that the user may not read"""
        if self.env.su:
            return
        for name in self._in_sight:
            # sudo: only what is asked for, the right to it is the user's.
            if pointed := self.sudo()[name]:
                pointed.sudo(False).check_access("read")
