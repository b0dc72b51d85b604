from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .crm_club_tier import moment

# Kinds whose percentage is what they are.
DISCOUNTS = ("labour", "parts", "rescue")
# What of a benefit changes prices.
_PRICING = {
    "tier_id", "kind", "percent", "category_ids", "product_tmpl_ids", "valid_from", "valid_until",
    "dealer_ids", "active",
}  # fmt: skip


class CrmClubBenefit(models.Model):
    """What a card gives: a discount, a service, priority, offers of partners (M2)."""

    _name = "crm.club.benefit"
    _description = "Club Benefit"
    _order = "tier_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    tier_id = fields.Many2one("crm.club.tier", required=True, index=True, ondelete="cascade")
    kind = fields.Selection(
        [
            ("labour", "Labour Discount"),
            ("parts", "Parts Discount"),
            ("rescue", "Rescue Discount"),
            ("service_upgrade", "Service Upgrade"),
            ("priority_booking", "Priority Booking"),
            ("merchant", "Partner Merchants"),
            ("other", "Other"),
        ],
        required=True,
        default="labour",
    )
    percent = fields.Float(
        string="Discount (%)",
        digits=(5, 2),
        aggregator=None,
        help="Off the price that the customer would pay without the card. Where several "
        "benefits cover a product, the largest discount counts; they are not added up.",
    )
    category_ids = fields.Many2many(
        "product.category",
        string="Product Categories",
        help="The discount applies to products of these categories and those below them.",
    )
    product_tmpl_ids = fields.Many2many(
        "product.template",
        string="Products",
        domain="[('sale_ok', '=', True)]",
        help="The discount applies to these products, whatever their category.",
    )
    valid_from = fields.Date(help="The first day. Empty: since ever.")
    valid_until = fields.Date(help="The last day. Empty: until further notice.")
    dealer_ids = fields.Many2many(
        "crm.dealer",
        string="Dealers",
        ondelete="restrict",
        context={"active_test": False},  # one that closes does not open it to all others
        help="Where the benefit is given. Empty: at every dealer of the network.",
    )
    member_text = fields.Text(
        string="Text for the Member",
        translate=True,
        help="Shown on the member's card and in the portal.",
    )
    summary = fields.Char(compute="_compute_summary", help="In a few words, for the advisor.")

    _percent_range = models.Constraint(
        "CHECK(percent >= 0 AND percent <= 100)", "A discount lies between 0 and 100 %."
    )
    _discount_given = models.Constraint(
        "CHECK(kind NOT IN ('labour', 'parts', 'rescue') OR percent > 0)",
        "Say how many per cent the discount is.",
    )
    _period = models.Constraint(
        "CHECK(valid_from IS NULL OR valid_until IS NULL OR valid_from <= valid_until)",
        "The last day lies before the first.",
    )

    @api.constrains("kind", "percent", "category_ids", "product_tmpl_ids")
    def _check_targets(self):
        for benefit in self:
            if benefit.kind in ("labour", "parts") and not benefit._has_targets():
                raise ValidationError(
                    self.env._(
                        "Say which product categories or products “%s” is a discount on.",
                        benefit.name,
                    )
                )

    def _has_targets(self):
        return bool(self.category_ids or self.product_tmpl_ids)

    @api.depends("kind", "percent", "name")
    @api.depends_context("lang")
    def _compute_summary(self):
        for benefit in self:
            benefit.summary = benefit._in_words()

    def _in_words(self):
        """What the benefit gives, short; ``percent`` as people write it."""
        percent = f"{self.percent:g}"
        words = {
            "labour": self.env._("%s %% off labour", percent),
            "parts": self.env._("%s %% off parts", percent),
            "rescue": self.env._("%s %% off rescue", percent),
        }
        return words.get(self.kind) or self.name

    # -- What applies -------------------------------------------------------------------------

    @api.model
    def _for(self, membership, dealer=None, date=None):
        """Return what a membership's card gives today (M2); for portal, visit and order.

        :param membership: a record of ``crm.club.membership``, or none
        :param dealer: the dealer that does the work; default the member's own
        :param datetime.date date: default today at the company
        :return: the benefits in their order, none for a membership that is not active; read by
            the rights of whoever reads the membership
        """
        # sudo: who may see a card may see what it gives.
        member = membership.sudo()
        if not member or member.state != "active":
            return self.sudo().browse()
        return self._of_tiers(member.tier_id, date)._at_dealer(dealer or member.dealer_id)

    @api.model
    def _of_tiers(self, tiers, date=None):
        """Benefits of these tiers that are valid on the day, whichever dealer gives them."""
        date = date or self.env["crm.club.membership"]._today()
        # sudo: see _for; orders of users without a dealer role are priced as well.
        return self.sudo().search([("tier_id", "in", tiers.ids)])._valid_on(date)

    def _valid_on(self, day):
        return self.filtered(
            lambda b: b.active
            and (not b.valid_from or b.valid_from <= day)
            and (not b.valid_until or b.valid_until >= day)
        )

    def _boundaries(self):
        """The days on which benefits begin, and on which they are over."""
        begins = [benefit.valid_from for benefit in self if benefit.valid_from]
        lasts = [benefit.valid_until for benefit in self if benefit.valid_until]
        return begins + [fields.Date.add(day, days=1) for day in lasts]

    def _at_dealer(self, dealer):
        """Those that ``dealer`` (may be empty) gives."""
        return self.filtered(lambda b: not b.dealer_ids or dealer.id in b.dealer_ids.ids)

    def _priced(self):
        """Those that change prices of products on orders."""
        return self.filtered(lambda benefit: benefit.percent and benefit._has_targets())

    @api.model
    def _priced_domain(self):
        return Domain("percent", ">", 0) & (
            Domain("category_ids", "!=", False) | Domain("product_tmpl_ids", "!=", False)
        )

    # -- Prices in step -----------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        benefits = super().create(vals_list)
        benefits._prices_changed(benefits.tier_id)
        return benefits

    def write(self, vals):
        tiers = self.tier_id
        if _PRICING & vals.keys():
            self.env.flush_all()  # lines say what they have before it changes
        result = super().write(vals)
        if _PRICING & vals.keys():
            self._prices_changed(tiers | self.tier_id)
        return result

    def unlink(self):
        tiers = self.tier_id
        result = super().unlink()
        self._prices_changed(tiers)
        return result

    @api.model
    def _prices_changed(self, tiers):
        """The tiers' pricelists follow at once, quotations by the nightly job or when confirmed."""
        # sudo: who may change a benefit changes what follows from it.
        tiers.sudo().benefits_changed_at = moment()
        self.env["product.pricelist"]._club_sync()

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_given(self):
        # sudo: orders of every dealer keep what they were given.
        given = self.env["sale.order.line"].sudo().search([("club_benefit_id", "in", self.ids)])
        if given:
            raise UserError(
                self.env._(
                    "“%s” was given on orders already. Archive it, or give it a last day.",
                    given[0].club_benefit_id.name,
                )
            )

    @api.model
    def _load_demo_benefits(self):
        """Called by the demo data, once; nothing of it is imported otherwise."""
        from ...demo.load_benefit import load

        load(self.env)
