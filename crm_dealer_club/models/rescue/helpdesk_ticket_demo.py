from odoo import api, models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    @api.model
    def _load_demo_rescues(self):
        """Called by the demo data, once; nothing of it is imported otherwise."""
        from ...demo.load_rescue import load

        load(self.env)
