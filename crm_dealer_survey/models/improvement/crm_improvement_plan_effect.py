"""弱项指标改善效果评估: index before and after, for each weak item and in total (S6)."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...tools.effect import difference, difference_in_differences, verdict
from ..weakpoint.crm_satisfaction_version_said import TOTAL
from .crm_improvement_plan import RUNNING

LEVELS = ("factor", "question")


def _figures(name, effect, scale):
    """The three columns of an effect."""
    figures = (effect.value, effect.low, effect.high) if effect else (0, 0, 0)
    return dict(zip(name, (round((figure or 0) * scale, 6) for figure in figures), strict=True))


class CrmImprovementPlan(models.Model):
    _inherit = "crm.improvement.plan"

    def action_measure(self):
        """Measure effect and phases now.

        :raise AccessError: neither a manager of the dealer nor the manufacturer
        :raise UserError: the plan is closed: its figures stay
        """
        for plan in self:
            plan.check_access("read")
            if not (plan._manages() or plan._asks()):
                raise AccessError(
                    self.env._("The dealer's manager or the manufacturer measures the effect.")
                )
            if plan.stage not in RUNNING:
                raise UserError(
                    self.env._("“%s” is closed: its figures stay as they are.", plan.name)
                )
        # sudo: figures that nobody types in; who may ask for them was checked.
        self.sudo()._measure()
        return True

    @api.private
    def _measure(self):
        """Write before, after, difference and phases of plans that run; closed ones stay."""
        for plan in self.sudo().filtered(lambda p: p.stage in RUNNING):
            plan.version_id._flush_said()
            for level in LEVELS:
                rows = plan._rows(level)
                if rows:
                    plan._measure_level(level, rows)
            plan._measure_phases()
            plan._store_verdict()

    def _rows(self, level):
        """``{item of the sums: row}``; the total goes with the factors."""
        rows = {row[f"{level}_id"].id: row for row in self.effect_ids if row[f"{level}_id"]}
        if level == "factor":
            rows[TOTAL] = self.effect_ids.filtered("is_total")
        return rows

    def _when(self, which):
        """Domain of the period *before* or *after*."""
        since, until = self[f"{which}_from"], self[f"{which}_until"]
        return Domain("date", ">=", since) & Domain("date", "<", until)

    def _sums(self, level, items, where):
        """``{(after or not, item): Sums}`` of both periods."""
        # sudo: figures of the dealer's own answers, which the plan is about; of others' only
        # sums, guarded by ``_comparable``.
        scores = self.env["crm.satisfaction.score"].sudo()
        both = self._when("before")
        if self.after_from and self.after_until:
            both |= self._when("after")
        return self.version_id._sums_of_items(
            scores, where & both, level, items, self.after_from or self.before_until
        )

    def _measure_level(self, level, rows):
        items = [item for item in rows if item != TOTAL]
        own = self._sums(level, items, Domain("dealer_id", "=", self.dealer_id.id))
        others, comparable = {}, set()
        if self._may_compare():
            where = Domain("dealer_id", "not in", [self.dealer_id.id, False])
            comparable = self._comparable(level, items, where)
            others = self._sums(level, items, where) if comparable else {}
        for item, row in rows.items():
            vals = self._effect_vals(own.get((False, item)), own.get((True, item)))
            pairs = [sums.get((later, item)) for sums in (own, others) for later in (False, True)]
            compared = item in comparable and all(pairs)
            row._store({**vals, **self._others_vals(pairs if compared else None)})

    def _comparable(self, level, items, where):
        """Items of which enough other dealers have answers in both periods.

        Who works at this dealer knows the figures of all dealers where they work: only the rest
        counts as others.
        """
        least = self.programme_id.yardstick_dealers
        own = (self.dealer_id | self.dealer_id.user_ids.dealer_ids).ids
        scores = self.env["crm.satisfaction.score"].sudo()
        found = [
            {
                item
                for item, (_all, _near, others, *_rest) in self.version_id._yardsticks(
                    scores, where & self._when(which), level, items, own, []
                ).items()
                if others >= least
            }
            for which in ("before", "after")
        ]
        return found[0] & found[1]

    def _scale(self):
        """From what was said, 1 to 10, to the index."""
        return self.version_id._top() / 10

    def _enough(self, *sums):
        needed = self.programme_id.min_answers
        return all(some.answers >= needed for some in sums)

    def _effect_vals(self, before, after):
        scale = self._scale()
        effect = difference(before, after) if before and after else None
        told = self.stage not in ("plan", "do") or bool(after)
        told = told and self.after_from and self.stage != "plan"
        return {
            "before_index": round(before.mean * scale, 6) if before else 0,
            "before_count": before.answers if before else 0,
            "after_index": round(after.mean * scale, 6) if after else 0,
            "after_count": after.answers if after else 0,
            **_figures(("difference", "low", "high"), effect, scale),
            "verdict": told and verdict(effect, bool(effect) and self._enough(before, after)),
        }

    def _others_vals(self, pairs):
        """
        :param pairs: own before and after, others before and after; None: not compared
        """
        effect = difference_in_differences(*pairs) if pairs else None
        names = ("others_difference", "others_low", "others_high")
        told = self.after_from and self.stage != "plan"
        word = verdict(effect, self._enough(*pairs)) if pairs else "hidden"
        return {**_figures(names, effect, self._scale()), "others_verdict": told and word}

    def _measure_phases(self):
        """What each phase reached, in one statement for each."""
        for phase in self.phase_ids:
            item = phase.item_id
            level = "question" if item.question_id else "factor"
            asked = (item.question_id or item.factor_id).id
            when = Domain("date", ">=", phase.begin_on) & Domain("date", "<", phase.until)
            where = when & Domain("dealer_id", "=", self.dealer_id.id)
            # sudo: the dealer's own answers, which the plan is about.
            scores = self.env["crm.satisfaction.score"].sudo()
            sums = self.version_id._sums_of_items(
                scores, where, level, [asked] if asked else [], phase.begin_on
            ).get((True, asked or TOTAL))
            phase._store(
                {
                    "actual": round(sums.mean * self._scale(), 6) if sums else 0,
                    "answer_count": sums.answers if sums else 0,
                }
            )

    def _store_verdict(self):
        total = self.effect_ids.filtered("is_total")
        words = set(self.effect_ids.mapped("verdict"))
        self._store(
            {
                "verdict": total.verdict,
                "has_gain": "better" in words and "worse" not in words,
                "measured_on": self.company_id._today_here(),
            }
        )
