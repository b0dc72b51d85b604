from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _kept_to_dealers(self):
        """Whether persons of the whole network are none of this user's business (P4).

        An administrator who is also the only dealer's manager has nobody else to ask.
        """
        return self.dealer_scoped and not self.has_group("base.group_system")
