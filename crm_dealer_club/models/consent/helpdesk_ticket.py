from odoo import models


class HelpdeskTicket(models.Model):
    """How content somebody was with the handling is a question like others: a no holds (P4)."""

    _inherit = "helpdesk.ticket"

    def rating_send_request(self, template, *args, **kwargs):
        ours = self._ours()
        # sudo: what the customer does not want is no secret of whoever closes the ticket.
        declined = ours.sudo().partner_id._declined_ways("survey")
        unwilling = ours.filtered(
            lambda ticket: "email" in declined.get(ticket.sudo().partner_id.id, ())
        )
        if not (asked := self - unwilling):
            return None
        return super(HelpdeskTicket, asked).rating_send_request(template, *args, **kwargs)
