"""Nobody comes to one of ours by a link, a token or OCA's pages: the club has its own pages."""

from odoo import api, models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _portal_ensure_token(self):
        """Ours have no token: who holds a link would read what is internal."""
        return False if self._ours() else super()._portal_ensure_token()

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for ticket in self._ours():
            ticket.access_url = "/my/club"
        return result

    @api.model
    def _get_thread_with_access(self, thread_id, *, hash=None, pid=None, token=None, **kwargs):  # noqa: A002
        if self.browse(thread_id).exists()._ours():
            hash = pid = token = None  # noqa: A001
        return super()._get_thread_with_access(
            thread_id, hash=hash, pid=pid, token=token, **kwargs
        )

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """On others' tickets who reads may post; on ours who may write, so no auditor does."""
        operations = super()._mail_get_operation_for_mail_message_operation(message_operation)
        if message_operation == "create":
            operations.update(dict.fromkeys(self._ours(), "write"))
        return operations

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        """No button in a customer's mail: it would lead to a page that is not for ours."""
        groups = super()._notify_get_recipients_groups(
            message, model_description, msg_vals=msg_vals
        )
        if not self or not self._ours():
            return groups
        shared = ("portal", "portal_customer", "customer")
        return [
            (name, who, {**data, "has_button_access": False, "button_access": {}})
            if name in shared
            else (name, who, data)
            for name, who, data in groups
            if name != "portal_customer"
        ]

    def _send_ticket_rating_mail(self, force_send=False):
        """Of ours, the question goes out with the transaction, not before it holds."""
        ours = self._ours()
        asked = ours.sudo().filtered(lambda ticket: ticket.partner_id.email)
        super(HelpdeskTicket, asked)._send_ticket_rating_mail(force_send=False)
        return super(HelpdeskTicket, self - ours)._send_ticket_rating_mail(force_send=force_send)
