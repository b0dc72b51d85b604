from odoo import Command
from odoo.tests import tagged

from .common_credit import CreditCase

OVER = "crm_dealer_grading.mail_activity_type_credit_over"
TWIN = "crm_dealer_grading.mail_activity_type_credit_twin"


class NoticeCase(CreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.credit_controller_id = cls.users["credit"]

    def _todos(self, record=None, kind=OVER):
        record = record or self.file
        return record.activity_search([kind])

    def _nightly(self):
        while self.env["crm.credit.file"]._cron_tell_overruns_batch() is not None:
            pass


@tagged("post_install", "-at_install")
class TestCreditRoomWithdrawn(NoticeCase):
    """Room that a confirmed order stands on is taken back: the controller hears of it (K4)."""

    def _paid_and_sold(self):
        """A paid invoice, and an order that needs the room which the payment made."""
        payment = self._pay(self._invoice(self.partner, 1000, post=True))
        self._quotation(self.partner, 700).action_confirm()
        self.env.cr.precommit.run()
        self.assertFalse(self._todos())
        return payment

    def test_payment_set_back(self):
        payment = self._paid_and_sold()
        payment.action_draft()
        self.env.cr.precommit.run()
        todo = self._todos()
        self.assertEqual(len(todo), 1)
        self.assertEqual(todo.user_id, self.users["credit"])
        self.assertIn("700", self.file.message_ids[0].body)
        payment.action_post()
        payment.action_cancel()
        self.env.cr.precommit.run()
        self._nightly()
        self.assertEqual(self._todos(), todo)

    def test_credit_note_set_back(self):
        self._invoice(self.partner, 1000, post=True)
        note = self._invoice(self.partner, 400, move_type="out_refund", post=True)
        self._quotation(self.partner, 400).action_confirm()
        for change in (note.button_draft, note.button_cancel):
            change()
        self.env.cr.precommit.run()
        self.assertEqual(len(self._todos()), 1)

    def test_what_leaves_the_customer_within_the_limit_is_no_news(self):
        payment = self._pay(self._invoice(self.partner, 1000, post=True))
        payment.action_draft()
        self.env.cr.precommit.run()
        self.assertFalse(self._todos())

    def test_contacts_payment_counts_for_the_company(self):
        firm = self._customer(self.dealer_a, name="Firm", is_company=True)
        file = self._file(firm, 100)
        clerk = self._customer(self.dealer_a, name="Clerk", parent_id=firm.id)
        payment = self._pay(self._invoice(clerk, 100, post=True))
        self._quotation(firm, 100).action_confirm()
        payment.action_draft()
        self.env.cr.precommit.run()
        self.assertEqual(len(self._todos(file)), 1)

    def test_nightly_finds_what_nobody_noticed(self):
        self.company.credit_mode = "off"
        self._quotation(self.partner, 1500).action_confirm()
        self._nightly()
        self.assertFalse(self._todos())
        self.company.credit_mode = "block"
        self._nightly()
        self._nightly()
        self.assertEqual(len(self._todos()), 1)

    def test_done_once_it_is_news_again_only_when_it_grew(self):
        self.company.credit_mode = "warn"
        order = self._quotation(self.partner, 1500)
        order.action_confirm()
        self._nightly()
        self._todos().action_done()
        self._nightly()
        self.assertFalse(self._todos())
        order.order_line.price_unit = 1600
        self._nightly()
        self.assertEqual(len(self._todos()), 1)

    def test_gone_with_the_overrun(self):
        payment = self._paid_and_sold()
        payment.action_draft()
        self.env.cr.precommit.run()
        payment.action_post()
        payment.move_id.line_ids.flush_recordset()
        self._nightly()
        self.assertFalse(self._todos())
        payment.action_draft()
        self.env.cr.precommit.run()
        self.assertEqual(len(self._todos()), 1)

    def test_the_controllers_own_word_is_no_news(self):
        self._release(self.partner, 500)
        self._quotation(self.partner, 1500).action_confirm()
        self._nightly()
        self.assertFalse(self._todos())
        wizards = self._as("credit", self.env["crm.credit.lower"])
        wizards.create(
            {"file_ids": self.file.ids, "limit": 0, "reason": "Bounced cheque"}
        ).action_lower()
        self._nightly()
        self.assertFalse(self._todos())
        self._file(self.customer_b, 100)
        self.env["crm.credit.file"].browse(self.file.id)._grant(10, False, "Test")
        self._nightly()
        self.assertFalse(self._todos())

    def test_nobody_writes_what_was_told(self):
        with self.assertRaisesRegex(Exception, "credit application"):
            self._as("credit", self.file).write({"overrun_told": 99999})
        file = self._as("credit", self.env["crm.credit.file"]).create(
            {"partner_id": self.customer_b.id, "overrun_told": 99999}
        )
        self.assertEqual(file.overrun_told, 0)

    def test_constant_queries(self):
        for number in range(6):
            partner = self._customer(self.dealer_a, name=f"Over {number}")
            self._quotation(partner, 100).action_confirm()
            self._file(partner, 10)
        files = self.env["crm.credit.file"]
        files._untold_overruns()
        with self.assertQueryCount(3):
            self.assertGreaterEqual(len(files._untold_overruns()), 6)


@tagged("post_install", "-at_install")
class TestCreditTwin(NoticeCase):
    """Who has no limit, and may be a customer who has one (K4, C3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twin = cls._customer(cls.dealer_a, name="Test Twin")
        cls.pair = cls.env["crm.duplicate.candidate"].create(
            {
                "partner_a_id": min(cls.twin.id, cls.partner.id),
                "partner_b_id": max(cls.twin.id, cls.partner.id),
                "reason": "phone",
            }
        )

    def test_told_once(self):
        orders = self._quotation(self.twin, 100) | self._quotation(self.twin, 100)
        orders.action_confirm()
        self.assertEqual(orders.mapped("state"), ["sale", "sale"])
        todo = self._todos(self.twin, TWIN)
        self.assertEqual((len(todo), todo.user_id), (1, self.users["credit"]))
        self.assertIn("possible duplicate", orders[0].message_ids[0].body)
        # The other customer may be another dealer's: it is not named.
        told = [todo.note, *orders[0].message_ids.mapped("body")]
        self.assertNotIn(self.partner.name, str(told))
        count = len(orders[0].message_ids)
        orders.order_line.write({"price_unit": 200})
        self._invoice(self.twin, 50, post=True)
        self.assertEqual(self._todos(self.twin, TWIN), todo)
        self.assertEqual(len(orders[0].message_ids), count)

    def test_invoice_too(self):
        invoice = self._invoice(self.twin, 50, post=True)
        self.assertTrue(self._todos(self.twin, TWIN))
        self.assertIn("possible duplicate", str(invoice.message_ids.mapped("body")))

    def test_decided_ones_are_no_twins(self):
        self.pair.action_not_duplicate()
        self._quotation(self.twin, 100).action_confirm()
        self.assertFalse(self._todos(self.twin, TWIN))

    def test_limits_of_their_own_decide(self):
        self._file(self.twin, 500)
        self._quotation(self.twin, 100).action_confirm()
        self.assertFalse(self._todos(self.twin, TWIN))

    def test_without_control_nobody_asks(self):
        self.company.credit_mode = "off"
        self._quotation(self.twin, 100).action_confirm()
        self.assertFalse(self._todos(self.twin, TWIN))

    def test_the_other_has_no_file(self):
        third = self._customer(self.dealer_a, name="Third")
        self.pair.unlink()
        self.env["crm.duplicate.candidate"].create(
            {"partner_a_id": self.twin.id, "partner_b_id": third.id, "reason": "phone"}
        )
        self._quotation(self.twin, 100).action_confirm()
        self.assertFalse(self._todos(self.twin, TWIN))


@tagged("post_install", "-at_install")
class TestCreditWarning(NoticeCase):
    """Where a company only warns, a document is noted once, and anew when it grew (K4)."""

    def test_one_note_a_document_and_transaction(self):
        self.company.credit_mode = "warn"
        order = self._quotation(self.partner, 1500)
        order.action_confirm()
        for price in (1600, 1200, 1300):
            order.order_line.price_unit = price
        order.order_line = [
            Command.create({"product_id": self.product.id, "price_unit": 1, "tax_ids": []})
        ]
        warnings = order.message_ids.filtered(lambda m: "over the credit limit" in m.body)
        self.assertEqual(len(warnings), 1)
        # The worst of it: 600 over, nothing used before, 1,600 for this document.
        for figure in ("600.00:", "0.00, this", "1,600.00."):
            self.assertIn(figure, warnings.preview)

    def test_undone_notes_are_written_anew(self):
        self.company.credit_mode = "warn"
        order = self._quotation(self.partner, 1500)
        with self.env.cr.savepoint() as savepoint:
            order.action_confirm()
            savepoint.rollback()
        order.action_confirm()
        warnings = order.message_ids.filtered(lambda m: "over the credit limit" in m.body)
        self.assertEqual(len(warnings), 1)

    def test_the_next_transaction_notes_what_grew(self):
        self.company.credit_mode = "warn"
        order = self._quotation(self.partner, 1500)
        order.action_confirm()
        count = len(order.message_ids)
        for price, notes in ((1400, 0), (1400, 0), (1700, 1)):
            self.env.cr.precommit.clear()  # as a commit does
            order.order_line.price_unit = price
            self.assertEqual(len(order.message_ids) - count, notes, price)
