"""Messages that the ERP's queues cannot deliver: the sender's fault waits, others fail (M5)."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_care import CareCase

RESET = "(451, b'try again later')"
GONE = "(550, b'nobody of this name')"


@tagged("post_install", "-at_install")
class TestCareDelivery(CareCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reminders = cls.env["crm.care.reminder"]

    def _sent(self, channel):
        """The reminder of customer A, sent by this channel, and its message."""
        self.rule.channel = channel
        self._run()
        reminder = self.reminders.search([("partner_id", "=", self.customer_a.id)])
        self.assertEqual((reminder.state, reminder.reason), ("sent", False))
        return reminder, reminder.mail_id or reminder.sms_id

    def test_denied(self):
        """A dealer's people send nothing again that the manufacturer's rule has sent."""
        reminder, message = self._sent("sms")
        message.state = "error"
        self.reminders._note_undelivered()
        for user in (self.users["sales_a"], self.users["greedy_b"]):
            with self.assertRaises(AccessError):
                reminder.with_user(user).action_send_again()
        self.assertEqual(reminder.state, "failed")

    def test_mail_server_away(self):
        """The mail is queued again and the reminder says so, until it went out."""
        reminder, mail = self._sent("email")
        for reason, kind in (
            ("Connection refused", False),
            ("It hung up", "unknown"),
            (f"{{'a': {RESET}}}", "unknown"),
        ):
            mail.write({"state": "exception", "failure_reason": reason, "failure_type": kind})
            self.reminders._note_undelivered()
            self.assertEqual((reminder.state, reminder.reason), ("sent", "delayed"))
            self.assertEqual((mail.state, mail.failure_reason), ("outgoing", False))
        self.reminders._note_undelivered()
        self.assertEqual(reminder.reason, "delayed", "it is still in the queue")
        mail.unlink()  # as the ERP does with what is sent
        self.reminders._note_undelivered()
        self.assertEqual((reminder.state, reminder.reason), ("sent", False))
        self.assertTrue(reminder.log_id)

    def test_provider_away(self):
        reminder, text = self._sent("sms")
        for kind in ("sms_server", "sms_credit"):
            text.write({"state": "error", "failure_type": kind})
            self.reminders._note_undelivered()
            self.assertEqual((reminder.state, reminder.reason), ("sent", "delayed"))
            self.assertEqual(text.state, "outgoing")
        text.state = "sent"
        self.reminders._note_undelivered()
        self.assertEqual((reminder.state, reminder.reason), ("sent", False))

    def test_nobody_is_woken_after_an_outage(self):
        """What failed waits for the morning where it is night, and is not lost by that."""
        self.env.company.write({"care_quiet_from": 21, "care_quiet_to": 8})
        zones = {self.customer_a: "Asia/Shanghai", self.customer_b: "Europe/Paris"}
        for customer, zone in zones.items():
            customer.tz = zone
        for channel in ("sms", "email"):
            rule = self._rule(name=channel, channel=channel, lead_days=30)
            with freeze_time(f"{self.today} 06:30:00"):  # 14:30 and 7:30 or 8:30
                self.env.company.care_quiet_to = 7
                rule.run()
            self.env.company.care_quiet_to = 8
            sent = self.reminders.search([("rule_id", "=", rule.id)], order="partner_id")
            self.assertEqual(sent.mapped("state"), ["sent", "sent"])
            messages = sent.mail_id or sent.sms_id
            kind = "mail_smtp" if channel == "email" else "sms_server"
            failed = {"state": "exception" if channel == "email" else "error"}
            messages.write({**failed, "failure_type": kind})
            with freeze_time(f"{self.today} 15:00:00"):  # 23:00 and 16:00 or 17:00
                self.reminders._note_undelivered()
            self.assertEqual(messages.mapped("state"), [failed["state"], "outgoing"])
            self.assertEqual(sent.mapped("state"), ["sent", "sent"])
            with freeze_time(self.today + timedelta(days=1, hours=1)):  # 9:00
                self.reminders._note_undelivered()
            self.assertEqual(messages.mapped("state"), ["outgoing", "outgoing"])
            self.assertEqual(sent.mapped("reason"), ["delayed", "delayed"])
            sent.unlink()

    def test_a_message_that_two_companies_share(self):
        """It waits while it is night for one of them; then neither of the two is left behind."""
        other = self.env["res.company"].create(
            {"name": "Other", "care_quiet_from": 0, "care_quiet_to": 0}
        )
        more = self._rule(name="Other", company_id=other.id)
        for channel, failed in (
            ("email", {"state": "exception", "failure_type": "mail_email_invalid"}),
            ("sms", {"state": "error", "failure_type": "sms_number_format"}),
        ):
            (self.rule | more).channel = channel
            self.env.company.write({"care_quiet_from": 0, "care_quiet_to": 0})
            self._run()
            shared = self.reminders.search([("partner_id", "=", self.customer_a.id)])
            message = shared.mail_id or shared.sms_id
            self.assertEqual((len(shared), len(message)), (2, 1))
            self.assertEqual(shared.filtered(lambda one: one.company_id == other).rule_id, more)
            message.write(failed)
            self.env.company.write({"care_quiet_from": 0, "care_quiet_to": 23})
            with freeze_time(f"{self.today} 04:00:00"):  # noon
                self.reminders._note_undelivered()
            self.assertEqual(message.state, failed["state"])
            self.assertEqual(shared.mapped("state"), ["sent", "sent"])
            self.env.company.write({"care_quiet_to": 0})
            self.reminders._note_undelivered()
            self.assertEqual(shared.mapped("state"), ["failed", "failed"])
            self.assertEqual(shared.mapped("reason"), ["undelivered", "undelivered"])
            self._reminders().unlink()

    def test_what_is_tried_later_leaves_the_night_out(self):
        self.env.company.write({"care_quiet_from": 21, "care_quiet_to": 8})
        self.customer_a.tz = "Asia/Shanghai"
        with freeze_time(f"{self.today} 02:00:00"):
            reminder, mail = self._sent("email")
        self.env.cr.execute(
            "UPDATE mail_mail SET create_date = %s WHERE id = %s", [f"{self.today} 02:00", mail.id]
        )
        mail.invalidate_recordset()
        mail.write({"state": "exception", "failure_type": "unknown", "failure_reason": "Odd"})
        with freeze_time(f"{self.today} 10:00:00"):  # 18:00; eight hours old: again at 2:00
            self.reminders._note_undelivered()
        self.assertEqual((mail.state, reminder.reason), ("outgoing", "delayed"))
        morning = fields.Datetime.to_datetime(self.today + timedelta(days=1))
        self.assertEqual(mail.scheduled_date, morning)

    def test_unknown_for_good(self):
        """What the ERP cannot name is tried less and less often, and then told; never for ever."""
        reminder, mail = self._sent("email")
        mail.flush_recordset()
        begin = mail.create_date
        tries = 0
        for hour in range(1, 24 * 4):
            with freeze_time(begin + timedelta(hours=hour)):
                due = (mail.scheduled_date or begin) <= fields.Datetime.now()
                if mail.state == "outgoing" and due:
                    tries += 1
                    mail.write(
                        {"state": "exception", "failure_type": "unknown", "failure_reason": "Odd"}
                    )
                self.reminders._note_undelivered()
            if hour == 24:
                self.assertEqual((reminder.state, reminder.reason), ("sent", "delayed"))
        self.assertEqual((reminder.state, reminder.reason), ("failed", "undelivered"))
        self.assertGreater(tries, 4)
        self.assertLess(tries, 9)

    def test_server_back_after_something_unknown(self):
        """A server that is known to be away is asked as often as ever."""
        reminder, mail = self._sent("email")
        mail.flush_recordset()
        with freeze_time(mail.create_date + timedelta(hours=5)):
            for kind, waits in (("unknown", True), ("mail_smtp", False)):
                mail.write({"state": "exception", "failure_reason": "x", "failure_type": kind})
                self.reminders._note_undelivered()
                self.assertEqual(bool(mail.scheduled_date), waits)
                self.assertEqual((mail.state, reminder.reason), ("outgoing", "delayed"))

    def test_away_for_too_long(self):
        """After three days the customer is not told any more of what may be over."""
        reminder, mail = self._sent("email")
        mail.write({"state": "exception", "failure_reason": "Connection refused"})
        mail.flush_recordset()
        self.env.cr.execute(
            "UPDATE mail_mail SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=4), mail.id],
        )
        self.reminders._note_undelivered()
        self.assertEqual((reminder.state, reminder.reason), ("failed", "undelivered"))

    def test_wrong_address(self):
        """It fails, leaves the queue, and is sent again at the button, once."""
        reminder, mail = self._sent("email")
        mail.write(
            {"state": "exception", "failure_reason": f"{{'a': {GONE}}}", "failure_type": "unknown"}
        )
        self.reminders._note_undelivered()
        self.assertEqual((reminder.state, reminder.reason), ("failed", "undelivered"))
        self.assertEqual(mail.state, "cancel", "nobody sends it from the queue besides")
        self.assertFalse(reminder.log_id.exists())
        self.customer_a.email = "mended@example.com"
        reminder.with_user(self.users["oem"]).action_send_again()
        self.assertEqual(reminder.state, "planned")
        self._run()
        self.assertEqual((reminder.state, reminder.reason), ("sent", False))
        self.assertIn("mended@example.com", reminder.mail_id.email_to)
        self.assertTrue(reminder.log_id)
        with self.assertRaisesRegex(UserError, "Only failed"):
            reminder.with_user(self.users["oem"]).action_send_again()
