from odoo import models


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "crm.ticket.subject"]

    def _crm_ticket_field(self):
        return "commercial_partner_id"
