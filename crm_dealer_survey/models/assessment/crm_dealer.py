from odoo import fields, models


class CrmDealer(models.Model):
    _inherit = "crm.dealer"

    opened_on = fields.Date(
        tracking=True,
        help="Who opened during a period is not ranked in it. Empty: a dealer since long ago.",
    )
    assessment_line_count = fields.Integer(
        string="Assessments", compute="_compute_counts", help="Published or shown results."
    )

    def _counted(self):
        return {
            **super()._counted(),
            "assessment_line_count": (
                "crm.assessment.line",
                [("state", "in", ("shown", "published"))],
            ),
        }

    def action_open_assessment_lines(self):
        """Open the dealer's results."""
        return self._open(
            "crm_dealer_survey.crm_assessment_line_action",
            self._counted()["assessment_line_count"][1],
        )
