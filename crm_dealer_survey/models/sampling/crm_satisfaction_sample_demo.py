from odoo import api, models


class CrmSatisfactionSample(models.Model):
    _inherit = "crm.satisfaction.sample"

    @api.model
    def _load_demo_sample(self):
        """Called by the demo data, once; nothing of it is imported otherwise."""
        from ...demo.load_sampling import load

        load(self.env)
