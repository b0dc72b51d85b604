from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.crm_dealer_grading.models.cockpit.crm_cockpit import Waiting

from ...tools import planning
from ..improvement.crm_improvement_measure import OPEN
from ..improvement.crm_improvement_plan import RUNNING
from ..planning.crm_year_plan import RELEASED

RESULTS = "crm_dealer_survey.crm_assessment_line_action"
MEASURES = ("crm.improvement.measure", "crm_dealer_survey.crm_improvement_measure_action")
_AUDITS = "crm_dealer_survey.crm_audit_result_action"
_STANDING = ("crm.training.standing", "crm_dealer_survey.crm_training_standing_action")
_BACK = 12  # results of a small curve
_LATEST = 3  # audits shown
_MEASURED = {"target": None, "means": [], "curve": [], "rank": False, "few": False, "formula": "",
             "change": None, "trend": False, "low": None, "high": None}  # fmt: skip
_TONES = {planning.REACHED: "good", planning.NEAR: "", planning.MISSED: "bad"}


class CrmCockpit(models.AbstractModel):
    """A dealer's own results: assessment, audits, plans, measures, certificates (P3, S6–S9)."""

    _inherit = "crm.cockpit"

    @api.model
    def _cards_dealer(self, asked):
        return [
            *super()._cards_dealer(asked),
            self._assessment_card(asked),
            self._audit_card(asked),
            self._target_card(asked),
            self._improvement_card(asked),
        ]

    @api.model
    def _today_lines(self):
        """Measures, appeals and verifications have lines of their own."""
        apart = {"improvement", "appeal", "verify"}
        return {name: found for name, found in super()._today_lines().items() if name not in apart}

    @api.model
    def _waiting(self, asked):
        return [
            *super()._waiting(asked),
            *(self._waiting_dealer(asked) if asked.role == "dealer" else ()),
        ]

    @api.model
    def _waiting_dealer(self, asked):
        where, soon = asked.where(), self._today() + relativedelta(days=7)
        open_ = Domain("state", "in", OPEN) & Domain("plan_id.stage", "in", ("do", "check", "act"))
        days = Domain("deadline_on", ">=", str(self._today()))
        days &= Domain("deadline_on", "<=", str(soon))
        lacks = Domain("status", "in", ("missing", "expired"))
        appeal = (
            Domain("state", "=", "shown")
            & Domain("appeal_until", ">=", str(self._today()))
            & Domain("appeal_ids", "=", False)
        )
        announced = Domain("state", "=", "announced")
        return [
            Waiting(23, self.env._("Results Open to Appeal"), "crm.assessment.line", RESULTS,
                    appeal & where, "warn"),
            Waiting(24, self.env._("Measures Overdue"), *MEASURES, self._overdue(asked), "bad"),
            Waiting(25, self.env._("Measures Due in Seven Days"), *MEASURES,
                    open_ & days & where),
            Waiting(26, self.env._("Certificates Missing or Expired"), *_STANDING,
                    lacks & where, "bad"),
            Waiting(27, self.env._("Certificates That End Soon"), *_STANDING,
                    Domain("status", "=", "expiring") & where, "warn"),
            Waiting(28, self.env._("Announced Audits"), "crm.audit.result", _AUDITS,
                    announced & where),
        ]  # fmt: skip

    @api.model
    def _today(self):
        return self.env.company._today_here()

    @api.model
    def _overdue(self, asked):
        return Domain("is_overdue", "=", True) & asked.where()

    # -- Assessment ---------------------------------------------------------------------------

    @api.model
    def _assessment_card(self, asked):
        """The last result of each policy: score with interval, place, and the ones before."""
        lines = self.env["crm.assessment.line"]
        if not lines.has_access("read"):
            return None
        domain = (
            asked.where()
            & Domain("state", "in", ("shown", "published"))
            & Domain("begin", "<", str(asked.end))
        )
        found = {}
        for line in lines.search(domain, limit=10 * _BACK):
            found.setdefault(line.policy_id.id, []).append(line)
        tiles = [self._assessment_tile(rows[:_BACK]) for rows in found.values()]
        return self._card(
            "assessment", self.env._("Own Assessment"), "tiles", 21, tiles=tiles,
            note=" ".join(filter(None, (self._appeal_words(rows[0]) for rows in found.values()))),
            empty=self.env._("No result was shown yet that is about this period or before."),
        )  # fmt: skip

    @api.model
    def _assessment_tile(self, rows):
        line = rows[0]
        # sudo: the name of the policy, for whoever may read the result.
        label = f"{line.policy_id.sudo().name} · {line.period_name}"
        trend = "better" if line.change > 0 else "worse" if line.change < 0 else "same"
        return {
            **_MEASURED,
            "id": f"result_{line.id}",
            "label": label,
            "unit": "index",
            "value": line.score if line.has_score else None,
            "low": line.score_low if line.has_score else None,
            "high": line.score_high if line.has_score else None,
            "rank": line.is_ranked and [line.rank, line.ranked_count],
            "change": line.change if line.has_change else None,
            "trend": line.has_change and trend,
            "standing": "",
            "note": "",
            "curve": [row.score if row.has_score else None for row in reversed(rows)],
            "open": self._opens_one(RESULTS, line.id, label),
        }

    @api.model
    def _appeal_words(self, line):
        """Until when an appeal may be filed, as far as it may."""
        left = line.appeal_until and (line.appeal_until - self._today()).days
        if line.state != "shown" or left is False or left < 0 or line.appeal_ids:
            return ""
        return self.env._(
            "“%(result)s” can be appealed until %(day)s: %(days)s days left.",
            result=line.display_name, day=str(line.appeal_until), days=left + 1,
        )  # fmt: skip

    # -- Audits -------------------------------------------------------------------------------

    @api.model
    def _audit_card(self, asked):
        """The next announced audit, and the last ones that were released."""
        results = self.env["crm.audit.result"]
        if not results.has_access("read"):
            return None
        where = asked.where()
        announced = results.search(
            where & Domain("state", "=", "announced"), order="day, id", limit=1
        )
        released = results.search(where & Domain("state", "=", "released"), limit=_LATEST)
        tiles = [self._audit_tile(result) for result in announced | released]
        return self._card(
            "audits", self.env._("Audits"), "tiles", 86, tiles=tiles,
            empty=self.env._("No audit is announced, and none was released yet."),
        )  # fmt: skip

    @api.model
    def _audit_tile(self, result):
        done = result.state == "released"
        passed = self.env._("passed") if result.is_passed else self.env._("not passed")
        kind = dict(result._fields["kind"]._description_selection(self.env))[result.kind]
        return {
            **_MEASURED,
            "id": f"audit_{result.id}",
            "label": " · ".join([kind, str(result.day)]),
            "unit": "percent",
            "value": result.score if done else None,
            "standing": ("reached" if result.is_passed else "missed") if done else "",
            "note": passed if done else self.env._("announced"),
            "open": self._opens_one(_AUDITS, result.id, result.name),
        }

    # -- Plans --------------------------------------------------------------------------------

    @api.model
    def _target_card(self, asked):
        """How the targets of the year's plan stand: a traffic light, counted."""
        domain = (
            Domain("dealer_id", "=", asked.dealer.id)
            & Domain("year", "=", asked.begin.year)
            & Domain("phase", "=", "year")
        )
        title = self.env._("Targets of the Year")
        figures = "crm.year.plan.figure"
        if not self.env[figures].has_access("read"):
            return None
        plan = self.env["crm.year.plan"].search(
            [("dealer_id", "=", asked.dealer.id), ("year", "=", asked.begin.year)], limit=1
        )
        states = dict(plan._fields["state"]._description_selection(self.env))
        action = f"crm_dealer_survey.{figures.replace('.', '_')}_action"
        bars = []
        if plan.state in RELEASED:
            bars = self._bars(figures, domain, "light", action, title)
        for bar in bars:
            bar["tone"] = _TONES.get(bar["open"]["domain"][-1][2], "")
        return self._card(
            "targets", title, "bars", 22, bars=bars,
            note=f"{plan.name}: {states[plan.state]}" if plan else "",
            empty=self.env._("No plan of this year was approved yet."),
        )  # fmt: skip

    @api.model
    def _improvement_card(self, asked):
        """Plans that are worked on, by stage."""
        domain = asked.where() & Domain("stage", "in", RUNNING)
        title = self.env._("Improvement Plans")
        action = "crm_dealer_survey.crm_improvement_plan_action"
        bars = self._bars("crm.improvement.plan", domain, "stage", action, title)
        empty = self.env._("Nobody works on a plan: make one on the screen “Weak Points”.")
        return self._card("improvement", title, "bars", 85, bars=bars, empty=empty)
