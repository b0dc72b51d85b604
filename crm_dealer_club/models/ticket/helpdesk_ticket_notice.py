"""The customer is told at each step, exactly once, in the own language (M7, M8).

It is part of the contract with the customer: consents to offers are not asked.
"""

from hashlib import sha256

from odoo import fields, models
from odoo.tools import plaintext2html


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    notice_ids = fields.One2many(
        "crm.ticket.notice", "ticket_id", string="Told to the Customer", readonly=True
    )

    def _customer_lang(self):
        """The language in which the customer is written to."""
        ticket = self.sudo()
        return (
            ticket.partner_id.lang
            or ticket.dealer_id.partner_id.lang
            or ticket.company_id.partner_id.lang
            or self.env.lang
        )

    def _notice_address(self):
        """``(channel, address)``: e-mail before SMS; without one somebody calls."""
        ticket = self.sudo()
        if email := ticket.partner_id.email or ticket.partner_email:
            return "email", email
        if phone := ticket.partner_phone or ticket.partner_id.phone:
            return "sms", phone
        return "activity", None

    def _ticket_notify_customer(self, text=None, key=None):
        """Tell the customer what the stage's templates say, or ``text``; once a ``key``.

        :param str text: plain words in the customer's language (``_customer_lang``)
        :param str key: what is told; default: the step, its round, and the text
        :return: the entry of ``crm.ticket.notice``, empty if it was told before or no template
        """
        self.ensure_one()
        ticket, notices = self.sudo(), self.env["crm.ticket.notice"].sudo()
        stage = ticket.stage_id
        if not text and not (stage.notice_template_id or stage.notice_sms_template_id):
            return notices
        if not key:
            key = f"{ticket.crm_step}#{ticket.reopen_count}"
            key += f"#{sha256(text.encode()).hexdigest()[:16]}" if text else ""
        notice = notices._note(ticket, key)
        if notice:
            notice.write(ticket._tell(text))
        return notice

    def _tell(self, text):
        """Write, or plan a call; returns what the notice keeps: the channel and the message."""
        channel, address = self._notice_address()
        stage = self.stage_id
        if channel == "email" and text:
            return {"channel": "email", "mail_id": self._mail_text(text, address).id}
        if channel == "email" and stage.notice_template_id:
            return {"channel": "email", "mail_id": stage.notice_template_id.send_mail(self.id)}
        if channel != "activity" and (text or stage.notice_sms_template_id):
            phone = self.partner_phone or self.partner_id.phone or address
            return {"channel": "sms", "sms_id": self._send_sms(text, phone).id}
        self._plan_call(text)
        return {"channel": "activity"}

    def _mail_text(self, text, address):
        return self.env["mail.mail"].create(
            {
                "subject": f"{self.number} {self.name}",
                "body_html": plaintext2html(text),
                "email_to": address,
                "model": self._name,
                "res_id": self.id,
                "auto_delete": False,
            }
        )

    def _send_sms(self, text, phone):
        template = self.stage_id.notice_sms_template_id
        body = text or template._render_field("body", self.ids, compute_lang=True)[self.id]
        number = self.partner_id._phone_format(number=phone) or phone
        return self.env["sms.sms"].create(
            {"body": body, "number": number, "partner_id": self.partner_id.id}
        )

    def _plan_call(self, text):
        """Nobody is left untold because an address is missing."""
        user = self._crm_carer()
        worded = self.with_context(lang=user.lang)
        summary = worded.env._("Call the customer: %s", worded.stage_id.name)
        self.activity_schedule(
            "mail.mail_activity_data_call",
            user_id=user.id,
            summary=summary,
            note=plaintext2html(text) if text else False,
        )

    def _crm_carer(self):
        """Who does what is to do about a ticket: the responsible, the dealer's manager, the
        team's leader, else who is at work."""
        ticket = self.sudo()
        return (
            ticket.user_id.filtered("active")
            or ticket._crm_dealer_managers()[:1]
            or ticket.team_id.user_id
            or ticket.env.user
        )

    def _crm_dealer_managers(self):
        """The managers of the ticket's dealer, as superuser, the first one first."""
        dealer = self.sudo().dealer_id
        if not dealer:
            return self.env["res.users"].sudo()
        group = self.env.ref("crm_dealer_grading.group_dealer_manager")
        domain = [
            ("all_group_ids", "in", group.id), ("dealer_ids", "in", dealer.ids),
            ("share", "=", False),
        ]  # fmt: skip
        return self.env["res.users"].sudo().search(domain, order="id")
