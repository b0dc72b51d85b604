from odoo import fields, models


class ResCompany(models.Model):
    """How many lost customers a dealer calls each month (M6)."""

    _inherit = "res.company"

    winback_per_dealer = fields.Integer(
        string="Win-Back: Cases per Dealer and Month",
        default=20,
        help="The lost customers worth most, as many as the dealer's people can call. 0: cases "
        "are opened by hand only.",
    )
    winback_pause_months = fields.Integer(
        string="Win-Back: Months between Two Cases",
        default=12,
        help="A customer whose case is closed is left alone for so long.",
    )

    _winback_check = models.Constraint(
        "CHECK(winback_per_dealer >= 0 AND winback_pause_months >= 0)",
        "Cases and months are not below 0.",
    )
