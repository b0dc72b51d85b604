from odoo import models


class CrmTicketSubject(models.AbstractModel):
    """A customer or vehicle opens its rescues."""

    _inherit = "crm.ticket.subject"

    def action_open_rescues(self):
        """The rescues of this record."""
        return self._open_crm_tickets("rescue", "crm_dealer_club.helpdesk_ticket_action_rescue")
