"""Labels and lines that lead to another dealer's records by a way round."""

from odoo.tests import tagged

from .common_network import STRANGERS, AccessCase

SUBJECT = "Loan of Sekretnym Adamova"


@tagged("post_install", "-at_install")
class TestNetworkLabels(AccessCase):
    def test_notification_does_not_name_its_message(self):
        """Colleagues' notifications are seen, also those about another dealer's documents."""
        colleague = self.users["oem"].partner_id
        message = self.lead_a.message_notify(
            subject=SUBJECT, body="Hello", partner_ids=colleague.ids
        )
        notification = message.notification_ids
        notification.mail_mail_id = self.env["mail.mail"].create({"mail_message_id": message.id})
        for login, told in (("sales_b", False), ("greedy_b", False), ("clerk", True)):
            self.env.invalidate_all()
            seen = self._as(login, notification).read(["mail_message_id", "mail_mail_id"])
            self.assertEqual(SUBJECT in str(seen), told, login)

    def test_reply_names_its_parent_in_sight(self):
        own = self.customer_b.message_post(subject=SUBJECT, body="Hello")
        reply = self.customer_b.message_post(body="Yes", parent_id=own.id)
        self.assertIn(SUBJECT, str(self._as("sales_b", reply).read(["parent_id"])))

    def test_what_was_paid_with_what(self):
        payment = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.invoice_a.ids
        )
        payment.create({})._create_payments()
        line = self.invoice_a.line_ids.filtered("matched_credit_ids")
        if not line:
            entry = self.invoice_a._reverse_moves(cancel=True)
            line = (self.invoice_a | entry).line_ids.filtered("matched_credit_ids")
        partial = line.matched_credit_ids
        self.assertTrue(partial)
        for login in (*STRANGERS, "sales_a", "oem"):
            reader = self._as(login, partial)
            if reader.browse().has_access("read"):
                found = reader.search([("id", "in", partial.ids)])
                self.assertEqual(bool(found), login not in STRANGERS, login)
