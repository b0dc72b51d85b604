from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [
    ("bonus", "Bonus by Steps"),
    ("points", "Commission Points by Quantile"),
    ("prize", "Prize for the Best"),
    ("improvement", "Improvement Prize"),
    ("warning", "Warning"),
    ("fine", "Fine"),
    ("exit", "Exit Review"),
    ("complaint", "Complaint Penalty"),
    ("limit", "Penalty below a Limit"),
    ("condition", "Condition of Rewards"),
    ("faked", "Rewards Cancelled for Faked Data"),
]
BY_STEPS = ("bonus", "points")
OF_THE_LAST = ("warning", "fine", "exit")
OF_THE_FIRST = ("prize", "improvement")
BY_KPI = ("limit", "condition")


class CrmAssessmentRule(models.Model):
    """What follows from an assessment: a reward, a penalty, a review (S9)."""

    _name = "crm.assessment.rule"
    _description = "Rule of an Assessment Policy"
    _inherit = ["crm.assessment.policy.part"]
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        "crm.assessment.policy", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(KINDS, required=True, default="bonus")
    scope = fields.Selection(
        [("network", "Network"), ("region", "Region")],
        string="Rank In",
        required=True,
        default="network",
    )
    step_ids = fields.One2many("crm.assessment.step", "rule_id", string="Steps", copy=True)
    places = fields.Float(
        string="So Many",
        digits=(16, 2),
        aggregator=None,
        help="Dealers, or percent of the ranked dealers: the first or the last ones. "
        "Of few dealers the last ones are the worse half at most.",
    )
    places_unit = fields.Selection(
        [("count", "Dealers"), ("percent", "% of the Dealers")],
        string="Counted In",
        required=True,
        default="count",
    )
    except_last = fields.Integer(
        string="None for the Last", aggregator=None,
        help="So many last dealers get nothing; of few dealers the worse half at most.",
    )  # fmt: skip
    periods = fields.Integer(
        string="Periods Running",
        required=True,
        default=1,
        aggregator=None,
        help="Among the last in so many periods, one after the other, this one included.",
    )
    amount = fields.Float(
        digits="Product Price", aggregator=None, help="In the policy's currency; not negative."
    )
    repeat_amount = fields.Float(
        string="More if Repeated",
        digits="Product Price",
        aggregator=None,
        help="Added for each period before, one after the other, in which it held as well.",
    )
    points = fields.Float(
        string="Penalty Points",
        digits=(16, 2),
        aggregator=None,
        help="Taken off; give them without a sign.",
    )
    kpi_id = fields.Many2one("crm.kpi", string="KPI", ondelete="restrict")
    limit_value = fields.Float(
        string="Limit",
        digits=(16, 4),
        aggregator=None,
        help="The KPI's value must not be worse than this.",
    )
    same_matter = fields.Integer(
        string="On One Matter in a Month, From",
        default=3,
        aggregator=None,
        help="So many complaints on the same matter within a month, or more. 0: not asked.",
    )
    more_than = fields.Integer(
        string="In the Period, More Than",
        default=5,
        aggregator=None,
        help="More complaints in the period than this. 0: not asked.",
    )
    late_counts = fields.Boolean(
        string="Also if Late", help="A complaint that was solved late is enough."
    )

    _numbers_check = models.Constraint(
        "CHECK(places >= 0 AND except_last >= 0 AND periods BETWEEN 1 AND 24 AND amount >= 0"
        " AND repeat_amount >= 0 AND points >= 0 AND same_matter >= 0 AND more_than >= 0)",
        "Figures of a rule are not negative; periods running are 1 to 24.",
    )

    @api.constrains("kind", "step_ids", "places", "kpi_id", "places_unit")
    def _check_whole(self):
        for rule in self:
            if missing := rule._missing():
                raise ValidationError(
                    self.env._("Rule “%(rule)s”: %(missing)s", rule=rule.name, missing=missing)
                )

    def _missing(self):
        """What the kind of the rule needs and is not there, in words; else None."""
        self.ensure_one()
        if self.kind in BY_STEPS and not self.step_ids:
            return self.env._("add at least one step.")
        if self.kind in OF_THE_LAST + OF_THE_FIRST and not self.places:
            return self.env._("say how many dealers it is about.")
        if self.places_unit == "percent" and self.places > 100:
            return self.env._("more than 100 % are too many.")
        if self.kind in BY_KPI and not self.kpi_id:
            return self.env._("choose the KPI whose limit it is.")
        return None


class CrmAssessmentStep(models.Model):
    """A step of a rule: the best so many percent get so much (S9)."""

    _name = "crm.assessment.step"
    _description = "Step of an Assessment Rule"
    _inherit = ["crm.assessment.policy.part"]
    _order = "rule_id, up_to, id"
    _rec_name = "up_to"

    rule_id = fields.Many2one("crm.assessment.rule", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="rule_id.company_id", store=True, index=True)
    up_to = fields.Float(
        string="Best (%)",
        required=True,
        digits=(5, 2),
        aggregator=None,
        help="Up to this share of the ranked dealers, counted from the best; a part of a "
        "dealer counts as a whole one.",
    )
    reward = fields.Float(
        required=True,
        digits=(16, 2),
        aggregator=None,
        help="Money in the policy's currency, or points, as the rule says.",
    )

    _up_to_uniq = models.Constraint(
        "UNIQUE(rule_id, up_to)", "The rule has this step already. Change its reward."
    )
    _numbers_check = models.Constraint(
        "CHECK(up_to > 0 AND up_to <= 100 AND reward >= 0)",
        "A step lies between 0 and 100 %, its reward is not negative.",
    )

    def _policies(self):
        return self.rule_id.policy_id
