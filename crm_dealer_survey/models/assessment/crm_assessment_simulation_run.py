"""Replaying the periods of a simulation, one after the other (S9)."""

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.crm_dealer_grading.tools.again import again
from odoo.addons.crm_dealer_grading.tools.steps import take
from odoo.addons.crm_dealer_grading.tools.touch import touch

from ...tools.canonical import canonical

_AT_ONCE = 1_000  # results that whoever presses the button waits for; more are a job's
_CRON = "crm_dealer_survey.ir_cron_assessment_simulation"


class CrmAssessmentSimulation(models.Model):
    _inherit = "crm.assessment.simulation"

    def action_run(self):
        """Replay the periods under the policy as it is now; many of them by a job.

        Assessments are read and never written. Results of an earlier run go.

        :raise AccessError: by anybody but the manufacturer's manager
        :raise UserError: nothing to replay, or it is running; says what to do
        """
        self.check_access("write")
        self.env["crm.assessment"]._check_manager()
        take(self)
        self._check_not_running()
        for simulation in self:
            simulation._check_ready()
            simulation._stepping()._begin()
            counted = sum(simulation.assessment_ids.mapped("line_count"))
            if counted <= _AT_ONCE:
                for period in simulation._stepping()._waiting():
                    period._replay()
                simulation._stepping()._end()
            else:
                # sudo: the job is the system's.
                self.env.ref(_CRON).sudo()._trigger()
        return True

    def _check_ready(self):
        if not self.assessment_ids:
            raise UserError(self.env._("Choose at least one period to replay."))
        self._check_assessments()
        if not self.policy_id.component_ids.filtered(lambda one: one.role == "part"):
            raise UserError(
                self.env._("The policy says nothing that counts. Add a part of the score to it.")
            )

    def _clear(self):
        """Take the results away; by a step."""
        self.period_ids.unlink()
        owned = {name for name in self._owned_fields() if not name.endswith("_ids")}
        self.write({**dict.fromkeys(owned, False), "state": "draft"})

    def _begin(self):
        self._clear()
        self.write(
            {
                "state": "running",
                "asked_on": self.env.cr.now(),
                "policy_json": canonical(self.policy_id._as_data()),
            }
        )
        self.env["crm.assessment.simulation.period"].create(
            [
                {"simulation_id": self.id, "assessment_id": assessment.id}
                for assessment in self.assessment_ids
            ]
        )

    def _waiting(self):
        """Periods to replay, earliest first: later ones look back at them."""
        return self.period_ids.filtered(lambda one: not one.is_done).sorted("begin")

    def _end(self):
        """Add the periods up, each dealer over all of them."""
        self.env.flush_all()
        periods = self.period_ids
        groups = self.env["crm.assessment.simulation.line"]._read_group(
            [("simulation_id", "=", self.id)],
            ["dealer_id"],
            ["money_change:sum", "points_change:sum"],
        )
        # By money, then by points; cents, so that sums of floats are no gain.
        sides = [round(money, 2) or round(points, 2) for _dealer, money, points in groups]
        known = periods.filtered("has_correlation").mapped("correlation")
        self.write(
            {
                "state": "done",
                "run_on": self.env.cr.now(),
                "gain_count": sum(side > 0 for side in sides),
                "lose_count": sum(side < 0 for side in sides),
                "money_before": sum(periods.mapped("money_before")),
                "money_after": sum(periods.mapped("money_after")),
                "money_change": sum(one.money_after - one.money_before for one in periods),
                "rank_change_count": sum(periods.mapped("rank_change_count")),
                "turned_firm": sum(periods.mapped("turned_firm")),
                "turned_shaky": sum(periods.mapped("turned_shaky")),
                "has_correlation": bool(known),
                "correlation": sum(known) / len(known) if known else 0.0,
            }
        )

    # -- Job -------------------------------------------------------------------------------------

    @api.model
    def _cron_run(self):
        """Replay what is running, a period in each transaction; a killed job goes on after it."""
        cron = self.env["ir.cron"]
        running = self.search([("state", "=", "running")], order="asked_on, id")
        cron._commit_progress(remaining=sum(len(one._waiting()) for one in running))
        for simulation in running:
            while simulation.exists() and simulation.state == "running":
                again(self.env, simulation._stepping()._run_next, simulation._name)
                if not cron._commit_progress(1):
                    return

    def _run_next(self):
        """Replay the next period, or end; what is refused fails the simulation, in words."""
        touch(self)  # deleted, or run by another, at this instant: one of both is repeated
        self.invalidate_recordset()
        if not self.exists() or self.state != "running":
            return
        waiting = self._waiting()
        try:
            with self.env.cr.savepoint():
                if waiting:
                    waiting[0]._replay()
                if len(waiting) <= 1:
                    self._end()
        except UserError as refusal:
            self.write({"state": "failed", "failure": str(refusal)})
