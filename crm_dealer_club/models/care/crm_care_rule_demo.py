from odoo import api, models


class CrmCareRule(models.Model):
    _inherit = "crm.care.rule"

    @api.model
    def _load_demo_reminders(self):
        """Called by the demo data, once; nothing of it is imported otherwise."""
        from ...demo.load_reminders import load

        load(self.env)
