from odoo import models

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
                self.env["crm.credit.hold"]._record_refusal(refusal)
        return confirmed
