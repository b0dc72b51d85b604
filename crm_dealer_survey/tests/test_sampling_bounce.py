"""A mail server sends the question back: the customer is replaced (S2)."""

from odoo.tests import TransactionCase, tagged

from .common_sampling import SamplingFactories

BOUNCE = """Return-Path: <>
From: MAILER-DAEMON@mx.example.org
To: {bounce}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Message-Id: <returned@mx.example.org>
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: text/plain

The mail could not be delivered.

--part
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1

--part
Content-Type: message/rfc822

To: {recipient}
Message-Id: {message_id}
Subject: Question

Hello
--part--
"""


@tagged("post_install", "-at_install")
class TestSamplingBounce(SamplingFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_sampling()
        cls._network(count=40)

    def _bounce(self, line, domain):
        mail = BOUNCE.format(
            bounce=domain.bounce_email,
            recipient=line.partner_id.email_normalized,
            message_id=line.mail_id.message_id,
        )
        self.env["mail.thread"].message_process(None, mail)

    def test_a_reminder_that_comes_back(self):
        """The question had reached the customer: nobody steps in, and an answer still counts."""
        domains = self.env["mail.alias.domain"]
        domain = domains.search([], limit=1) or domains.create({"name": "returns.example.com"})
        sample = self._in_field(
            channel_1="email", channel_2="sms", channel_4=False, reminder_days=3
        )
        self._later(sample, 4)
        self._work(sample)
        lines = self._lines(sample, "sent")
        self.assertTrue(all(lines.mapped("reminded_at")))
        mailed, texted = lines.filtered("mail_id"), lines.filtered("sms_id")
        self._bounce(mailed[0], domain)
        mailed[1].mail_id.state = "exception"
        texted[0].sms_id.state = "error"
        self._work(sample)
        for line in (mailed[0], mailed[1], texted[0]):
            self.assertEqual((line.state, line.asked, line.replaced), ("sent", True, False))
        self._say(mailed[0].answer_id)
        self.assertEqual(mailed[0].state, "answered")

    def test_a_mail_that_comes_back(self):
        domains = self.env["mail.alias.domain"]
        domain = domains.search([], limit=1) or domains.create({"name": "returns.example.com"})
        sample = self._in_field(channel_1="email", channel_2=False, channel_4=False)
        line, other = self._lines(sample, "sent")[:2]
        self._bounce(line, domain)
        self.assertEqual((line.state, line.reason, line.asked), ("failed", "bounced", False))
        self.assertEqual(other.state, "sent")
        self._work(sample)
        self.assertTrue(line.replaced)

    def test_mail_server_that_is_away(self):
        """The questions wait: nobody steps in for whoever will be asked after all."""
        sample = self._in_field(channel_1="email", channel_2="sms", channel_4=False)
        lines = self._lines(sample, "sent")
        mails, texts = lines.mail_id, lines.sms_id
        mails.write({"state": "exception", "failure_reason": "Connection refused"})
        texts.write({"state": "error", "failure_type": "sms_server"})
        self._work(sample)
        self.assertEqual(set(lines.mapped("state")), {"sent"})
        self.assertEqual(self._lines(sample, "sent"), lines)
        self.assertEqual(set(mails.mapped("state")) | set(texts.mapped("state")), {"outgoing"})

    def test_address_that_does_not_exist(self):
        """Whose place is taken is not asked from the queue besides."""
        sample = self._in_field(channel_1="email", channel_2=False, channel_4=False)
        line = self._lines(sample, "sent")[0]
        mail = line.mail_id
        mail.write({"state": "exception", "failure_type": "unknown", "failure_reason": "(550, x)"})
        self._work(sample)
        self.assertEqual((line.state, line.reason), ("failed", "bounced"))
        self.assertEqual(mail.state, "cancel")
