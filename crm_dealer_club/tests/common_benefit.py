"""A tier of the tests' own with known benefits, products and quotations."""

from odoo import Command

from .common import ClubCase


class BenefitCase(ClubCase):
    """Gold: 10 % off labour, 20 % off parts; silver: 5 % off labour; nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        env = cls.env
        env["crm.club.benefit"].search([]).active = False
        cls._feature("product.group_product_pricelist", False)
        cls._feature("sale.group_discount_per_so_line", False)
        cls.labour = env.ref("crm_dealer_club.product_category_labour")
        cls.parts = env.ref("crm_dealer_club.product_category_parts")
        cls.gold_labour = cls._benefit("G", "labour", 10, category_ids=cls.labour)
        cls.gold_parts = cls._benefit("G", "parts", 20, category_ids=cls.parts)
        cls.silver_labour = cls._benefit("S", "labour", 5, category_ids=cls.labour)
        cls.work = cls._product("Test Work", 200.0, cls.labour)
        cls.filter = cls._product("Test Filter", 80.0, cls.parts)
        cls.goods = cls._product("Test Mug", 30.0, env["product.category"])

    @classmethod
    def _feature(cls, name, on):
        """Switch a feature of the ERP for everybody, as its settings do."""
        group, users = cls.env.ref(name), cls.env.ref("base.group_user")
        if on:
            users._apply_group(group)
        else:
            users._remove_group(group)
            group.with_context(active_test=False).all_user_ids.write(
                {"group_ids": [Command.unlink(group.id)]}
            )

    @classmethod
    def _benefit(cls, code, kind, percent=0.0, **vals):
        for name in ("category_ids", "product_tmpl_ids", "dealer_ids"):
            if name in vals:
                vals[name] = [Command.set(vals[name].ids)]
        return cls.env["crm.club.benefit"].create(
            {
                "name": f"Test {kind}",
                "tier_id": cls.tiers[code].id,
                "kind": kind,
                "percent": percent,
                **vals,
            }
        )

    @classmethod
    def _product(cls, name, price, category, **vals):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "service",
                "list_price": price,
                "categ_id": category.id,
                "taxes_id": [Command.clear()],
                "invoice_policy": "order",
                **vals,
            }
        )

    @classmethod
    def _quotation(cls, partner, *products, quantity=1, env=None, **vals):
        return (env or cls.env)["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": quantity})
                    for product in products
                ],
                **vals,
            }
        )

    @staticmethod
    def _subtotals(order):
        return order.order_line.mapped("price_subtotal")
