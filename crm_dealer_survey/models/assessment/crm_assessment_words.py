"""What is said of results and proposals, in the reader's words (S9)."""

import json

from odoo import api, models
from odoo.tools import format_date


class CrmAssessmentLine(models.Model):
    _inherit = "crm.assessment.line"

    def _words_told(self, step):
        """What the dealer's manager is told when the result is shown or published."""
        self.ensure_one()
        score = f"{self.score:.2f}" if self.has_score else self.env._("none")
        if step == "show" and not self.has_appeal_time:
            return self.env._(
                "Your result: score %(score)s, rank %(rank)s. It cannot be appealed against.",
                score=score,
                rank=self.rank_words,
            )
        if step == "show":
            return self.env._(
                "Your result: score %(score)s, rank %(rank)s. You may appeal until %(day)s.",
                score=score,
                rank=self.rank_words,
                day=format_date(self.env, self.appeal_until),
            )
        return self.env._(
            "Your result is published: score %(score)s, rank %(rank)s. It does not change any "
            "more. Hash: %(hash)s",
            score=score,
            rank=self.rank_words,
            hash=self.result_hash,
        )


class CrmAssessmentProposal(models.Model):
    _inherit = "crm.assessment.proposal"

    @api.depends("kind", "facts_json")
    @api.depends_context("lang")
    def _compute_reason(self):
        for proposal in self:
            # sudo: the facts are the dealer's own; another dealer's score is in none of them.
            facts = proposal.sudo().facts_json
            words = getattr(proposal, f"_words_of_{proposal.kind}", proposal._words_of_places)
            proposal.reason = words(json.loads(facts)) if facts else False

    def _words_of_places(self, facts):
        place = {
            "score": facts["score"], "rank": facts["rank"], "count": facts["count"],
        }  # fmt: skip
        if facts["scope"] == "region":
            return self.env._(
                "Score %(score)s: rank %(rank)s of %(count)s in the region.", **place
            )
        return self.env._("Score %(score)s: rank %(rank)s of %(count)s in the network.", **place)

    def _words_of_steps(self, facts):
        step = self.env._("Among the best %s %%.", facts["step"])
        return f"{self._words_of_places(facts)} {step}"

    _words_of_bonus = _words_of_steps
    _words_of_points = _words_of_steps

    def _words_of_last(self, facts):
        streak = self.env._("Among the last, periods running: %s.", facts["streak"])
        return f"{self._words_of_places(facts)} {streak}"

    _words_of_warning = _words_of_last
    _words_of_fine = _words_of_last
    _words_of_exit = _words_of_last

    def _words_of_improvement(self, facts):
        better = self.env._("%s points better than in the period before.", facts["change"])
        return f"{self._words_of_places(facts)} {better}"

    def _words_of_complaint(self, facts):
        return self.env._(
            "Complaints: %(total)s in the period, %(same)s on one matter in a month, %(late)s "
            "solved late.",
            total=facts["total"],
            same=facts["same_matter"],
            late=facts["late"],
        )

    def _words_of_limit(self, facts):
        # sudo: the name of a KPI.
        kpi = self.env["crm.kpi"].sudo().with_context(active_test=False)
        kpi = kpi.search([("code", "=", facts["kpi"])], limit=1)
        return self.env._(
            "%(kpi)s: %(value)s of %(cases)s cases; the limit is %(limit)s.",
            kpi=kpi.name or facts["kpi"],
            value=facts["value"],
            cases=facts["n"],
            limit=facts["limit"],
        )

    def _words_of_condition(self, facts):
        return f"{self._words_of_limit(facts)} {self._words_of_lost(facts)}"

    def _words_of_faked(self, facts):
        cases = self.env._("Faked data, confirmed cases: %s.", facts["cases"])
        return f"{cases} {self._words_of_lost(facts)}"

    def _words_of_lost(self, facts):
        return self.env._(
            "Cancelled: %(amount)s in money, %(points)s points.",
            amount=facts["lost_amount"],
            points=facts["lost_points"],
        )
