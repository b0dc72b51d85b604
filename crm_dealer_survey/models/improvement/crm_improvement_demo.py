from odoo import api, models


class CrmImprovementPlan(models.Model):
    _inherit = "crm.improvement.plan"

    @api.model
    @api.private
    def _load_demo(self):
        """Called by the demo data, once; nothing of it is imported otherwise."""
        from ...demo.load_improvement import load

        load(self.env)
