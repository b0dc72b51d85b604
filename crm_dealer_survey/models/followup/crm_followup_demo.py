from odoo import api, models


class CrmFollowupRule(models.Model):
    _inherit = "crm.followup.rule"

    @api.model
    def _load_demo_calls(self):
        """Called by the demo data, once; nothing of it is imported otherwise."""
        from ...demo.load_followup import load

        load(self.env)
