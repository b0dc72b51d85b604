from odoo import api, models


class CrmWinbackCase(models.Model):
    _inherit = "crm.winback.case"

    @api.model
    def _load_demo(self):
        """Called by the demo data, once; nothing of it is imported otherwise."""
        from ...demo.load_winback import load

        load(self.env)
