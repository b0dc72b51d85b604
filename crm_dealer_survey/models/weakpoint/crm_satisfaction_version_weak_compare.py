from odoo import models
from odoo.fields import Domain

from ...tools.importance import derive
from ...tools.period import whole_months
from ..programme.crm_satisfaction_score_sql import OUTCOMES


class CrmSatisfactionVersion(models.Model):
    """Averages to compare with, and derived importance (S5)."""

    _inherit = "crm.satisfaction.version"

    def _weak_others(self, asked):
        """``{item: (network, region)}``: averages from 1 to 10, None where there is none.

        A dealer's user gets an average only of enough other dealers, over whole months, of the
        network and of the dealer's own region: no dealer's figure follows from it, nor from the
        difference of two.
        """
        scoped = self._weak_scoped()
        if not (scoped or asked.dealer or asked.region):
            return {}
        scores = self.env["crm.satisfaction.score"]
        scores.check_access("read")
        since, until = asked.since, asked.until
        if scoped:
            # sudo: averages of the network, for who reads own scores; guarded below.
            scores = scores.sudo()
            since, until = whole_months(since, until)
        near = asked.dealer.region_id
        near = near.with_context(active_test=False).search([("id", "child_of", near.ids)])
        figures = self._yardsticks(
            scores,
            asked.when(since, until),
            asked.level,
            asked.items.ids,
            self.env.user.dealer_ids.ids if scoped else [],
            near.ids,
        )
        least = self.sudo().programme_id.yardstick_dealers if scoped else 0
        return {item: self._weak_guarded(least, *row) for item, row in figures.items()}

    def _weak_guarded(self, least, network, region, others, near, far):
        """Both averages, each only if enough other dealers are in it; 0: no guard is needed."""
        if others < least:
            return None, None
        # Network less region is the rest: that must not be a few dealers, either.
        return network, region if near >= least and (far == 0 or far >= least) else None

    def _weak_derived(self, asked):
        """Derived importance: what it stands on, in words, and ``Derived`` or None."""
        asked_kinds = set(self.question_ids.mapped("satisfaction_kind"))
        outcome = next((kind for kind in OUTCOMES if kind in asked_kinds), None)
        if not outcome or not asked.items:
            words = self.env._(
                "Not available: the questionnaire has no question on overall satisfaction."
            )
            return {"words": words, "source": False, "explained": None, "answers": 0}, None
        programme = self.sudo().programme_id  # thresholds are no secret
        needed = max(programme.min_answers, programme.importance_answers * len(asked.items))
        domain = asked.where & asked.when(asked.since, asked.until)
        scores, source = self.env["crm.satisfaction.score"], "selection"
        derived = self._weak_derive(scores, domain, asked, outcome, needed)
        here = derived.answers
        if derived.reason and (network := self._weak_network()) is not None:
            wider = self._weak_derive(network, Domain.TRUE, asked, outcome, needed)
            if not wider.reason:
                derived, source = wider, "network"
        return {
            "words": self._weak_words_on(derived, source, outcome, here),
            "source": False if derived.reason else source,
            "explained": derived.explained and round(derived.explained, 6),
            "answers": derived.answers,
        }, derived

    def _weak_derive(self, scores, domain, asked, outcome, needed):
        items = asked.items.ids
        pairs = self._pairs_of_items(scores, domain, asked.level, items, outcome)
        return derive(items, pairs, needed)

    def _weak_network(self):
        """All answers to the version, to derive importance from; None where too few dealers."""
        scores = self.env["crm.satisfaction.score"]
        if not self._weak_scoped():
            return scores
        # sudo: correlations over the network, for who reads own scores; of enough dealers.
        scores = scores.sudo()
        [[others]] = scores._read_group(
            [
                ("version_id", "=", self.id),
                ("kind", "=", "satisfaction"),
                ("factor_id", "=", False),
                ("dealer_id", "not in", self.env.user.dealer_ids.ids),
            ],
            aggregates=["dealer_id:count_distinct"],
        )
        least = self.sudo().programme_id.yardstick_dealers
        return scores if others >= least else None

    def _weak_words_on(self, derived, source, outcome, here):
        """What the derived importance stands on, or why there is none."""
        kinds = dict(self.env["crm.satisfaction.score"]._fields["kind"]._description_selection(
            self.env
        ))  # fmt: skip
        told = {
            "outcome": kinds[outcome],
            "answers": derived.answers,
            "needed": derived.needed,
            "here": here,
            "explained": round(100 * (derived.explained or 0)),
        }
        if derived.reason == "constant":
            return self.env._("Not available: everybody gave the same “%(outcome)s”.", **told)
        if derived.reason:
            return self.env._(
                "Not available: %(answers)s answers, and it takes %(needed)s. Choose a longer "
                "period or a larger region.",
                **told,
            )
        if source == "network":
            return self.env._(
                "From %(answers)s answers of the whole network to this version, as there are "
                "only %(here)s of %(needed)s here. Together they explain %(explained)s %% of "
                "“%(outcome)s”.",
                **told,
            )
        return self.env._(
            "From %(answers)s answers. Together they explain %(explained)s %% of “%(outcome)s”.",
            **told,
        )
