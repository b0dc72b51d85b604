from odoo import api, fields, models
from odoo.fields import Domain

from .crm_improvement_measure import OPEN


class CrmDealer(models.Model):
    """Measures that are due, on the page *Today* (S6)."""

    _inherit = "crm.dealer"

    today_improvement_count = fields.Integer("Measures Due", compute="_compute_today")
    today_improvement_mine = fields.Integer("My Measures Due", compute="_compute_today")

    @api.model
    def _today_figures(self):
        due = Domain("state", "in", OPEN) & Domain("deadline_on", "<=", "today +2d")
        return {
            **super()._today_figures(),
            "improvement": (
                "crm.improvement.measure",
                due & Domain("plan_id.stage", "in", ("do", "check", "act")),
                "user_id",
                "crm_dealer_survey.crm_improvement_measure_action",
            ),
        }
