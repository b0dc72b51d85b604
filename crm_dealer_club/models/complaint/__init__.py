from . import helpdesk_ticket_step
