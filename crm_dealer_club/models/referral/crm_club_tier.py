from odoo import fields, models


class CrmClubTier(models.Model):
    _inherit = "crm.club.tier"

    referral_points = fields.Integer(
        default=1000, help="Credited when a recommended person takes delivery of a vehicle."
    )
    referral_amount = fields.Float(
        string="Referral Bonus",
        digits=(16, 2),
        help="Paid besides the points, in the company's currency; it is noted on the referral.",
    )

    _referral_not_negative = models.Constraint(
        "CHECK(COALESCE(referral_points, 0) >= 0 AND COALESCE(referral_amount, 0) >= 0)",
        "The reward for a referral is zero or more.",
    )
