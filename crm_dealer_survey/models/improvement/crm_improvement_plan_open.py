"""What a plan opens, and the phases that are proposed for it (S6)."""

from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.exceptions import UserError


class CrmImprovementPlan(models.Model):
    _inherit = "crm.improvement.plan"

    def action_open_meetings(self):
        """Open the meetings about the plan; a new one is about it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_improvement_meeting_action"
        )
        about = {"default_dealer_id": self.dealer_id.id, "default_plan_ids": self.ids}
        return {**action, "domain": [("plan_ids", "in", self.ids)], "context": about}

    def action_open_weak_points(self):
        """Open the weak points of the dealer in the questionnaire."""
        self.ensure_one()
        return self.version_id._open_weak_points(
            version_id=self.version_id.id, dealer_id=self.dealer_id.id
        )

    def action_open_suggestion(self):
        """Open what the dealer proposed as best practice."""
        self.ensure_one()
        return self.suggestion_id.get_formview_action()

    def action_propose_phases(self):
        """A phase for each month of the period after, from the start value to the target.

        What the items have of phases is replaced.

        :raise UserError: no period after, or items without start value or target
        """
        self.ensure_one()
        self._check_manages(("plan",))
        ready = self.item_ids.filtered(lambda item: item.target and item.before_count)
        if not (self.after_from and self.after_until and ready):
            raise UserError(
                self.env._(
                    "Phases lead from the start value to the target in the period after: enter "
                    "the period and the targets first."
                )
            )
        months = self._months_after()
        self.phase_ids.filtered(lambda phase: phase.item_id in ready).unlink()
        self.env["crm.improvement.phase"].create(
            [
                {
                    "item_id": item.id,
                    "begin_on": begin,
                    "until": until,
                    "target": item.before_index
                    + (item.target - item.before_index) * number / len(months),
                }
                for item in ready
                for number, (begin, until) in enumerate(months, 1)
            ]
        )
        return True

    def _months_after(self):
        """``[(begin, until)]`` of the period after, in months."""
        months, begin, number = [], self.after_from, 1
        while begin < self.after_until:
            until = min(self.after_from + relativedelta(months=number), self.after_until)
            months.append((begin, until))
            begin, number = until, number + 1
        return months
