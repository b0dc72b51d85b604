from odoo import api, models


class EventEvent(models.Model):
    _inherit = "event.event"

    @api.model
    def _load_demo_activities(self):
        """Called by the demo data, once; nothing of it is imported otherwise."""
        from ...demo.activities import load

        load(self.env)
