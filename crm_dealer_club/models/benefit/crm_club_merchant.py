from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

OEM_MANAGER = "crm_dealer_grading.group_oem_manager"
# In the context of the steps; no caller can forge it.
_STEP = object()


class CrmClubMerchant(models.Model):
    """A partner who offers something to members: restaurant, hotel, insurer… (M2).

    Dealers' managers propose merchants for their own members; the manufacturer's manager
    releases them, and may widen them to other dealers.
    """

    _name = "crm.club.merchant"
    _description = "Partner Merchant"
    _inherit = ["crm.dealer.scope", "mail.thread", "mail.activity.mixin", "image.mixin"]
    _order = "city, sequence, name, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [("proposed", "Proposed"), ("released", "Released")],
        default="proposed",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        help="Members see a merchant once the manufacturer's manager has released it.",
    )
    category = fields.Selection(
        [
            ("food", "Food and Drink"),
            ("hotel", "Hotel and Travel"),
            ("fuel", "Fuel and Charging"),
            ("wash", "Car Wash and Care"),
            ("insurance", "Insurance and Finance"),
            ("health", "Health and Sport"),
            ("leisure", "Leisure and Culture"),
            ("shopping", "Shopping"),
            ("other", "Other"),
        ],
        required=True,
        default="food",
    )
    partner_id = fields.Many2one(
        "res.partner", string="Contact", ondelete="restrict", index="btree_not_null",
        help="Whom to call about the agreement.",
    )  # fmt: skip
    street = fields.Char()
    city = fields.Char(index=True)
    state_id = fields.Many2one(
        "res.country.state", string="Province", domain="[('country_id', '=?', country_id)]"
    )
    country_id = fields.Many2one(
        "res.country", default=lambda self: self.env.company.country_id, ondelete="restrict"
    )
    phone = fields.Char()
    website = fields.Char()
    offer = fields.Text(
        required=True,
        translate=True,
        help="What members get, and what they show for it. Members read this.",
    )
    valid_from = fields.Date(tracking=True)
    valid_until = fields.Date(tracking=True, help="The last day. Empty: until further notice.")
    is_valid = fields.Boolean(
        string="Valid Today", compute="_compute_is_valid", search="_search_is_valid"
    )
    tier_ids = fields.Many2many(
        "crm.club.tier",
        string="Tiers",
        context={"active_test": False},  # one that is archived does not open it to all others
        help="Whose members get it. Empty: every member's.",
    )
    dealer_ids = fields.Many2many(
        "crm.dealer",
        string="Dealers",
        ondelete="restrict",
        context={"active_test": False},
        help="Whose members get it. Empty: of the whole network.",
    )
    region_ids = fields.Many2many(
        "crm.dealer.region",
        string="Regions",
        ondelete="restrict",
        context={"active_test": False},
        help="Members of dealers in these regions and those below get it too.",
    )
    dealer_id = fields.Many2one(
        "crm.dealer",
        string="Proposed by",
        index=True,
        ondelete="set null",
        default=lambda self: self.env.user._own_dealers()[:1],
        help="The dealer that looks after the merchant. Empty: the manufacturer.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        help="Is reminded before the agreement ends.",
    )
    reminded_for = fields.Date(
        readonly=True, copy=False, help="Technical: the last day that was reminded of."
    )

    _period = models.Constraint(
        "CHECK(valid_from IS NULL OR valid_until IS NULL OR valid_from <= valid_until)",
        "The last day lies before the first.",
    )

    # -- Valid today --------------------------------------------------------------------------

    @api.model
    def _valid_domain(self):
        today = self.env["crm.club.membership"]._today()
        return (Domain("valid_from", "=", False) | Domain("valid_from", "<=", today)) & (
            Domain("valid_until", "=", False) | Domain("valid_until", ">=", today)
        )

    @api.depends("valid_from", "valid_until")
    def _compute_is_valid(self):
        valid = self.filtered_domain(self._valid_domain())
        for merchant in self:
            merchant.is_valid = merchant in valid

    @api.model
    def _search_is_valid(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return self._valid_domain()

    # -- Who gets it --------------------------------------------------------------------------

    @api.model
    def _offers_for(self, membership):
        """Return the merchants whose offer a member gets today (M2); for portal and advisor.

        :param membership: a record of ``crm.club.membership``, or none
        :return: released merchants of the member's tier, dealer or its region; none for a
            membership that is not active; read by the rights of who reads the membership
        """
        # sudo: who may see a card may see what it gives.
        member, merchants = membership.sudo(), self.sudo()
        if not member or member.state != "active":
            return merchants.browse()
        dealer = member.dealer_id
        everywhere = Domain("dealer_ids", "=", False) & Domain("region_ids", "=", False)
        here = Domain("dealer_ids", "in", dealer.ids)
        if dealer.region_id:
            here |= Domain("region_ids", "parent_of", dealer.region_id.ids)
        return merchants.search(
            Domain("state", "=", "released")
            & self._valid_domain()
            & (Domain("tier_ids", "=", False) | Domain("tier_ids", "in", member.tier_id.ids))
            & (everywhere | here)
        )

    @api.model
    def _action_offers(self, membership):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_club.crm_club_merchant_action"
        )
        action["domain"] = [("id", "in", self._offers_for(membership).ids)]
        action["context"] = {"create": False}
        return action

    # -- Proposing and releasing --------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        merchants = super().create([{**vals, "state": "proposed"} for vals in vals_list])
        if self._acts_for_dealers():
            merchants._check_own_members()
        elif self.env.su or self.env.user.has_group(OEM_MANAGER):
            merchants.action_release()
        return merchants

    def write(self, vals):
        step = self.env.context.get("club_merchant_step") is _STEP
        vals = {name: value for name, value in vals.items() if name != "state" or step}
        if not self._acts_for_dealers():
            return super().write(vals)
        self.check_access("write")
        if any(merchant.state == "released" for merchant in self):
            raise UserError(
                self.env._(
                    "Members see this merchant already. Ask the manufacturer's manager to change "
                    "it, or propose another."
                )
            )
        result = super().write(vals)
        self._check_own_members()
        return result

    def _check_own_members(self):
        """A dealer proposes for its own members; the manufacturer decides on others'."""
        own = self.env.user._own_dealers()
        for merchant in self.sudo():  # sudo: regions and dealers are compared, not shown
            if not merchant.dealer_ids or merchant.dealer_ids - own or merchant.region_ids:
                raise UserError(
                    self.env._(
                        "Propose “%s” for your own dealers' members: name them under Dealers, "
                        "and no region. The manufacturer's manager can widen it.",
                        merchant.name,
                    )
                )

    def action_release(self):
        """Let members see the merchants; the manufacturer's manager does it."""
        self._step("released")

    def action_withdraw(self):
        """Take released merchants back from the members."""
        self._step("proposed")

    def _step(self, state):
        if not (self.env.su or self.env.user.has_group(OEM_MANAGER)):
            raise AccessError(
                self.env._(
                    "The manufacturer's manager decides which merchants members see: "
                    "send a message here."
                )
            )
        others = self.filtered(lambda merchant: merchant.state != state)
        others.with_context(club_merchant_step=_STEP).write({"state": state})
