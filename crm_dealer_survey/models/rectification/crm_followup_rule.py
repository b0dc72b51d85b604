from odoo import fields, models


class CrmFollowupRule(models.Model):
    """The call after a rectification follows a rule as others do (S4)."""

    _inherit = "crm.followup.rule"

    event = fields.Selection(
        selection_add=[("rectification", "Report of a Rectification")],
        ondelete={"rectification": "cascade"},
    )

    # The dealer does not ask whether its own work is good enough.
    _rectification_check = models.Constraint(
        "CHECK(event <> 'rectification' OR caller = 'call_centre')",
        "After a rectification the call centre calls. Choose it.",
    )
