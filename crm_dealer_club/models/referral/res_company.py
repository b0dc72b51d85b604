from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    club_referral_days = fields.Integer(
        string="Referral Counts for (Days)",
        default=180,
        help="A referral is rewarded when the vehicle is delivered within so many days.",
    )

    _club_referral_positive = models.Constraint(
        "CHECK(club_referral_days > 0)", "A referral counts for one day at least."
    )
