from odoo import api, models


class CrmClubPointEntry(models.Model):
    _inherit = "crm.club.point.entry"

    @api.model
    def _load_demo_points(self):
        """Called by the demo data, once; nothing of it is imported otherwise."""
        from ...demo.load_points import load

        load(self.env)
