from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.credit.crm_credit_guard import CreditRefusal
from ..models.credit.crm_credit_hold import _STEP
from .common_credit import CreditCase


@tagged("post_install", "-at_install")
class TestCreditRelease(CreditCase):
    """A release is a credit controller's word for one document, used up once (K4)."""

    def _refused(self, order):
        with self.assertRaises(CreditRefusal), self.env.cr.savepoint():
            order.action_confirm()

    def test_only_controllers_release(self):
        for login in ("sales_a", "manager_a", "agent", "auditor", "clerk"):
            with self.subTest(login), self.assertRaises(AccessError):
                self._as(login, self.env["crm.credit.release"]).create(
                    {"partner_id": self.partner.id, "amount": 5, "reason": "Please"}
                )

    def test_used_up_once(self):
        release = self._release(self.partner, 500)
        first, second = self._quotation(self.partner, 1400), self._quotation(self.partner, 50)
        first.action_confirm()
        self.assertEqual(release.used_order_id, first)
        self.assertEqual(release.state, "used")
        self._refused(second)
        first._action_cancel()
        first.action_draft()
        self._refused(first)

    def test_covers_the_whole_excess(self):
        self._release(self.partner, 99)
        self._refused(self._quotation(self.partner, 1100))

    def test_not_for_what_fits(self):
        release = self._release(self.partner, 500)
        self._quotation(self.partner, 1000).action_confirm()
        self.assertEqual(release.state, "open")

    def test_for_one_document(self):
        first, second = self._quotation(self.partner, 1100), self._quotation(self.partner, 1100)
        release = self._release(self.partner, 500, order_id=second.id)
        self._refused(first)
        second.action_confirm()
        self.assertEqual(release.used_order_id, second)
        with self.assertRaisesRegex(UserError, "not invoiced to"):
            self._release(self.customer_b, 500, order_id=first.id)

    def test_ends(self):
        yesterday = fields.Date.today() - timedelta(days=2)
        self._release(self.partner, 500, valid_until=yesterday)
        self._refused(self._quotation(self.partner, 1100))

    def test_revoked(self):
        release = self._release(self.partner, 500)
        release.action_revoke()
        self._refused(self._quotation(self.partner, 1100))
        used = self._release(self.partner, 500)
        self._quotation(self.partner, 1100).action_confirm()
        with self.assertRaisesRegex(UserError, "used already"):
            used.action_revoke()

    def test_block_knows_no_release(self):
        self.company.credit_mode = "block"
        self._release(self.partner, 500)
        self._refused(self._quotation(self.partner, 1100))

    def test_a_release_stands_as_given(self):
        release = self._release(self.partner, 500)
        for vals in ({"amount": 9999}, {"used_on": False}, {"valid_until": "2099-01-01"}):
            with self.assertRaisesRegex(UserError, "not changed"):
                release.write(vals)
        with self.assertRaises(AccessError):
            release.unlink()
        with self.assertRaisesRegex(UserError, "are kept"):
            release.sudo().unlink()
        forged = self._release(self.partner, 5, granted_by_id=self.users["oem"].id)
        self.assertEqual(forged.granted_by_id, self.users["credit"])

    def test_each_of_a_batch_needs_its_own(self):
        orders = self._quotation(self.partner, 900) | self._quotation(self.partner, 300)
        orders |= self._quotation(self.partner, 300)
        self._release(self.partner, 5000)
        with self.assertRaises(CreditRefusal), self.env.cr.savepoint():
            orders.action_confirm()
        self._release(self.partner, 5000)
        orders.action_confirm()
        self.assertEqual(set(orders.mapped("state")), {"sale"})

    def test_controller_lets_a_held_document_go(self):
        order = self._quotation(self.partner, 1200)
        order.action_confirm_within_limits()
        hold = self.env["crm.credit.hold"].search([("order_id", "=", order.id)])
        for login in ("sales_a", "manager_a", "auditor"):
            with self.subTest(login), self.assertRaises(AccessError):
                self._as(login, hold).action_retry()
        hold = self._as("credit", hold)
        with self.assertRaises(CreditRefusal), self.env.cr.savepoint():
            hold.action_retry()
        wizard = hold.env["crm.credit.release.wizard"].create(
            {"hold_id": hold.id, "reason": "Pays on Friday"}
        )
        self.assertEqual(wizard.amount, 200)
        wizard.action_release()
        self.assertEqual(order.state, "sale")
        self.assertEqual(hold.state, "done")
        self.assertFalse(hold.activity_ids)

    def test_no_release_is_offered_where_none_counts(self):
        order = self._quotation(self.partner, 1200)
        order.action_confirm_within_limits()
        hold = self.env["crm.credit.hold"].search([("order_id", "=", order.id)])
        hold = self._as("credit", hold)
        self.assertEqual(hold.action_release()["res_model"], "crm.credit.release.wizard")
        wizard = hold.env["crm.credit.release.wizard"].create(
            {"hold_id": hold.id, "reason": "Pays on Friday"}
        )
        for mode in ("block", "warn", "off"):
            self.company.credit_mode = mode
            for release in (hold.action_release, wizard.action_release):
                with self.assertRaisesRegex(UserError, "credit application"):
                    release()
        self.assertFalse(self.env["crm.credit.release"].search([("order_id", "=", order.id)]))
        arch = hold.get_view(view_type="form")["arch"]
        self.assertIn("state != 'open' or credit_mode != 'release'", arch)

    def test_change_of_a_confirmed_order(self):
        """It is released, then made again by whoever was stopped, and waits no more."""
        order = self._quotation(self.partner, 900)
        order.action_confirm()
        with self.assertRaises(CreditRefusal) as caught, self.env.cr.savepoint():
            order.order_line.price_unit = 1200
        self.env["crm.credit.hold"]._record_refusal(caught.exception)
        hold = self.env["crm.credit.hold"].search([("order_id", "=", order.id)])
        self.assertEqual((hold.state, hold.excess, hold.is_waiting), ("open", 200, False))
        hold = self._as("credit", hold)
        with self.assertRaisesRegex(UserError, "make the change again"):
            hold.action_retry()
        wizard = hold.env["crm.credit.release.wizard"].create(
            {"hold_id": hold.id, "reason": "Pays on Friday"}
        )
        self.assertFalse(wizard.confirm)
        wizard.action_release()
        self.assertEqual((hold.state, order.amount_total), ("open", 900))
        order.order_line.price_unit = 800
        self.assertEqual(hold.state, "open")
        order.order_line.price_unit = 1200
        self.assertEqual((hold.state, order.amount_total), ("done", 1200))
        release = self.env["crm.credit.release"].search([("order_id", "=", order.id)])
        self.assertEqual(release.used_order_id, order)

    def test_controller_says_no(self):
        """The to-do is done, the salesperson is told why, and a new try is held anew."""
        order = self._quotation(self.partner, 1200)
        order.user_id = self.users["sales_a"]
        order.action_confirm_within_limits()
        Hold = self.env["crm.credit.hold"]
        hold = Hold.search([("order_id", "=", order.id)])
        hold.with_context(credit_hold_step=_STEP).asked_by_id = self.users["sales_a"]
        for login in ("sales_a", "manager_a", "auditor"):
            with self.subTest(login), self.assertRaises(AccessError):
                self._as(login, hold).action_refuse()
            with self.subTest(login), self.assertRaises(AccessError):
                self._as(login, hold)._refuse("Because")
        mine = self._as("credit", hold)
        self.assertEqual(mine.action_refuse()["res_model"], "crm.credit.refuse")
        dialog = mine.env["crm.credit.refuse"].create(
            {"hold_id": hold.id, "reason": "Pay the invoices of May first"}
        )
        dialog.action_refuse()
        self.assertEqual((hold.state, order.state), ("refused", "draft"))
        self.assertFalse(hold.activity_ids)
        note = order.message_ids[0]
        self.assertIn("Pay the invoices of May first", note.body)
        self.assertEqual(note.author_id, self.users["credit"].partner_id)
        self.assertEqual(note.partner_ids, self.users["sales_a"].partner_id)
        self.assertTrue(note.subtype_id.internal)
        for again in (mine.action_refuse, mine.action_release):
            with self.assertRaises(UserError):
                again()
        order.action_confirm_within_limits()
        held = Hold.search([("order_id", "=", order.id), ("state", "=", "open")])
        self.assertTrue(held - hold)

    def test_decided_once(self):
        """A release that covers it is the decision, until it is revoked or too small."""
        order = self._quotation(self.partner, 1200)
        order.action_confirm_within_limits()
        hold = self.env["crm.credit.hold"].search([("order_id", "=", order.id)])
        hold = self._as("credit", hold)
        self._release(self.partner, 199, order_id=order.id)
        hold.action_release()
        release = self._release(self.partner, 200, order_id=order.id)
        for again in (hold.action_release, hold.action_refuse):
            with self.assertRaisesRegex(UserError, "released already"):
                again()
        self.company.credit_mode = "block"  # where no release counts
        hold.action_refuse()
        self.company.credit_mode = "release"
        release.action_revoke()
        hold.action_release()
        hold._refuse("Pay first")
        self.assertEqual(hold.state, "refused")

    def test_refusal_takes_back_what_was_released(self):
        """A release that was too small, or did not count, does not come true after the no."""
        order = self._quotation(self.partner, 1500)
        order.action_confirm_within_limits()
        hold = self.env["crm.credit.hold"].search([("order_id", "=", order.id)])
        hold = hold.with_user(self.users["credit"])
        small = self._release(self.partner, 400, order_id=order.id)
        other = self._release(self.partner, 400)
        hold._refuse("Pay first")
        self.assertEqual((small.state, other.state), ("revoked", "open"))

    def test_refusal_says_which_release_lets_it_through(self):
        order = self._quotation(self.partner, 1500)
        order.action_confirm_within_limits()
        hold = self.env["crm.credit.hold"].search([("order_id", "=", order.id)])
        hold = hold.with_user(self.users["credit"])
        release = self._release(self.partner, 500)
        with self.assertRaisesRegex(UserError, "Revoke"):
            hold._refuse("Pay first")
        self.assertEqual(hold.state, "open")
        release.action_revoke()
        hold._refuse("Pay first")
        self.assertEqual(hold.state, "refused")

    def test_given_up_with_its_document(self):
        order = self._quotation(self.partner, 1200)
        order.action_confirm_within_limits()
        order._action_cancel()
        hold = self.env["crm.credit.hold"].search([("order_id", "=", order.id)])
        self.assertEqual(hold.state, "dropped")
