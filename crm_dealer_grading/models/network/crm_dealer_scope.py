from odoo import api, models
from odoo.exceptions import AccessError

from .res_users import DEALER_USER


class CrmDealerScope(models.AbstractModel):
    """What record rules cannot say: which *values* a dealer's user may write.

    A rule looks at a record before the write. Without this, a dealer's user could point an own
    lead at a foreign customer and read what the lead copies from it, or take a customer over.
    """

    _name = "crm.dealer.scope"
    _description = "Guard of Dealer Isolation"

    @api.model_create_multi
    def create(self, vals_list):
        if self._acts_for_dealers():
            self._check_partners_in_sight(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        if self._acts_for_dealers():
            self._check_partners_in_sight([vals])
            self._check_dealer_change(vals)
        return super().write(vals)

    @api.model
    def _acts_for_dealers(self):
        return not self.env.su and self.env.user.has_group(DEALER_USER)

    @api.model
    def _check_partners_in_sight(self, vals_list):
        """Refuse values that name a customer whom the user may not read."""
        names = [
            name
            for name, field in self._fields.items()
            if field.type == "many2one" and field.comodel_name == "res.partner"
        ]
        ids = {vals[name] for vals in vals_list for name in names if vals.get(name)}
        self.env["res.partner"].browse(ids).check_access("read")

    def _check_dealer_change(self, vals):
        """Only the own dealers can be given, and only in place of none or an own one."""
        if "dealer_id" not in vals or "dealer_id" not in self._fields:
            return
        # Whose record it is decides, even where the dealer itself is archived or elsewhere.
        before = {record.dealer_id.id for record in self.sudo()}
        own = set(self.env.user._own_dealers().ids)
        after = vals["dealer_id"]
        if before - {after} and (after not in own or before - own - {False}):
            raise AccessError(
                self.env._(
                    "You can give records to your own dealers only. To hand a customer over "
                    "to another dealer, ask the manufacturer's manager."
                )
            )
