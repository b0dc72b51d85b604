from odoo import api, models

from odoo.addons.crm_dealer_grading.tools.retention import (
    CLEAR,
    EMPTY,
    FILES,
    RetentionKind,
)


class CrmRetentionRule(models.Model):
    """What the club keeps of people, and until when it is needed (P4).

    Consents are no kind: they prove what people agreed to, as long as there is a person.
    """

    _inherit = "crm.retention.rule"

    @api.model
    def _kinds(self):
        return {**super()._kinds(), **self._kinds_of_members(), **self._kinds_of_tickets()}

    @api.model
    def _kinds_of_members(self):
        return {
            "care_reminder": RetentionKind(
                label=self.env._("Reminders that were sent or left out"),
                model="crm.care.reminder",
                date="date",
                domain=(("state", "!=", "planned"),),
                # The ledger keeps a reminder from being sent twice, and effects are measured.
                months=24,
            ),
            "referral": RetentionKind(
                label=self.env._("Recommended people who never became customers"),
                model="crm.club.referral",
                date="date",
                domain=(("state", "in", ("lost", "refused")), ("rewarded_on", "=", False)),
                actions=(CLEAR,),
                clear={
                    "person_name": EMPTY, "phone": False, "email": False, "told_name": False,
                    "told_phone": False,
                },
                months=6,
            ),
        }  # fmt: skip

    @api.model
    def _kinds_of_tickets(self):
        return {
            "rescue_place": RetentionKind(
                label=self.env._("Places and plates of rescues that are over"),
                model="helpdesk.ticket",
                date="closed_date",
                domain=(("crm_kind", "=", "rescue"), ("stage_id.closed", "=", True)),
                actions=(CLEAR, FILES),
                clear={
                    "rescue_place": False, "rescue_latitude": 0.0, "rescue_longitude": 0.0,
                    "rescue_plate": False, "rescue_result_note": False,
                    "rescue_call_back_note": False,
                },
                months=6,
                writer="_store",
            ),
            "complaint_file": RetentionKind(
                label=self.env._("Photos and files of complaints that are closed"),
                model="helpdesk.ticket",
                date="closed_date",
                domain=(("crm_kind", "=", "complaint"), ("stage_id.closed", "=", True)),
                actions=(FILES,),
                months=12,
            ),
        }  # fmt: skip
