"""What did not reach the customer of a complaint or a rescue is told by phone (M7, M8)."""

from odoo import api, fields, models
from odoo.tools import html2plaintext

from odoo.addons.crm_dealer_grading.tools.alone import each_alone
from odoo.addons.crm_dealer_grading.tools.outage import take_back

# field, its model, the state of what failed
_QUEUES = (("mail_id", "mail.mail", "exception"), ("sms_id", "sms.sms", "error"))


class CrmTicketNotice(models.Model):
    _inherit = "crm.ticket.notice"

    mail_id = fields.Many2one(
        "mail.mail", string="E-Mail", index="btree_not_null", ondelete="set null",
        groups="base.group_system",
    )  # fmt: skip
    sms_id = fields.Many2one(
        "sms.sms", string="SMS", index="btree_not_null", ondelete="set null",
        groups="base.group_system",
    )  # fmt: skip

    @api.model
    def _call_instead(self):
        """Plan a call where mail server or SMS provider failed, whoever's fault it was.

        Who stands at the roadside does not wait for a server: the message leaves the queue and
        becomes a to-do of who cares for the ticket.
        """
        for name, model, state in _QUEUES:
            # sudo: the job looks at the messages of all tickets.
            failed = self.env[model].sudo()._search([("state", "=", state)])
            notices = self.sudo().search([(name, "in", failed)])
            each_alone(self.env, lambda some: some._call(), notices, "No call is planned for")

    def _call(self):
        """Tell by phone what these notices say; their messages are taken back."""
        for notice in self:
            message = notice.mail_id or notice.sms_id
            text = html2plaintext(notice.mail_id.body_html or "") or notice.sms_id.body
            take_back(message)
            notice.channel = "activity"
            notice.ticket_id._plan_call(text)
