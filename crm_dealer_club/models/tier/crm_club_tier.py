from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.contrast import READABLE, contrast, is_colour

SCHEME = "contribution"
_COLOURS = ("card_color", "card_color_end", "card_text_color")


class CrmClubTier(models.Model):
    """A card of the club: what earns it, how long it is valid, how it looks (M1)."""

    _name = "crm.club.tier"
    _description = "Club Tier"
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short mark on cards and in exports, e.g. G.")
    sequence = fields.Integer(default=10, help="The highest tier comes first.")
    active = fields.Boolean(default=True)
    level_id = fields.Many2one(
        "crm.grading.level",
        string="Earned at Level",
        index=True,
        ondelete="restrict",
        domain="[('scheme_id.code', '=', 'contribution'), ('scheme_id.draft_of_id', '=', False)]",
        help="Customers at this level of the scheme for the club earn the tier.",
    )
    by_invitation = fields.Boolean(
        string="By Invitation Only",
        help="People give this tier, with a reason; the computation neither gives nor takes it "
        "before its last day.",
    )
    validity_months = fields.Integer(
        string="Valid for (Months)", default=12, help="How long a card of this tier is valid."
    )
    grace_days = fields.Integer(
        string="Grace (Days)",
        default=30,
        help="How long the tier is kept after its last day, for who no longer earns it.",
    )
    notice_days = fields.Integer(
        string="Notice (Days)",
        default=30,
        help="How long before the last day the member is told what is missing.",
    )
    expires_unused = fields.Boolean(
        string="Expires Without Purchases",
        help="The membership of who has spent nothing when the grace is over expires; the next "
        "purchase brings it back. Otherwise the member goes on at the lowest tier.",
    )
    points_factor = fields.Float(
        default=1.0, help="Points earned on orders and visits are multiplied by this."
    )
    description = fields.Text(translate=True)
    card_color = fields.Char(
        "Card Colour", default="#5c6369", help="Colour of the card where it begins."
    )
    card_color_end = fields.Char(
        "Colour at the End", default="#51575c", help="Colour of the card where it ends."
    )
    card_text_color = fields.Char(
        "Text Colour", default="#ffffff", help="Colour of what is written on the card."
    )
    card_preview = fields.Html(
        compute="_compute_card_preview", sanitize=False, export_string_translation=False
    )
    color = fields.Integer(string="Badge Colour", aggregator=None)
    membership_ids = fields.One2many("crm.club.membership", "tier_id", string="Members")
    member_count = fields.Integer(compute="_compute_member_count")

    _code_uniq = models.Constraint("UNIQUE(code)", "There is a tier with this code already.")
    _level_uniq = models.UniqueIndex(
        "(level_id) WHERE level_id IS NOT NULL AND active",
        "Another tier is earned at this level already.",
    )
    _validity_positive = models.Constraint(
        "CHECK(validity_months > 0)", "A card is valid for one month at least."
    )
    _days_not_negative = models.Constraint(
        "CHECK(grace_days >= 0 AND notice_days >= 0)", "Grace and notice are zero days or more."
    )
    _factor_not_negative = models.Constraint(
        "CHECK(points_factor >= 0)", "The factor for points is zero or more."
    )
    _invited_is_not_earned = models.Constraint(
        "CHECK(NOT by_invitation OR level_id IS NULL)",
        "A tier by invitation is not earned: leave its level empty.",
    )

    @api.constrains(*_COLOURS)
    def _check_colours(self):
        """What stands on a card can be read, also by who sees badly."""
        for tier in self:
            for name in _COLOURS:
                if not is_colour(tier[name]):
                    raise ValidationError(
                        self.env._(
                            "“%(field)s” of “%(tier)s” is no colour: choose one, such as #1e3a6e.",
                            field=self._fields[name]._description_string(self.env),
                            tier=tier.name,
                        )
                    )
            found = min(contrast(tier.card_text_color, tier[name]) for name in _COLOURS[:2])
            if found < READABLE:
                raise ValidationError(
                    self.env._(
                        "The text on the card “%(tier)s” is hard to read: its contrast is "
                        "%(found)s and should be %(wanted)s at least. Make the card darker or "
                        "its text lighter, or the other way round.",
                        tier=tier.name,
                        found=f"{found:.1f}",
                        wanted=READABLE,
                    )
                )

    @api.constrains("level_id")
    def _check_level(self):
        for scheme in self.level_id.scheme_id:
            if scheme.code != SCHEME or scheme.draft_of_id:
                raise ValidationError(
                    self.env._(
                        "Tiers are earned at the levels of the scheme “%s” alone. Choose one of "
                        "its levels.",
                        self.env["crm.grading.scheme"].search([("code", "=", SCHEME)]).name or "",
                    )
                )

    @api.constrains("active", "by_invitation")
    def _check_one_remains(self):
        """Somebody who has spent nothing needs a tier as well."""
        # sudo: that there are members is no secret.
        members = self.env["crm.club.membership"].sudo()
        if not self._ladder() and members.search_count([], limit=1):
            raise ValidationError(
                self.env._("One tier at least is not by invitation: new members begin there.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_held(self):
        # sudo: a tier that any member holds or held stays, whoever may see the member.
        tiers = self.sudo().with_context(active_test=False)
        ends = self.env["crm.club.membership.change"].sudo()
        held = tiers.membership_ids or ends.search_count(
            ["|", ("from_tier_id", "in", self.ids), ("to_tier_id", "in", self.ids)], limit=1
        )
        if held:
            raise UserError(
                self.env._("Members hold or held this tier. Archive it instead of deleting it.")
            )

    @api.model
    def _ladder(self):
        """The tiers that are earned, highest first; the last is everybody's."""
        # sudo: what the club's tiers are is no secret, and everybody may need it.
        return self.sudo().with_context(active_test=True).search([("by_invitation", "=", False)])

    @api.model
    def _lowest(self):
        """The tier of who has earned no other.

        :raise UserError: the club has no tiers
        """
        lowest = self._ladder()[-1:]
        if not lowest:
            raise UserError(
                self.env._("The club has no tiers yet: ask the manufacturer's manager to add them.")
            )
        return lowest.sudo(False)

    @api.depends(*_COLOURS, "name")
    @api.depends_context("lang")
    def _compute_card_preview(self):
        for tier in self:
            tier.card_preview = tier._card_html(self.env._("Your name"), "8800 0000 000")

    def _card_colours(self):
        """Where the card begins and ends, and its text; only colours get into a style."""
        return [
            self[name] if is_colour(self[name]) else self._fields[name].default(self)
            for name in _COLOURS
        ]

    def _card_html(self, holder, number, note=""):
        """The card of this tier with a holder, a number and a line below, as HTML."""
        values = dict(zip(("start", "end", "text"), self._card_colours(), strict=True))
        return self.env["ir.qweb"]._render(
            "crm_dealer_club.card",
            {**values, "tier": self.name or "", "holder": holder, "number": number, "note": note},
        )

    def _compute_member_count(self):
        counts = dict(
            self.env["crm.club.membership"]._read_group(
                [("tier_id", "in", self.ids), ("state", "in", ("active", "suspended"))],
                ["tier_id"],
                ["__count"],
            )
        )
        for tier in self:
            tier.member_count = counts.get(tier._origin, 0)

    def action_open_members(self):
        """Open the members who hold this tier."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_club.crm_club_membership_action"
        )
        return {**action, "domain": [("tier_id", "=", self.id)]}

    def _is_above(self, other):
        """Whether this tier is higher than ``other`` (which may be empty)."""
        return not other or (self.sequence, self.id) < (other.sequence, other.id)
