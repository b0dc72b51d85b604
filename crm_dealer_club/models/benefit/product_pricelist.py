from odoo import api, fields, models, tools
from odoo.exceptions import UserError

# In the context of the writes that the club makes itself; no caller can forge it.
CARD = object()
# What core decides the fallback of all customers by, and what lists of cards are built on.
_GROUND = {"active", "sequence", "company_id", "currency_id", "country_group_ids"}
# What of a card's list follows from tier and benefits.
_FIXED = _GROUND | {"name", "item_ids", "club_tier_id", "club_base_id"}


class ProductPricelist(models.Model):
    """Lists of cards: what a tier's members pay instead of the price without a card (M2).

    Each is built on one ordinary pricelist, or on sales prices in one company. They stay
    archived: the ERP neither offers archived lists nor falls back on them, and prices by them
    all the same where an order has one.
    """

    _inherit = "product.pricelist"

    club_tier_id = fields.Many2one(
        "crm.club.tier",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
        help="Prices of this card; made from the tier's benefits.",
    )
    club_base_id = fields.Many2one(
        "product.pricelist",
        string="Prices without the Card",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
    )

    _club_uniq = models.UniqueIndex(
        "(club_tier_id, COALESCE(club_base_id, 0), COALESCE(company_id, 0))"
        " WHERE club_tier_id IS NOT NULL",
        "The card has such a pricelist already.",
    )

    # -- Who gets one -------------------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _club_lists(self):
        """``{(tier id, base list's id, 0) or (tier id, 0, company's id): list's id}``."""
        # sudo: which list belongs to which card is the same for everybody.
        lists = self.sudo().with_context(active_test=False)
        found = lists.search_fetch(
            [("club_tier_id.active", "=", True)], ["club_tier_id", "club_base_id", "company_id"]
        )
        return {pricelist._club_key(): pricelist.id for pricelist in found}

    def _club_key(self):
        base = self.club_base_id.id
        return self.club_tier_id.id, base or 0, 0 if base else self.company_id.id

    @api.model
    def _get_partner_pricelist_multi(self, partner_ids):
        """Members without a pricelist of their own get their card's, on top of core's answer."""
        result = super()._get_partner_pricelist_multi(partner_ids)
        lists = self._club_lists()
        if not lists:
            return result
        customers = self.env["res.partner"].with_context(active_test=False).browse(partner_ids)
        for partner in customers:
            tier = partner.club_tier_id
            if not tier or partner._club_has_own_pricelist():
                continue
            base = result.get(partner.id) or self.browse()
            key = tier.id, base.id or 0, 0 if base else self.env.company.id
            if key in lists:
                result[partner.id] = self.browse(lists[key])
        return result

    def _get_partner_pricelist_multi_search_domain_hook(self, company_id):
        domain = super()._get_partner_pricelist_multi_search_domain_hook(company_id)
        return [*domain, ("club_tier_id", "=", False)]

    def _get_partner_pricelist_multi_filter_hook(self):
        # A card's list is never a customer's own agreement, whoever wrote it there.
        lists = super()._get_partner_pricelist_multi_filter_hook()
        return lists.filtered(lambda pricelist: not pricelist.club_tier_id)

    def _club_ground(self):
        """The ordinary pricelist behind the prices; empty: sales prices."""
        return self.club_base_id if self.club_tier_id else self

    # -- Prices -------------------------------------------------------------------------------

    def _get_applicable_rules(self, products, date, club_day=None, club_dealer_id=None, **kwargs):
        """Of a card's list only what is valid on the day at the dealer, best discount first.

        :param datetime.date club_day: default the day of ``date``
        :param int club_dealer_id: id of the dealer that does the work; without one, benefits of
            some dealers only do not count
        """
        rules = super()._get_applicable_rules(products, date, **kwargs)
        if not self.club_tier_id:
            return rules
        day = club_day or fields.Date.to_date(date)
        return rules._club_applicable(day, club_dealer_id)

    # -- Kept in step -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._club_check_hands(any(vals.get("club_tier_id") for vals in vals_list))
        pricelists = super().create(vals_list)
        self._club_ground_changed()
        return pricelists

    def write(self, vals):
        if _FIXED & vals.keys():
            self._club_check_hands(any(pricelist.club_tier_id for pricelist in self))
        result = super().write(vals)
        if _GROUND & vals.keys():
            self._club_ground_changed()
        return result

    def unlink(self):
        self._club_check_hands(self._club_by_user() and any(one.club_tier_id for one in self))
        # sudo: whoever may delete a list deletes what is built on it; core would refuse.
        lists = self.sudo().with_context(active_test=False, club_card=CARD)
        built = lists.search([("club_base_id", "in", self.ids)])
        if built:
            built.unlink()
        result = super(ProductPricelist, self - built).unlink()
        self.env.registry.clear_cache()
        self._club_ground_changed()
        return result

    @api.model
    def _club_by_user(self):
        """Whether a user acts. Others' code, as superuser, may clear whole tables: what follows
        from benefits is then made anew."""
        return not self.env.su

    @api.model
    def _club_check_hands(self, is_card):
        """Refuse changes by hand of what follows from benefits."""
        if is_card and self.env.context.get("club_card") is not CARD:
            raise UserError(
                self.env._(
                    "Prices of a card follow its benefits. Change the tier's benefits, or give "
                    "the customer a pricelist of its own."
                )
            )

    @api.model
    def _club_ground_changed(self):
        if self.env.context.get("club_card") is not CARD:
            self._club_sync()
