from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    club_effect_days = fields.Integer(
        string="Effect of Activities: Days",
        default=90,
        help="How many days before and after an activity are compared.",
    )
    club_effect_minimum = fields.Integer(
        string="Effect of Activities: Fewest Pairs",
        default=10,
        help="With fewer pairs of a participant and a similar member no effect is told.",
    )

    _club_effect_positive = models.Constraint(
        "CHECK(club_effect_days > 0 AND club_effect_minimum > 1)",
        "The effect of activities needs one day at least, and two pairs.",
    )
