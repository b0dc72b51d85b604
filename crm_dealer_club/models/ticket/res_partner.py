from odoo import api, fields, models

from .crm_ticket_subject import ROLES


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "crm.ticket.subject"]

    complaint_count = fields.Integer(compute="_compute_customer_counts", groups=ROLES)
    rescue_count = fields.Integer(compute="_compute_customer_counts", groups=ROLES)
    complaint_open_count = fields.Integer(compute="_compute_customer_counts", groups=ROLES)

    @api.model
    def _customer_counters(self):
        complaints, rescues = ([("crm_kind", "=", kind)] for kind in ("complaint", "rescue"))
        opened = [*complaints, ("stage_id.closed", "=", False)]
        wanted = {
            "complaint_count": complaints,
            "rescue_count": rescues,
            "complaint_open_count": opened,
        }
        tickets = "helpdesk.ticket", self._crm_ticket_field()
        counters = {name: (*tickets, domain) for name, domain in wanted.items()}
        return {**super()._customer_counters(), **counters}

    def _crm_ticket_field(self):
        return "commercial_partner_id"

    def _open_crm_tickets(self, kind, action):
        """Those of a contact's company as well, as they are counted."""
        opened = super(ResPartner, self.commercial_partner_id)._open_crm_tickets(kind, action)
        opened["context"]["default_partner_id"] = self.id
        return opened
