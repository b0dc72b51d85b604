from odoo import api, models


class CrmDealer(models.Model):
    _inherit = "crm.dealer"

    @api.model
    def _load_demo_network(self):
        """Called by the demo data, once; nothing of it is imported otherwise."""
        from ...demo.load import load

        load(self.env)
