from odoo import models


class CrmDealer(models.Model):
    _inherit = "crm.dealer"

    def action_open_weak_points(self):
        """Open the weak points of the dealer (S5)."""
        self.ensure_one()
        return self.env["crm.satisfaction.version"]._open_weak_points(dealer_id=self.id)
