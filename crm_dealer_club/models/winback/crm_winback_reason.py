from odoo import fields, models

RESULTS = [
    ("won_back", "Won Back"),
    ("declined", "Declined"),
    ("unreachable", "Not Reached"),
    ("not_lost", "Not Lost"),
    ("merged", "Customers Merged"),
]


class CrmWinbackReason(models.Model):
    """Why a customer stays away (M6)."""

    _name = "crm.winback.reason"
    _description = "Reason for Staying Away"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short mark in exports.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    closes_as = fields.Selection(
        [("declined", "Declined"), ("not_lost", "Not Lost")],
        help="Suggested as the result when this reason is chosen: who sold the vehicle is not "
        "lost to another workshop.",
    )
    advice = fields.Text(translate=True, help="What to offer, shown during the call.")

    _code_uniq = models.Constraint("UNIQUE(code)", "There is a reason with this code already.")
