"""The customer is told at each step, exactly once, in the own language (M7)."""

from odoo.tests import tagged

from .common_complaint import ComplaintCase


@tagged("post_install", "-at_install")
class TestComplaintNotice(ComplaintCase):
    def _mails(self, ticket):
        return self.env["mail.mail"].search(
            [("model", "=", "helpdesk.ticket"), ("res_id", "=", ticket.id)], order="id"
        )

    def test_a_mail_at_each_step(self):
        self.customer_a.email = "anna@example.com"
        ticket = self._complaint(self.customer_a)
        self.assertEqual(len(self._mails(ticket)), 1)
        self.assertIn(ticket.number, self._mails(ticket).subject)
        self._bring_to("call_back", ticket)
        mails = self._mails(ticket)
        self.assertEqual(len(mails), 4)
        self.assertIn("New pads", mails[-1].body_html)
        self.assertEqual(mails.recipient_ids, self.customer_a)
        self.assertFalse(ticket._ticket_notify_customer())  # told already
        self.assertEqual(self._mails(ticket), mails)
        ticket.action_complaint_called("dissatisfied", "No")
        self.assertIn("again", self._mails(ticket)[-1].body_html)
        self._bring_to("closed", ticket)
        # analyse, solve, solved, closed once more; and the question how we did
        self.assertEqual(len(self._mails(ticket)), 9)
        self.assertEqual(len(ticket.rating_ids), 1)
        self.assertEqual(set(ticket.notice_ids.mapped("channel")), {"email"})

    def test_no_internal_word_leaves(self):
        self.customer_a.email = "anna@example.com"
        ticket = self._complaint(self.customer_a, risk_level="high", dangerous_customer=True)
        ticket.cause_note = "Our mechanic was drunk"
        ticket.message_post(body="Secret of the house", subtype_xmlid="mail.mt_note")
        self._bring_to("closed", ticket)
        text = " ".join(self._mails(ticket).mapped("body_html")).lower()
        for word in ("drunk", "secret", "dangerous", "risk"):
            self.assertNotIn(word, text)

    def test_sms_without_an_address_and_a_to_do_without_a_phone(self):
        self.customer_a.write({"email": False, "phone": "+86 139 1234 5678"})
        ticket = self._complaint(self.customer_a)
        sms = self.env["sms.sms"].search([], order="id desc", limit=1)
        self.assertIn(ticket.number, sms.body)
        self.assertIn("13912345678", sms.number.replace(" ", ""))
        self.assertEqual(ticket.notice_ids.channel, "sms")
        self.customer_b.write({"email": False, "phone": False})
        ticket = self._complaint(self.customer_b)
        self.assertEqual(ticket.notice_ids.channel, "activity")
        self.assertEqual(len(ticket.activity_ids), 1)
        self.assertEqual(ticket.activity_ids.user_id, self.users["greedy_b"])
        self.assertFalse(self._mails(ticket).recipient_ids & self.customer_b)

    def test_what_did_not_arrive_is_told_by_phone(self):
        """Whatever failed, and once: the message leaves the queue, somebody calls."""
        self.customer_a.email = "anna@example.com"
        self.customer_b.write({"email": False, "phone": "+86 139 1234 5678"})
        tickets = [self._complaint(customer) for customer in (self.customer_a, self.customer_b)]
        notices = tickets[0].notice_ids.sudo() | tickets[1].notice_ids.sudo()
        mail, text = notices.mail_id, notices.sms_id
        notices._call_instead()
        self.assertEqual(notices.mapped("channel"), ["email", "sms"], "they are on their way")
        mail.write({"state": "exception", "failure_reason": "Connection refused"})
        text.write({"state": "error", "failure_type": "sms_server"})
        for _run in range(2):
            notices._call_instead()
            self.assertEqual(notices.mapped("channel"), ["activity", "activity"])
            self.assertEqual((mail.state, text.state), ("cancel", "canceled"))
            for ticket in tickets:
                calls = ticket.activity_ids.filtered(
                    lambda todo: todo.activity_type_id
                    == self.env.ref("mail.mail_activity_data_call")
                )
                self.assertEqual(len(calls), 1)
                self.assertIn(ticket.number, calls.note)

    def test_who_is_not_a_customer_is_told_too(self):
        ticket = self._complaint(None, partner_name="Li", partner_email="li@example.com")
        self.assertIn("li@example.com", self._mails(ticket).email_to)

    def test_in_the_own_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        template = self.env.ref("crm_dealer_club.mail_template_complaint_received")
        template.with_context(lang="zh_CN").subject = "投诉 {{ object.number }} 已受理"
        self.customer_a.write({"email": "anna@example.com", "lang": "zh_CN"})
        ticket = self._complaint(self.customer_a)
        self.assertIn("已受理", self._mails(ticket).subject)

    def test_plain_words_are_told_once(self):
        self.customer_a.email = "anna@example.com"
        ticket = self._complaint(self.customer_a)
        self.assertTrue(ticket._ticket_notify_customer("The van is on its way"))
        self.assertFalse(ticket._ticket_notify_customer("The van is on its way"))
        self.assertTrue(ticket._ticket_notify_customer("The van is there"))
        self.assertEqual(len(self._mails(ticket)), 3)
