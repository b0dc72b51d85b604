from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.credit.crm_credit_guard import CreditRefusal
from .common_credit import CreditCase


@tagged("post_install", "-at_install")
class TestCreditDocuments(CreditCase):
    """Invoices, payments and credit notes against the limit (K4)."""

    def test_invoice_without_order(self):
        invoice = self._invoice(self.partner, 1001)
        with self.assertRaises(CreditRefusal), self.env.cr.savepoint():
            invoice.action_post()
        self.assertEqual(invoice.state, "draft")
        with self.assertRaises(CreditRefusal), self.env.cr.savepoint():
            invoice.write({"state": "posted"})
        self._invoice(self.partner, 1000, post=True)
        self.assertEqual(self._use(), (1000, 0))

    def test_invoice_without_a_customer(self):
        """A form that was just opened, and a receipt, are nobody's until a customer is named."""
        draft = self._invoice(self.partner, 5000)
        self.assertTrue(draft.partner_credit_warning)
        draft.partner_id = False
        self.assertFalse(draft.partner_credit_warning)
        receipt = self._invoice(self.partner, 5000, move_type="out_receipt")
        receipt.partner_id = False
        receipt.action_post()
        self.assertEqual(receipt.state, "posted")
        self.assertEqual(sum(self._use()), 0)
        forced = receipt.with_context(skip_readonly_check=True)
        with self.assertRaises(CreditRefusal), self.env.cr.savepoint():
            forced.partner_id = self.partner

    def test_invoice_of_an_order_asks_for_nothing_more(self):
        order = self._sold(1000)
        invoice = order._create_invoices()
        self.assertEqual(self._use(), (0, 1000))
        self.assertFalse(invoice.partner_credit_warning)
        invoice.action_post()
        self.assertEqual(self._use(), (1000, 0))

    def test_two_invoices_of_an_order_at_once(self):
        order = self._quotation(self.partner, 400)
        order.order_line.copy({"order_id": order.id, "price_unit": 600})
        order.action_confirm()
        first = order._create_invoices()
        first.invoice_line_ids.filtered(lambda line: line.price_unit == 600).unlink()
        second = order._create_invoices()
        # Together they add nothing, so that a limit lowered since does not stop them.
        self.file._change_limit(0, "lowered", "Test")
        (first | second).action_post()
        self.assertEqual(self._use(), (1000, 0))

    def test_invoice_that_adds_to_its_order(self):
        invoice = self._sold(900)._create_invoices()
        invoice.invoice_line_ids.price_unit = 1001
        with self.assertRaises(CreditRefusal), self.env.cr.savepoint():
            invoice.action_post()

    def test_invoiced_for_less_than_ordered(self):
        """Goodwill: what the ERP holds for invoiced is not waited for; a draft changes nothing."""
        invoice = self._sold(1000)._create_invoices()
        invoice.invoice_line_ids.price_unit = 900
        self.assertEqual(self._use(), (0, 1000))
        invoice.action_post()
        self.assertEqual(self._use(), (900, 0))

    def test_invoice_to_another_payer(self):
        rich = self._customer(self.dealer_a, name="Rich")
        order = self._quotation(rich, 5000)
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.partner_id = self.partner
        with self.assertRaises(CreditRefusal), self.env.cr.savepoint():
            invoice.action_post()

    def test_invoices_are_not_made_posted(self):
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._invoice(self.partner, 5000, state="posted")

    def test_payment_makes_room(self):
        invoice = self._sold(1000)._create_invoices()
        invoice.action_post()
        self._pay(invoice, 400)
        self.assertEqual(sum(self._use()), 600)
        self._sold(400)
        with self.assertRaises(CreditRefusal), self.env.cr.savepoint():
            self._sold(1)

    def test_down_payment(self):
        order = self._sold(1000)
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_context(active_model="sale.order", active_ids=order.ids)
            .create({"advance_payment_method": "fixed", "fixed_amount": 300})
        )
        wizard.create_invoices()
        deposit = order.invoice_ids
        deposit.action_post()
        self.assertEqual(self._use(), (300, 700))
        self._pay(deposit)
        self.assertEqual(self._use(), (0, 700))
        final = order._create_invoices(final=True)
        final.action_post()
        self.assertEqual(self._use(), (700, 0))

    def test_credit_note(self):
        invoice = self._sold(1000)._create_invoices()
        invoice.action_post()
        note = invoice._reverse_moves([{"invoice_date": fields.Date.today()}])
        note.action_post()
        receivable = (invoice + note).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        receivable.filtered(lambda line: not line.reconciled).reconcile()
        # As in the ERP: what was credited is to be invoiced again until the order is cancelled.
        self.assertEqual(self._use(), (0, 1000))
        self.partner.sale_order_ids._action_cancel()
        self.assertEqual(sum(self._use()), 0)

    def test_credit_note_is_never_refused(self):
        self._invoice(self.partner, 1000, post=True)
        self.file._change_limit(0, "lowered", "Test")
        note = self._invoice(self.partner, 100, move_type="out_refund")
        note.action_post()
        self.assertEqual(sum(self._use()), 900)

    def test_credit_note_and_invoice_posted_together(self):
        """At a full limit what is credited makes room for what is invoiced beside it."""
        self._invoice(self.partner, 1000, post=True)
        for order in (1, -1):
            with self.subTest(order), self.env.cr.savepoint() as savepoint:
                together = self._invoice(self.partner, 400)
                together |= self._invoice(self.partner, 400, move_type="out_refund")
                together[::order].action_post()
                self.assertEqual(set(together.mapped("state")), {"posted"})
                self.assertEqual(sum(self._use()), 1000)
                savepoint.rollback()
        together = self._invoice(self.partner, 401)
        together |= self._invoice(self.partner, 400, move_type="out_refund")
        with self.assertRaises(CreditRefusal), self.env.cr.savepoint():
            together.action_post()

    def test_posted_together_they_ask_for_nothing_more(self):
        """Also over the limit: what is credited is judged with what comes in its place."""
        self._invoice(self.partner, 1000, post=True)
        self.file._change_limit(0, "lowered", "Test")
        note = self._invoice(self.partner, 400, move_type="out_refund")
        dearer = self._invoice(self.partner, 400.01)
        with self.assertRaises(CreditRefusal), self.env.cr.savepoint():
            (note | dearer).action_post()
        (note | self._invoice(self.partner, 400)).action_post()
        self.assertEqual(sum(self._use()), 1000)

    def test_credit_note_of_an_order_makes_no_room(self):
        """What was credited is to be invoiced again, so that nothing else fits in its place."""
        first = self._sold(1000)._create_invoices()
        first.action_post()
        note = first._reverse_moves([{"invoice_date": fields.Date.today()}])
        with self.assertRaises(CreditRefusal), self.env.cr.savepoint():
            (note | self._invoice(self.partner, 1000)).action_post()
        again = self.partner.sale_order_ids._create_invoices()
        (note | again).action_post()
        self.assertEqual(self._use(), (1000, 0))

    def test_paid_in_advance_needs_no_credit(self):
        self.file._change_limit(0, "lowered", "Test")
        order = self._quotation(self.partner, 500, require_payment=True)
        transaction = self._transaction(order, 500)
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(order.state, "sale")
        self.assertLessEqual(sum(self._use()), 0)

    def test_paid_in_advance_and_invoiced_by_itself(self):
        """The ERP posts the invoice before it books the payment."""
        self.env["ir.config_parameter"].set_param("sale.automatic_invoice", "True")
        self.file._change_limit(0, "lowered", "Test")
        self.product.invoice_policy = "order"
        order = self._quotation(self.partner, 500, require_payment=True)
        transaction = self._transaction(order, 500)
        transaction._set_done()
        transaction.with_context(skip_sale_auto_invoice_send=True)._post_process()
        self.assertTrue(transaction.is_post_processed)
        self.assertEqual((order.state, order.invoice_ids.state), ("sale", "posted"))
        self.assertLessEqual(sum(self._use()), 0)

    def test_paid_in_part_keeps_the_payment(self):
        self.file._change_limit(100, "lowered", "Test")
        order = self._quotation(
            self.partner, 500, require_payment=True, prepayment_percent=0.1
        )
        transaction = self._transaction(order, 50)
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(order.state, "sent")  # a draft would be a cart of the shop again
        self.assertTrue(transaction.is_post_processed)
        hold = self.env["crm.credit.hold"].search([("order_id", "=", order.id)])
        self.assertEqual(hold.state, "open")
        self.assertTrue(hold.activity_ids)

    def test_signature_is_kept_and_the_order_waits(self):
        order = self._quotation(self.partner, 1001, require_signature=True)
        order.write({"signed_by": "Customer", "signed_on": fields.Datetime.now()})
        order.with_user(self.env.ref("base.public_user")).sudo()._validate_order()
        self.assertEqual(order.state, "draft")
        self.assertEqual(order.signed_by, "Customer")
        self.assertTrue(self.env["crm.credit.hold"].search([("order_id", "=", order.id)]))
