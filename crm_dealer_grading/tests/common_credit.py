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


class CreditCase(CreditFactories, DealerCommon):
    """The same for tests without a server."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_credit()
