from odoo import api, models

from ..ticket.helpdesk_ticket_guard import STEP


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    @api.model
    def _load_demo_complaints(self):
        """Called by the demo data, once; nothing of it is imported otherwise."""
        from ...demo.load_complaint import load

        tickets = self.sudo().with_context(crm_ticket_step=STEP)
        load(tickets)
