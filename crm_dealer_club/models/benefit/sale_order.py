from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column

from .crm_club_tier import Moment

# A change of these may mean another card, or other benefits of it.
_WHOSE = {"partner_id", "dealer_id", "company_id"}
_QUOTATIONS = ("draft", "sent")


def _untyped(vals):
    """``vals`` without the moment of pricing, which the club alone writes."""
    moment = vals.get("club_priced_at")
    if moment is None or isinstance(moment, Moment):
        return vals
    return {name: value for name, value in vals.items() if name != "club_priced_at"}


class SaleOrder(models.Model):
    """Orders of members: when the prices of a card are looked at anew (M2)."""

    _name = "sale.order"
    _inherit = ["sale.order", "crm.club.card.shown"]

    club_priced_at = fields.Datetime(
        readonly=True,
        copy=False,
        export_string_translation=False,
        help="Technical: when the card's prices were looked at last.",
    )

    def _auto_init(self):
        """Old orders have none; nothing is computed row by row."""
        if not column_exists(self.env.cr, self._table, "club_priced_at"):
            create_column(self.env.cr, self._table, "club_priced_at", "timestamp")
        return super()._auto_init()

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create([_untyped(vals) for vals in vals_list])
        # Whatever their state: nothing was promised yet.
        orders._club_elsewhere()._club_settle()
        return orders

    def copy(self, default=None):
        """Prices of an old order may be of a card that is gone."""
        orders = super().copy(default)
        orders.filtered(lambda order: order._club_has_prices())._club_settle()
        return orders

    def write(self, vals):
        vals = _untyped(vals)
        if vals.get("state") == "sale":
            self._club_before_confirmation()
        whose = _WHOSE & vals.keys()
        if not whose and "pricelist_id" not in vals:
            return super().write(vals)
        before = self.filtered(lambda order: order.pricelist_id.club_tier_id)
        # What the lines have now, before it is judged by what the order becomes.
        before.sudo().order_line.mapped("club_benefit_id")
        result = super().write(vals)
        # What was sent was promised to another customer, or with other prices.
        quotations = self.filtered(lambda order: order.state in _QUOTATIONS)
        if whose:
            listed = quotations.filtered("pricelist_id.club_tier_id")
            (quotations & (before | listed))._club_settle()
        else:
            quotations._club_elsewhere()._club_settle()
        return result

    # -- When ---------------------------------------------------------------------------------

    def _club_elsewhere(self):
        """Those with the pricelist of a card that is not the customer's."""
        return self.filtered(
            lambda order: order.pricelist_id.club_tier_id
            and order.pricelist_id != order._club_expected()
        )

    def _club_has_prices(self):
        # sudo: whether a card priced it is asked for users without a dealer role too.
        return bool(self.pricelist_id.club_tier_id or self.sudo().order_line.club_benefit_id)

    def _club_before_confirmation(self):
        """Drafts get today's prices; what was sent keeps its promise until its last day."""
        # sudo: the card's prices follow the card, whoever confirms.
        orders = self.sudo().filtered(
            lambda order: order.pricelist_id.club_tier_id and order._club_is_open()
        )
        for company, found in orders.grouped("company_id").items():
            since = found.pricelist_id.club_tier_id._prices_since(company)
            found.filtered(lambda order, since=since: order._club_is_outdated(since))._club_settle()

    def _club_is_open(self):
        """Whether nothing was promised: not sent, signed or paid, or the promise is over."""
        if self.state == "sent":
            return bool(self.validity_date) and self.validity_date < self._club_today()
        return self.state == "draft" and not self.signed_on and not self.transaction_ids

    def _club_is_outdated(self, since):
        changed = since[self.pricelist_id.club_tier_id]
        return self.pricelist_id != self._club_expected() or (
            changed and (self.club_priced_at or self.create_date) < changed
        )

    @api.model
    def _club_outdated(self, limit):
        """Drafts priced before their card gave what it gives now, oldest first."""
        tiers = self.env["crm.club.tier"].with_context(active_test=False)
        tiers = tiers.search(Domain("pricelist_ids", "!=", False))
        companies = self.env["res.company"].search(Domain("active", "=", True))
        changes = [
            SQL("(%s, %s, %s::timestamp)", company.id, tier.id, since)
            for company in companies
            for tier, since in tiers._prices_since(company).items()
            if since
        ]
        if not changes:
            return self.browse()
        self.env.flush_all()
        # By the statement: a search would cut the moments to whole seconds.
        rows = self.env.execute_query(
            SQL(
                """SELECT sale_order.id FROM sale_order
                     JOIN product_pricelist list ON list.id = sale_order.pricelist_id
                     JOIN (VALUES %s) changed (company_id, tier_id, since)
                       ON changed.company_id = sale_order.company_id
                      AND changed.tier_id = list.club_tier_id
                    WHERE sale_order.state = 'draft'
                      AND COALESCE(club_priced_at, sale_order.create_date) < changed.since
                 ORDER BY sale_order.id LIMIT %s""",
                SQL(", ").join(changes),
                limit,
            )
        )
        return self.browse([number for (number,) in rows])

    # -- Days ---------------------------------------------------------------------------------

    def _club_today(self):
        company = self.company_id or self.env.company
        return self.env["crm.club.membership"].with_company(company)._today()

    def _club_day(self):
        """The day whose benefits count: today for a draft, else the order's own."""
        if self.state in (False, "draft") or not self.date_order:
            return self._club_today()
        here = self.with_context(tz=self.company_id._tz_here())
        return fields.Datetime.context_timestamp(here, self.date_order).date()
