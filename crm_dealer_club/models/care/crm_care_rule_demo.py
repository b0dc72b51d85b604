from odoo import api, models


class CrmCareRule(models.Model):
    _inherit = "crm.care.rule"

    @api.model
    def _load_demo_care(self):
        """Called by the demo data, once; nothing of it is imported otherwise."""
        from ...demo.load_care import load

        load(self.env)
