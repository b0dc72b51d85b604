from odoo import fields, models

from .crm_assessment_stored import DEALER_MANAGER


class CrmDealer(models.Model):
    _inherit = "crm.dealer"

    opened_on = fields.Date(
        tracking=True,
        help="Who opened during a period is not ranked in it. Empty: a dealer since long ago.",
    )
    assessment_line_count = fields.Integer(
        string="Assessments", compute="_compute_counts", help="Published or shown results."
    )

    def _present_manager(self):
        """The manager who works there still; nobody where that person left or lost the role."""
        self.ensure_one()
        manager = self.sudo().manager_id  # sudo: whom the manufacturer writes to
        present = manager.active and manager.has_group(DEALER_MANAGER)
        return manager if present and self in manager._own_dealers() else manager.browse()

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
