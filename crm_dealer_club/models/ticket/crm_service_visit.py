from odoo import models


class CrmServiceVisit(models.Model):
    _name = "crm.service.visit"
    _inherit = ["crm.service.visit", "crm.ticket.subject"]

    def _crm_ticket_field(self):
        return "visit_id"
