from odoo import fields, models


class HelpdeskSla(models.Model):
    """A clock of our tickets: what it measures, and within how many hours."""

    _name = "helpdesk.sla"
    _inherit = ["helpdesk.sla", "crm.ticket.setting"]

    crm_clock = fields.Selection(
        [("answer", "First Answer"), ("solution", "Solution")],
        string="Clock",
        help="Runs from receipt to the first answer of a person, or to the solution.",
    )

    _crm_clock_check = models.Constraint(
        "CHECK((crm_kind IS NULL) = (crm_clock IS NULL))",
        "Say what the clock measures: the first answer or the solution.",
    )
    _crm_hours_check = models.Constraint(
        "CHECK(crm_kind IS NULL OR (days >= 0 AND hours >= 0 AND days + hours > 0))",
        "A clock runs for an hour at least.",
    )
