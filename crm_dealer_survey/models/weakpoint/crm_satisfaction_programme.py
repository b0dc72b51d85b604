from odoo import fields, models


class CrmSatisfactionProgramme(models.Model):
    """From when on something is a weak point, and how many answers it takes to say so (S5)."""

    _inherit = "crm.satisfaction.programme"

    weak_below = fields.Float(
        tracking=True,
        help="In percent of the scale: 80 is 80 of 100 or 800 of 1000. Factors below it are to be "
        "improved. 0: below the average of the factors compared.",
    )
    importance_answers = fields.Integer(
        string="Answers for Importance",
        default=10,
        required=True,
        tracking=True,
        help="Derived importance takes that many answers for each factor or question compared, "
        "and as many as an index at least.",
    )
    low_score = fields.Integer(
        string="Dissatisfied up to",
        default=6,
        required=True,
        tracking=True,
        help="Of 10. What customers wrote who gave no more is shown beside a weak point.",
    )
    yardstick_dealers = fields.Integer(
        string="Dealers in an Average",
        default=4,
        required=True,
        tracking=True,
        help="A dealer compares itself with a region or the network only where that many others "
        "have answers, so that none of them can be recognised.",
    )

    _weak_below_percent = models.Constraint(
        "CHECK(weak_below >= 0 AND weak_below <= 100)",
        "Weak is a part of the scale: from 0 to 100 percent.",
    )
    _importance_answers_positive = models.Constraint(
        "CHECK(importance_answers >= 5)",
        "Correlations of fewer than five answers for each factor say nothing.",
    )
    _low_score_scale = models.Constraint(
        "CHECK(low_score >= 1 AND low_score <= 10)", "Answers are from 1 to 10."
    )
    _yardstick_dealers_enough = models.Constraint(
        "CHECK(yardstick_dealers >= 3)",
        "In an average of fewer than three other dealers each could be recognised.",
    )
