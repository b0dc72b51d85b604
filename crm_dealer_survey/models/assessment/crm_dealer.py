from odoo import api, fields, models
from odoo.fields import Domain

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

    today_appeal_count = fields.Integer("Appeals to Answer", compute="_compute_today")
    today_appeal_mine = fields.Integer("Appeals That I Answer", compute="_compute_today")

    def _present_manager(self):
        """The manager who works there still; nobody where that person left or lost the role."""
        self.ensure_one()
        manager = self.sudo().manager_id  # sudo: whom the manufacturer writes to
        present = manager.active and manager.has_group(DEALER_MANAGER)
        return manager if present and self in manager._own_dealers() else manager.browse()

    @api.model
    def _today_figures(self):
        """Appeals are answered by the manufacturer."""
        filed = Domain("state", "=", "filed")
        return {
            **super()._today_figures(),
            "appeal": (
                "crm.assessment.appeal",
                Domain.FALSE if self.env.user.dealer_scoped else filed,
                "assessment_id.computed_by_id",
                "crm_dealer_survey.crm_assessment_appeal_action",
            ),
        }

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
