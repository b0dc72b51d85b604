from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    club_reopen_days = fields.Integer(
        string="Complaints: Days to Open Again",
        default=14,
        help="So many days after the solution a member may open a complaint again on the club's "
        "pages. 0: only through the dealer.",
    )

    _club_reopen_positive = models.Constraint(
        "CHECK(club_reopen_days >= 0)", "Complaints are opened again within 0 days or more."
    )
