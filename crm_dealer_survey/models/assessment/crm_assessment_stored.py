"""What steps and the computation alone write; nothing of it changes once published (S9)."""

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.frozen import freeze_rows

DEALER_MANAGER = "crm_dealer_grading.group_dealer_manager"


class CrmAssessmentStored(models.AbstractModel):
    """Records of an assessment: read by many, written by steps only, superusers included."""

    _name = "crm.assessment.stored"
    _description = "Record of an Assessment"
    _inherit = ["crm.by.step"]

    _step_key = "crm_assessment_step"
    _step_deletes = True

    @api.model
    def _free_fields(self):
        """What may be written outside of steps: messages, followers, to-dos."""
        talk = self.env["mail.thread"]._fields.keys() | self.env["mail.activity.mixin"]._fields
        return talk - {"id", "display_name"}

    @api.model
    def _step_refusal(self):
        return self.env._(
            "The computation writes the results of an assessment, and its buttons take the steps: "
            "use these. What was published does not change any more."
        )

    def init(self):
        """The database refuses to change results of published assessments too."""
        super().init()
        frozen = self._frozen_columns()
        if not frozen or self._abstract:
            return
        message = "published assessments do not change"
        freeze_rows(self.env.cr, self._table, frozen, self._published_sql(), message)

    @api.model
    def _published_sql(self):
        """Condition that the row OLD is part of a published assessment."""
        return SQL(
            "EXISTS (SELECT FROM crm_assessment a WHERE a.id = OLD.assessment_id"
            " AND a.state = 'published')"
        )

    @api.model
    def _frozen_columns(self):
        """Columns that do not change once the assessment is published."""
        return ()
