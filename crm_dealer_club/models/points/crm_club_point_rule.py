from odoo import api, fields, models

# Earned per unit of currency; the others give a fixed number.
MONEY = ("order", "visit")


class CrmClubPointRule(models.Model):
    """What earns the club's points, and how many (M3)."""

    _name = "crm.club.point.rule"
    _description = "Rule for Club Points"
    _order = "program_id, kind, sequence, id"
    _rec_name = "kind"

    program_id = fields.Many2one(
        "loyalty.program",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_club", "=", True)],
        default=lambda self: self.env["loyalty.program"]._of_club(self.env.company),
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("order", "Paid Orders"),
            ("visit", "Paid Service Visits"),
            ("survey", "Survey Answered"),
        ],
        string="Earned by",
        required=True,
        default="order",
    )
    points = fields.Float(
        digits=(16, 4),
        required=True,
        help="Orders and visits: points per unit of the program's currency, without tax and "
        "without what was paid by rewards. Others: points each time.",
    )
    category_id = fields.Many2one(
        "product.category",
        string="Product Category",
        ondelete="restrict",
        help="Orders only: lines of this category and those below it. The nearest category "
        "decides; a rule without one is for the rest.",
    )
    use_factor = fields.Boolean(
        string="Times Tier Factor",
        default=True,
        help="Multiply by the factor of the member's tier.",
    )

    @api.depends("kind", "category_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for rule in self:
            names = [kinds.get(rule.kind, ""), rule.category_id.name]
            rule.display_name = ": ".join(filter(None, names))

    _points_not_negative = models.Constraint(
        "CHECK(points >= 0)", "Rules give points; to take some, adjust the member's."
    )
    _category_of_orders = models.Constraint(
        "CHECK(category_id IS NULL OR kind = 'order')", "Only orders have product categories."
    )
    _kind_uniq = models.UniqueIndex(
        "(program_id, kind, COALESCE(category_id, 0)) WHERE active",
        "There is a rule for this already.",
    )

    @api.onchange("kind")
    def _onchange_kind(self):
        self.use_factor = self.kind in MONEY
        if self.kind != "order":
            self.category_id = False

    def _given_to(self, member):
        """Points that the rule gives ``member`` each time, or per unit of money; not rounded."""
        return self.points * (member.tier_id.points_factor if self.use_factor else 1)

    def _for_category(self, category):
        """Of these rules, the one for products of ``category``; it may be none."""
        above = [int(part) for part in (category.parent_path or "").split("/") if part]
        by_category = {rule.category_id.id: rule for rule in self}
        for number in reversed(above):
            if number in by_category:
                return by_category[number]
        return by_category.get(False, self.browse())
