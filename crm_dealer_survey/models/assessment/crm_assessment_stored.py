"""What steps and the computation alone write; nothing of it changes once published (S9)."""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.frozen import freeze_rows

# No client can send this object: only our steps write what they own.
STEP = object()
DEALER_MANAGER = "crm_dealer_grading.group_dealer_manager"
AUDITOR = "crm_dealer_grading.group_oem_auditor"
OEM_MANAGER = "crm_dealer_grading.group_oem_manager"


class CrmAssessmentStored(models.AbstractModel):
    """Records of an assessment: read by many, written by steps only, superusers included."""

    _name = "crm.assessment.stored"
    _description = "Record of an Assessment"

    def _stepping(self):
        """These records with the right to be written; callers have checked who asks."""
        # sudo: the right to the step replaces that to the fields.
        return self.sudo().with_context(crm_assessment_step=STEP)

    @api.model
    def _by_step(self):
        return self.env.context.get("crm_assessment_step") is STEP

    @api.model
    def _free_fields(self):
        """What may be written outside of steps: messages, followers, to-dos."""
        talk = self.env["mail.thread"]._fields.keys() | self.env["mail.activity.mixin"]._fields
        return talk - {"id", "display_name"}

    @api.model_create_multi
    def create(self, vals_list):
        if not self._by_step():
            raise AccessError(self._stored_refusal())
        return super().create(vals_list)

    def write(self, vals):
        if not self._by_step() and vals.keys() - self._free_fields():
            raise AccessError(self._stored_refusal())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_by_step(self):
        if not self._by_step():
            raise AccessError(self._stored_refusal())

    @api.model
    def _stored_refusal(self):
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
