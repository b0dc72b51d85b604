from odoo import fields, models

from odoo.addons.crm_dealer_grading.models.contact.crm_contact_log import WAYS


class HelpdeskTicketChannel(models.Model):
    """Where a complaint or a call for help comes from."""

    _name = "helpdesk.ticket.channel"
    _inherit = ["helpdesk.ticket.channel", "crm.ticket.setting"]

    crm_kind = fields.Selection(selection_add=[("all", "Complaints and Rescue")])
    crm_way = fields.Selection(
        WAYS, string="Way of Contact", help="How the contact log calls this source."
    )
