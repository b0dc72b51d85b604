from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.crm_dealer_grading.models.cockpit.crm_cockpit import Waiting

from .crm_cockpit_dealer import MEASURES

_ASSESSMENTS = ("crm.assessment", "crm_dealer_survey.crm_assessment_action")
_APPEALS = ("crm.assessment.appeal", "crm_dealer_survey.crm_assessment_appeal_action")
_PROPOSALS = ("crm.assessment.proposal", "crm_dealer_survey.crm_assessment_proposal_action")
_AUDITS = ("crm.audit", "crm_dealer_survey.crm_audit_action")
_SAMPLES = ("crm.audit.sample", "crm_dealer_survey.crm_audit_sample_action")
_VEHICLES = ("crm.audit.sample.line", "crm_dealer_survey.crm_audit_sample_line_action")
_PLANS = ("crm.year.plan.status", "crm_dealer_survey.crm_year_plan_status_action")


class CrmCockpit(models.AbstractModel):
    """What waits at the manufacturer and its call centre: results, audits, plans (P3, S6–S9)."""

    _inherit = "crm.cockpit"

    @api.model
    def _cards_region(self, asked):
        return [
            *super()._cards_region(asked),
            self._improvement_card(asked),
            self._region_bars_card("training_pass", 88, asked),
        ]

    @api.model
    def _waiting(self, asked):
        oem = asked.role in ("region", "network")
        return [
            *super()._waiting(asked),
            *(self._waiting_assessments(asked) if asked.role == "network" else ()),
            *(self._waiting_results(asked) if oem else ()),
            *(self._waiting_audits(asked) if oem else ()),
            *(self._waiting_vehicles(asked) if asked.role == "call" else ()),
        ]

    @api.model
    def _waiting_assessments(self, asked):
        """They are about the whole network, whatever is asked for."""
        over = Domain("state", "=", "shown") & Domain("appeal_until", "<", str(self._today()))
        return [
            Waiting(50, self.env._("Assessments to Show to Dealers"), *_ASSESSMENTS,
                    Domain("state", "=", "computed")),
            Waiting(51, self.env._("Assessments to Publish"), *_ASSESSMENTS, over),
        ]  # fmt: skip

    @api.model
    def _waiting_results(self, asked):
        where = asked.where()
        proposed = (
            Domain("state", "=", "proposed") & Domain("assessment_state", "=", "published") & where
        )
        filed = Domain("state", "=", "filed") & where
        unplanned = Domain("state", "=", "missing") & Domain("year", "=", self._today().year)
        return [
            Waiting(52, self.env._("Appeals to Answer"), *_APPEALS, filed, "warn"),
            Waiting(53, self.env._("Proposals to Decide"), *_PROPOSALS, proposed),
            Waiting(54, self.env._("Of Them Not Significant: a Reason Is Needed"), *_PROPOSALS,
                    proposed & Domain("significance", "=", "no"), "warn"),
            Waiting(60, self.env._("Measures Overdue"), *MEASURES, self._overdue(asked), "bad"),
            Waiting(61, self.env._("Dealers without a Plan of the Year"), *_PLANS,
                    unplanned & where),
        ]  # fmt: skip

    @api.model
    def _waiting_audits(self, asked):
        today = self._today()
        after = today.replace(day=1) + relativedelta(months=1)
        todo = Domain("state", "in", ("planned", "in_progress")) & asked.where()
        late = Domain("planned_on", "<", str(today))
        month = Domain("planned_on", ">=", str(today)) & Domain("planned_on", "<", str(after))
        drawn = Domain("state", "=", "drawn") & asked.where()
        return [
            Waiting(55, self.env._("Audits to Come This Month"), *_AUDITS, todo & month),
            Waiting(56, self.env._("Audits Overdue"), *_AUDITS, todo & late, "bad"),
            Waiting(57, self.env._("Verifications to Finish"), *_SAMPLES, drawn),
        ]

    @api.model
    def _waiting_vehicles(self, asked):
        mine = Domain("state", "=", "open") & Domain("user_id", "=", self.env.uid)
        mine &= Domain("is_open", "=", True) & asked.where()
        return [Waiting(71, self.env._("Sold Vehicles to Verify"), *_VEHICLES, mine)]
