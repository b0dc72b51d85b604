from odoo import api, fields, models
from odoo.exceptions import ValidationError

MISSING = [
    ("leave_out", "Left Out, the Others Count More"),
    ("zero", "Counts 0"),
    ("unranked", "The Dealer Is Not Ranked"),
]


class CrmAssessmentPart(models.AbstractModel):
    """Part of a policy: as fixed as the policy is (S9)."""

    _name = "crm.assessment.policy.part"
    _description = "Part of an Assessment Policy"

    def _policies(self):
        """The policies that these belong to."""
        return self.policy_id

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._policies()._check_editable()
        return parts

    def write(self, vals):
        self._policies()._check_editable()
        result = super().write(vals)
        self._policies()._check_editable()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._policies()._check_editable()


class CrmAssessmentComponent(models.Model):
    """What counts in a policy: a KPI, how its value becomes a score, and its weight (S9)."""

    _name = "crm.assessment.component"
    _description = "Component of an Assessment Policy"
    _inherit = ["crm.assessment.policy.part"]
    _order = "policy_id, sequence, id"
    _rec_name = "kpi_id"

    policy_id = fields.Many2one(
        "crm.assessment.policy", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    kpi_id = fields.Many2one("crm.kpi", string="KPI", required=True, ondelete="restrict")
    role = fields.Selection(
        [("part", "Part of the Score"), ("factor", "Multiplies the Score")],
        required=True,
        default="part",
        help="“Multiplies”: score × this share, for instance × data accuracy.",
    )
    weight = fields.Float(
        default=1.0,
        digits=(16, 4),
        aggregator=None,
        help="Of the parts of the score, in any measure: 60 and 40, or 3 and 2.",
    )
    scoring = fields.Selection(
        [
            ("value", "The Value as It Is"),
            ("linear", "From Floor to Goal"),
            ("target", "Share of the KPI's Target"),
        ],
        string="Score",
        required=True,
        default="value",
        help="A score lies between 0 and 100. “As it is”: where lower is better, 100 less the "
        "value. “From floor to goal”: 0 at the floor, 100 at the goal. “Share of the target”: "
        "100 when the target is reached.",
    )
    floor = fields.Float(digits=(16, 4), aggregator=None, help="The value that scores 0.")
    goal = fields.Float(
        default=100.0,
        digits=(16, 4),
        aggregator=None,
        help="The value that scores 100; below the floor where lower is better.",
    )
    min_base = fields.Integer(
        string="Smallest Base",
        default=0,
        aggregator=None,
        help="With fewer cases than this, or than the KPI asks for, a value is too few.",
    )
    missing = fields.Selection(
        MISSING, string="No Value", required=True, default="leave_out",
        help="What a dealer without any case gets. A factor left out multiplies by one.",
    )  # fmt: skip
    few = fields.Selection(
        [("count", "Counts All the Same"), *MISSING],
        string="Too Few Cases",
        required=True,
        default="unranked",
    )

    _kpi_uniq = models.Constraint(
        "UNIQUE(policy_id, kpi_id, role)", "The policy has this KPI already. Change its weight."
    )
    _numbers_check = models.Constraint(
        "CHECK(weight > 0 AND min_base >= 0)", "Weights are above zero, bases are not below it."
    )

    @api.constrains("scoring", "floor", "goal")
    def _check_ends(self):
        for component in self:
            if component.scoring == "linear" and component.floor == component.goal:
                raise ValidationError(
                    self.env._(
                        "Floor and goal of “%s” are the same: give two values.",
                        component.kpi_id.name,
                    )
                )
