from odoo import api, models


class CrmYearPlan(models.Model):
    _inherit = "crm.year.plan"

    @api.model
    @api.private
    def _load_demo(self):
        """Called by the demo data, once; nothing of it is imported otherwise."""
        from ...demo.load_planning import load

        load(self.env)
