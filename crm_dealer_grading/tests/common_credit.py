"""Customers with credit files, and orders that use them."""

from odoo import Command

from .common import DealerCommon, DealerFactories


class CreditFactories(DealerFactories):
    """A company that blocks, a customer with a limit of 1,000; the currency is the company's."""

    @classmethod
    def _set_up_credit(cls):
        cls.company = cls.env.company
        cls.company.credit_mode = "release"
        cls.partner = cls.customer_a
        cls.file = cls._file(cls.partner, 1000)

    @classmethod
    def _file(cls, partner, limit, valid_until=False, company=None):
        """The credit file of ``partner`` with a granted limit."""
        file = cls.env["crm.credit.file"]._open(partner, company or cls.env.company)
        file._grant(limit, valid_until, "Test")
        return file

    @classmethod
    def _quotation(cls, partner, amount=100.0, **vals):
        """A draft order of ``partner``; ``amount`` in the order's currency, without tax."""
        return cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "user_id": False,
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.product.id,
                            "product_uom_qty": 1,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **vals,
            }
        )

    @classmethod
    def _foreign(cls, rate):
        """``(currency, pricelist)``: so much of it for one of the company's money."""
        currency = cls.env["res.currency"].create(
            {
                "name": "TSX",
                "symbol": "T",
                "rate_ids": [Command.create({"rate": rate, "name": "2020-01-01"})],
            }
        )
        prices = {"name": "Foreign", "currency_id": currency.id}
        return currency, cls.env["product.pricelist"].create(prices)

    @classmethod
    def _release(cls, partner, amount, **vals):
        """A release by the credit controller."""
        releases = cls.env["crm.credit.release"].with_user(cls.users["credit"])
        return releases.create(
            {"partner_id": partner.id, "amount": amount, "reason": "Test", **vals}
        )

    def _use(self):
        """``(receivable, uninvoiced)`` of the customer now."""
        self.file.invalidate_recordset()
        return self.file.receivable, self.file.uninvoiced

    @classmethod
    def _pay(cls, invoice, amount=None):
        """Register a payment of ``invoice``."""
        wizard = cls.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = wizard.create({"amount": amount} if amount else {})
        return wizard._create_payments()

    def _sold(self, amount, partner=None):
        order = self._quotation(partner or self.partner, amount)
        order.action_confirm()
        return order

    def _provider(self):
        """A payment provider that books into a bank journal, and its payment method."""
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        method = self.env["payment.method"].with_context(active_test=False).search([], limit=1)
        booking = self.env["account.payment.method"].search(
            [("payment_type", "=", "inbound"), ("code", "=", "manual")], limit=1
        )
        provider = self.env["payment.provider"].create(
            {"name": "Test Provider", "company_id": self.company.id, "state": "test"}
        )
        journal.write(
            {
                "inbound_payment_method_line_ids": [
                    Command.create(
                        {
                            "name": "Test Provider",
                            "payment_method_id": booking.id,
                            "payment_provider_id": provider.id,
                        }
                    )
                ]
            }
        )
        return provider, method

    def _transaction(self, order, amount):
        provider, method = self._provider()
        return self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "amount": amount,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "operation": "online_direct",
                "sale_order_ids": [Command.set(order.ids)],
            }
        )


class CreditCase(CreditFactories, DealerCommon):
    """The same for tests without a server."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_credit()
