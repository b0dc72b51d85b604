from odoo import fields, models

from .crm_ticket_setting import KINDS


class HelpdeskSlaReport(models.Model):
    """Ours are in the report for our roles only."""

    _inherit = "helpdesk.sla.report"

    crm_kind = fields.Selection(KINDS, string="Dealer CRM", readonly=True)
    dealer_id = fields.Many2one("crm.dealer", readonly=True)

    def _select_sla(self):
        return super()._select_sla() + ", ht.crm_kind AS crm_kind, ht.dealer_id AS dealer_id"
