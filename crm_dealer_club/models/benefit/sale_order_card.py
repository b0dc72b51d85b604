from odoo import api, models
from odoo.fields import Domain

from .crm_club_tier import moment


class Lines(frozenset):
    """Ids of the lines whose prices are computed anew; no caller from outside can send one."""


class SaleOrder(models.Model):
    """Bringing quotations in step with their customers' cards (M2)."""

    _inherit = "sale.order"

    def _club_expected(self):
        """The pricelist that the order's customer gets today, in the order's company."""
        order = self.with_company(self.company_id)
        return order.partner_id.property_product_pricelist

    def _club_settle(self, joined=False):
        """Give quotations the pricelist of their customer's card, and its prices to their lines.

        A pricelist chosen by hand stays, and so do lines whose price or discount somebody typed.

        :param bool joined: the customers had no card before, so that the ordinary pricelist
            of these quotations is not a choice by hand
        """
        # sudo: prices of cards follow the card, whoever may see the quotation.
        for company, found in self.sudo().grouped("company_id").items():
            found.with_company(company)._club_settle_here(joined)

    def _club_settle_here(self, joined):
        lines = self._get_update_prices_lines()
        by_hand = lines.filtered(lambda line: line._club_is_by_hand())
        lists = {order: order._club_new_list(joined) for order in self}
        moved = self.filtered(lambda order: lists[order] != order.pricelist_id)
        # Built on another list, e.g. because the old one is archived: that one's prices hold.
        rebased = moved.filtered(
            lambda order: lists[order]._club_ground() != order.pricelist_id._club_ground()
        )
        for order in moved:
            order.pricelist_id = lists[order]
        lines.invalidate_recordset(["pricelist_item_id"])
        stale = (lines - by_hand).filtered(
            lambda line: line.order_id in rebased or line._club_is_stale()
        )
        if stale:
            changed = stale.order_id.with_context(club_lines=Lines(stale.ids))
            changed._recompute_prices()
            stale._compute_club_benefit()
        self.club_priced_at = moment()
        (moved | stale.order_id)._club_log()

    def _club_new_list(self, joined):
        expected = self._club_expected()
        current = self.pricelist_id
        if current.club_tier_id or (
            joined and expected.club_tier_id and current == expected.club_base_id
        ):
            return expected
        return current

    def _club_log(self):
        """Tell in the order's history what happened to its prices."""
        bodies = {}
        for order in self:
            order = order.with_context(lang=order.user_id.lang or self.env.lang)
            tier = order.pricelist_id.club_tier_id
            bodies[order.id] = (
                order.env._("Prices of the card now apply: %s.", tier.name)
                if tier
                else order.env._("The card no longer counts: its discounts are taken back.")
            )
        if bodies:
            self._message_log_batch(bodies=bodies)

    def _get_update_prices_lines(self):
        lines = super()._get_update_prices_lines()
        chosen = self.env.context.get("club_lines")
        if isinstance(chosen, Lines):
            return lines.filtered(lambda line: line.id in chosen)
        return lines

    # -- What else depends on the pricelist ---------------------------------------------------

    def _get_product_catalog_order_data(self, products, **kwargs):
        return super()._get_product_catalog_order_data(products, **self._club_kwargs(), **kwargs)

    def _club_kwargs(self):
        """What the prices of a card depend on, for ``product.pricelist``."""
        if not self.pricelist_id.club_tier_id:
            return {}
        return {"club_day": self._club_day(), "club_dealer_id": self.dealer_id.id}

    def _get_program_domain(self):
        return self._club_widen(super()._get_program_domain())

    def _get_trigger_domain(self):
        return self._club_widen(super()._get_trigger_domain())

    @api.private
    def _club_widen(self, domain):
        """Programs for the pricelist that a card's builds on are for its members as well."""
        base = self.pricelist_id.club_base_id
        if not base:
            return domain
        names = ("pricelist_ids", "program_id.pricelist_ids")
        both = [self.pricelist_id.id, base.id]

        def widen(condition):
            name = condition.field_expr
            if name in names and condition.operator == "in" and any(condition.value):
                return Domain(name, "in", both)
            return condition

        return list(Domain(domain).map_conditions(widen))
