from odoo import api, models


class CrmClubMembership(models.Model):
    _inherit = "crm.club.membership"

    @api.model
    def _load_demo_members(self):
        """Called by the demo data, once; nothing of it is imported otherwise."""
        from ...demo.load_tier import load

        load(self.env)
