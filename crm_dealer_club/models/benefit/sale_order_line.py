from odoo import api, fields, models
from odoo.tools import float_compare
from odoo.tools.sql import column_exists, create_column

ACCESS = "crm_dealer_grading.group_access"
_COLUMNS = {"club_benefit_id": "int4", "club_percent": "float8", "club_saving": "numeric"}


def _untyped(vals):
    """``vals`` without what follows from the price: nobody types what a card gave."""
    return {name: value for name, value in vals.items() if name not in _COLUMNS}


class SaleOrderLine(models.Model):
    """What a card gave on a line (M2)."""

    _inherit = "sale.order.line"

    club_benefit_id = fields.Many2one(
        "crm.club.benefit",
        compute="_compute_club_benefit",
        store=True,
        index="btree_not_null",
        ondelete="restrict",
        groups=ACCESS,
        help="The benefit whose discount is in the price; none where somebody typed the price.",
    )
    club_percent = fields.Float(
        string="Card Discount (%)",
        compute="_compute_club_benefit",
        store=True,
        aggregator="avg",
        groups=ACCESS,
    )
    club_saving = fields.Monetary(
        string="Saved by the Card",
        compute="_compute_club_benefit",
        store=True,
        groups=ACCESS,
        help="Without tax: what the line would cost more without the card.",
    )

    def _auto_init(self):
        """Lines of before have no benefit; nothing is computed row by row."""
        for name, kind in _COLUMNS.items():
            if not column_exists(self.env.cr, self._table, name):
                create_column(self.env.cr, self._table, name, kind)
        return super()._auto_init()

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([_untyped(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(_untyped(vals))

    @api.depends("product_id", "product_uom_id", "product_uom_qty", "price_unit", "discount",
                 "price_subtotal")  # fmt: skip
    def _compute_club_benefit(self):
        for line in self:
            rule = line._club_rule()
            if rule and line._club_follows_list():
                line.club_benefit_id = rule.club_benefit_id
                line.club_percent = rule.percent_price
                line.club_saving = line._club_saved(rule)
            else:
                line.club_benefit_id = False
                line.club_percent = 0.0
                line.club_saving = 0.0

    def _club_rule(self):
        """The rule of a benefit that prices the line by its order's pricelist, if any."""
        rule = self.env["product.pricelist.item"].sudo()
        if self.display_type or not self.product_id or not self.order_id.pricelist_id.club_tier_id:
            return rule
        # sudo: which benefit it is matters for users without a dealer role as well.
        found = self.pricelist_item_id.sudo()
        return found if found.club_benefit_id else rule

    def _club_saved(self, rule):
        if rule.percent_price < 100:
            currency = self.currency_id or self.company_id.currency_id
            share = rule.percent_price / (100 - rule.percent_price)
            return currency.round(self.price_subtotal * share)
        # Given for nothing: the taxes say what of the price before is tax.
        price = rule._compute_base_price(self.product_id, **self._get_pricelist_kwargs())
        taxes = self.tax_ids.compute_all(price, self.currency_id, self.product_uom_qty)
        return taxes["total_excluded"]

    # -- Typed or from the list ---------------------------------------------------------------

    def _club_listed(self):
        """``(price, discount in %)`` that the order's pricelist gives this line now."""
        line = self.with_company(self.company_id)
        price, discount = line._get_display_price(), 0.0
        if line.pricelist_item_id._show_discount():
            base = line._get_pricelist_price_before_discount()
            net = line._get_pricelist_price()
            if base and (base - net) * base > 0 and base > net:
                discount = (base - net) / base * 100
        taxes = line.product_id.taxes_id._filter_taxes_by_company(line.company_id)
        price = line.product_id._get_tax_included_unit_price_from_price(
            price, product_taxes=taxes, fiscal_position=line.order_id.fiscal_position_id
        )
        return price, discount

    def _club_follows_list(self):
        """Whether price and discount are what the order's pricelist gives."""
        if self.combo_item_id:
            return False
        price, discount = self._club_listed()
        digits = self.env["decimal.precision"].precision_get("Discount")
        currency = self.currency_id or self.company_id.currency_id
        return (
            currency.compare_amounts(self.price_unit, price) == 0
            and float_compare(self.discount, discount, precision_digits=digits) == 0
        )

    def _club_is_by_hand(self):
        """Whether somebody typed the price or the discount, or the price is no product's."""
        if self.club_benefit_id:
            return False
        return not self.product_id or self.is_downpayment or not self._club_follows_list()

    def _club_is_stale(self):
        """Whether the pricelist of the order gives another benefit than the line has."""
        rule = self._club_rule()
        return (
            rule.club_benefit_id != self.club_benefit_id
            or float_compare(rule.percent_price, self.club_percent, precision_digits=2) != 0
        )

    def _get_pricelist_kwargs(self):
        return super()._get_pricelist_kwargs() | self.order_id._club_kwargs()
