from odoo import fields, models


class CrmClubTier(models.Model):
    """A card of the club: what earns it, how long it is valid, how it looks (M1)."""

    _name = "crm.club.tier"
    _description = "Club Tier"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short mark on cards and in exports, e.g. G.")
    sequence = fields.Integer(default=10, help="The highest tier comes first.")
    active = fields.Boolean(default=True)
    level_id = fields.Many2one(
        "crm.grading.level",
        string="Earned at Level",
        ondelete="restrict",
        domain="[('scheme_id.code', '=', 'contribution')]",
        help="Customers at this level of the scheme for the club earn the tier.",
    )
    by_invitation = fields.Boolean(
        string="By Invitation Only",
        help="People give this tier, with a reason; the computation neither gives nor takes it.",
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
    points_factor = fields.Float(
        default=1.0, help="Points earned on orders and visits are multiplied by this."
    )
    description = fields.Text(translate=True)
    card_color = fields.Char(default="#7a8288", help="Colour of the card where it begins.")
    card_color_end = fields.Char(default="#51575c", help="Colour of the card where it ends.")
    card_text_color = fields.Char(default="#ffffff", help="Colour of what is written on the card.")
    color = fields.Integer(string="Badge Colour")
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

    def _compute_member_count(self):
        counts = dict(
            self.env["crm.club.membership"]._read_group(
                [("tier_id", "in", self.ids)], ["tier_id"], ["__count"]
            )
        )
        for tier in self:
            tier.member_count = counts.get(tier._origin, 0)

    def _is_above(self, other):
        """Whether this tier is higher than ``other`` (which may be empty)."""
        return not other or (self.sequence, self.id) < (other.sequence, other.id)
