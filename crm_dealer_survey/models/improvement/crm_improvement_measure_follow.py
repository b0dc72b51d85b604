from odoo import models

from .crm_improvement_measure import OPEN


class CrmImprovementMeasure(models.Model):
    """To-dos of who carries measures out (S6)."""

    _inherit = "crm.improvement.measure"

    def _after_step(self):
        """To-dos follow the state."""
        if self.state not in OPEN:
            self.activity_unlink(["mail.mail_activity_data_todo"])
        elif not self.activity_ids:
            self._plan_todo()

    def _plan_todo(self):
        """A to-do for who is in charge, until the deadline."""
        if self.user_id and self.deadline_on:
            worded = self.with_context(lang=self.user_id.lang, mail_activity_quick_update=True)
            worded.activity_schedule(
                "mail.mail_activity_data_todo",
                self.deadline_on,
                user_id=self.user_id.id,
                summary=self.name,
            )
