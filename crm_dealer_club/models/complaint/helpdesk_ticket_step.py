"""A complaint: receive → analyse → solve → call back → closed (M7)."""

from odoo import api, fields, models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    solution = fields.Text(tracking=True, help="What was done; the customer reads it.")

    @api.model
    def _crm_steps(self):
        return {
            **super()._crm_steps(),
            "complaint": {
                "analyse": ("receive", "call_back", "closed"),
                "solve": ("analyse",),
                "call_back": ("solve",),
                "closed": ("call_back",),
            },
        }
