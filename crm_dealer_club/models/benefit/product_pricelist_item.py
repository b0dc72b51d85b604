from odoo import api, fields, models


class ProductPricelistItem(models.Model):
    """Rules that a benefit makes (M2)."""

    _inherit = "product.pricelist.item"

    club_benefit_id = fields.Many2one(
        "crm.club.benefit",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
        groups="crm_dealer_grading.group_access",
    )

    def _club_key(self):
        return self.club_benefit_id.id or 0, self.categ_id.id or 0, self.product_tmpl_id.id or 0

    def _club_applicable(self, day, dealer_id):
        """Rules that count on the day at the dealer, the best discount first."""
        # sudo: orders of users without a dealer role are priced as well.
        dealer = self.env["crm.dealer"].sudo().browse(dealer_id or [])
        counts = self.sudo().club_benefit_id._valid_on(day)._at_dealer(dealer)
        rules = self.sudo().filtered(
            lambda rule: not rule.club_benefit_id or rule.club_benefit_id in counts
        )
        ordered = rules.sorted(lambda rule: (-rule.percent_price, not rule.club_benefit_id))
        return ordered.with_env(self.env)

    def _compute_price(self, product, quantity, uom, date, currency=None, **kwargs):
        """A discount never takes from what is paid back: negative prices stay as they are."""
        price = super()._compute_price(product, quantity, uom, date, currency=currency, **kwargs)
        if price < 0 and self.pricelist_id.club_tier_id:
            currency = currency or self.currency_id
            return self._compute_base_price(product, quantity, uom, date, currency, **kwargs)
        return price

    # -- Hands off ----------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lists = self.env["product.pricelist"].browse(
            {vals["pricelist_id"] for vals in vals_list if vals.get("pricelist_id")}
        )
        lists._club_check_hands(any(pricelist.club_tier_id for pricelist in lists))
        return super().create(vals_list)

    def write(self, vals):
        lists = self.pricelist_id | self.pricelist_id.browse(vals.get("pricelist_id") or [])
        lists._club_check_hands(any(pricelist.club_tier_id for pricelist in lists))
        return super().write(vals)

    def unlink(self):
        lists = self.pricelist_id
        of_cards = any(pricelist.club_tier_id for pricelist in lists)
        lists._club_check_hands(of_cards and lists._club_by_user())
        result = super().unlink()
        if of_cards:
            lists._club_ground_changed()
        return result
