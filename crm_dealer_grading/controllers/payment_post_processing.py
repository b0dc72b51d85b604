from odoo.http import route

from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing


class CreditPostProcessing(PaymentPostProcessing):
    @route()
    def poll_status(self, **kwargs):
        """Whoever ordered on credit gets no error where the order has to wait (K4)."""
        for transaction in self._get_monitored_transaction()._credit_confirming():
            transaction._post_process_or_wait()
        return super().poll_status(**kwargs)
