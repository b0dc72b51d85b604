from odoo import fields, models


class HelpdeskTicketTeam(models.Model):
    """How long each step of a rescue may take; around the clock (M8)."""

    _inherit = "helpdesk.ticket.team"

    rescue_answer_minutes = fields.Integer(
        string="Answer Within (Minutes)",
        default=3,
        help="From the report until somebody of the call centre takes it up.",
    )
    rescue_dispatch_minutes = fields.Integer(
        string="Dispatch Within (Minutes)",
        default=10,
        help="From the report until a dealer is sent. Counts for reports from now on.",
    )
    rescue_arrival_minutes = fields.Integer(
        string="On Site Within (Minutes)",
        default=60,
        help="From the report until help is on site. Counts for reports from now on.",
    )

    _rescue_minutes = models.Constraint(
        """CHECK(rescue_answer_minutes > 0
             AND rescue_answer_minutes <= rescue_dispatch_minutes
             AND rescue_dispatch_minutes <= rescue_arrival_minutes)""",
        "The minutes count from the report: a call is answered, then help is sent, then it is "
        "on site.",
    )
