"""Addons of the ERP that ours do not depend on, where they are installed."""

import uuid

from odoo import Command, fields

from .common_credit import CreditFactories

# What these tests install by hand: scripts/odoo module install -d DATABASE ...
FOREIGN = "stock_delivery website_sale_collect pos_sale sale_project"


class ForeignFactories(CreditFactories):
    """Customers who order on credit in the shop, at a till, or have goods sent."""

    @classmethod
    def _needs(cls, model, field=None):
        """Skip the class where the addon that makes ``field`` of ``model`` is absent."""
        if model not in cls.env or (field and field not in cls.env[model]._fields):
            cls.skipTest(cls, f"needs a database with {FOREIGN}")

    @classmethod
    def _pending(cls, order, mode):
        """A payment that stays pending until the goods are handed over."""
        provider = cls.env["payment.provider"].create(
            {"name": mode, "code": "custom", "custom_mode": mode, "company_id": cls.company.id}
        )
        method = cls.env["payment.method"].with_context(active_test=False).search([], limit=1)
        transaction = cls.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "operation": "online_direct",
                "landing_route": "/shop/payment/validate",
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        transaction._set_pending()
        return transaction

    @classmethod
    def _set_up_till(cls):
        """An open session with cash and customers' accounts."""
        cls.env.user.group_ids += cls.env.ref("point_of_sale.group_pos_manager")
        journals = cls.env["account.journal"]
        cash = journals.create({"name": "Test Till", "type": "cash", "code": "TTILL"})
        sales = journals.search(
            [("type", "=", "sale"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.cash, cls.account = cls.env["pos.payment.method"].create(
            [
                {"name": "Test Cash", "journal_id": cash.id},
                {"name": "Test Account", "split_transactions": True},
            ]
        )
        config = cls.env["pos.config"].create(
            {
                "name": "Test Till",
                "invoice_journal_id": sales.id,
                "payment_method_ids": [Command.set((cls.cash | cls.account).ids)],
            }
        )
        cls.product.available_in_pos = True
        config.open_ui()
        cls.session = config.current_session_id
        cls.session.set_opening_control(0, None)

    @classmethod
    def _till_sale(cls, payments, invoice=False, line=None):
        """A sale as a till sends it: ``payments`` are ``[(method, amount)]``."""
        amount = sum(paid for _method, paid in payments)
        vals = {
            "uuid": str(uuid.uuid4()),
            "state": "paid",
            "amount_paid": amount,
            "amount_return": 0,
            "amount_tax": 0,
            "amount_total": amount,
            "date_order": fields.Datetime.to_string(fields.Datetime.now()),
            "fiscal_position_id": False,
            "to_invoice": invoice,
            "partner_id": cls.partner.id,
            "session_id": cls.session.id,
            "user_id": cls.env.uid,
            "lines": [Command.create({**cls._till_line(amount), **(line or {})})],
            "payment_ids": [
                Command.create(
                    {
                        "name": fields.Datetime.now(),
                        "payment_method_id": method.id,
                        "amount": paid,
                    }
                )
                for method, paid in payments
            ],
        }
        orders = cls.env["pos.order"].with_context(generate_pdf=False)
        found = orders.sync_from_ui([vals])["pos.order"]
        cls.env.cr.flush()  # as at the end of a request
        return cls.env["pos.order"].browse(found[0]["id"])

    @classmethod
    def _till_line(cls, amount):
        return {
            "product_id": cls.product.id,
            "qty": 1,
            "price_unit": amount,
            "price_subtotal": amount,
            "price_subtotal_incl": amount,
            "discount": 0,
            "tax_ids": [],
            "pack_lot_ids": [],
        }
