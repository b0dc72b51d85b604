import contextlib

from odoo import fields, models

from .crm_credit_guard import CreditRefusal


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _check_amount_and_confirm_order(self):
        """The payment stands whatever becomes of the order: an order over the limit waits (K4)."""
        confirmed = self.env["sale.order"]
        for transaction in self:
            try:
                with self.env.cr.savepoint():
                    confirmed |= super(
                        PaymentTransaction, transaction
                    )._check_amount_and_confirm_order()
            except CreditRefusal as refusal:
                transaction._credit_wait(refusal)
        return confirmed

    def _cron_post_process(self):
        """Customers who left before their order was confirmed: as in ``_post_process_or_wait``."""
        recently = fields.Datetime.subtract(fields.Datetime.now(), days=4)  # as the ERP
        fresh = [("is_post_processed", "=", False), ("last_state_change", ">=", recently)]
        for transaction in (self or self.search(fresh))._credit_confirming():
            # Other errors come again below, where the ERP logs them and goes on.
            with contextlib.suppress(Exception), self.env.cr.savepoint():
                transaction._post_process_or_wait()
            self.env["ir.cron"]._commit_progress()
        return super()._cron_post_process()

    def action_post_process(self):
        confirming = self._credit_confirming()
        for transaction in confirming:
            transaction._post_process_or_wait()
        return super(PaymentTransaction, self - confirming).action_post_process()

    def _credit_confirming(self):
        """Those by which an addon may confirm an order though nothing is paid yet.

        Such as cash on delivery, or payment when the goods are collected.
        """
        controlled = self.env["res.company"]._credit_controlled_ids()
        return self.filtered(
            lambda transaction: transaction.company_id.id in controlled
            and transaction.state == "pending"
            and not transaction.is_post_processed
            and "draft" in transaction.sale_order_ids.mapped("state")
        )

    def _post_process_or_wait(self):
        """Post-process; an order that finds no room waits, and the payment is kept (K4)."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                return self._post_process()
        except CreditRefusal as refusal:
            self._credit_wait(refusal)
        # Without the order: addons confirm drafts, and it is none any more.
        return self._post_process()

    def _credit_wait(self, refusal):
        """The refused order of this payment is held, and its customer told that it arrived."""
        self.env["crm.credit.hold"]._record_refusal(refusal)
        orders = self.sale_order_ids.filtered(lambda order: order._is_credit_held())
        # A draft would be the customer's cart again.
        drafts = orders.filtered(lambda order: order.state == "draft")
        drafts.with_context(tracking_disable=True).action_quotation_sent()
        for order in orders[:1]:
            self.landing_route = order.get_portal_url()
