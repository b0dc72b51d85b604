"""The result of an assessment in words, and what it still lacks (K1)."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

from ...tools import scorecard as arithmetic
from .crm_credit_assessment import INSIDERS


def _short(number):
    """A number without zeros behind it."""
    return f"{float(number):g}"


class CrmCreditAssessment(models.Model):
    _inherit = "crm.credit.assessment"

    explanation = fields.Text(
        compute="_compute_explanation",
        compute_sudo=True,
        help="Where the class and the proposed limit come from, in words.",
    )
    missing = fields.Text(
        string="Still Missing",
        compute="_compute_missing",
        groups=INSIDERS,
        help="What has to be answered or attached before the assessment is done.",
    )

    @api.depends(
        "state", "partner_id", "company_id", "scorecard_id", "class_id", "proposed_limit",
        "line_ids.score", "line_ids.criterion_id",
    )  # fmt: skip
    @api.depends_context("lang", "uid")
    def _compute_explanation(self):
        """Of frozen answers the same for ever; of a draft what it comes to so far.

        sudo: dealers read the words, not the answers behind them.
        """
        insider = any(map(self.env.user.has_group, INSIDERS.split(",")))
        drafts = self.filtered(lambda a: a.state == "draft")
        figures = drafts._figures() if insider else {}
        for assessment in self:
            if assessment.done_on:
                words = assessment._words(assessment._facts())
            elif insider and assessment in drafts:
                words = assessment._words(assessment._preview(figures[assessment]))
            else:
                words = []
            assessment.explanation = "\n".join(words) or False

    @api.depends(
        "state", "scorecard_id", "line_ids.score", "line_ids.attachment_ids",
        "line_ids.criterion_id",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_missing(self):
        for assessment in self:
            open_draft = assessment.state == "draft" and assessment.scorecard_id
            assessment.missing = "\n".join(assessment._lacks()) if open_draft else False

    # ---------------------------------------------------------------- what is missing

    def _check_complete(self):
        """:raise UserError: names what is missing"""
        lacks = self._lacks()
        if lacks:
            raise UserError(
                self.env._(
                    "The assessment of %(customer)s is not complete:\n%(missing)s",
                    customer=self.partner_id.display_name,
                    missing="\n".join(f"- {lack}" for lack in lacks),
                )
            )

    def _lacks(self):
        """What is missing before the assessment may be done, as sentences."""
        card = self.scorecard_id
        lines = {line.criterion_id._origin.id: line for line in self.line_ids}
        none = self.line_ids.browse()
        lacks = []
        for criterion in card.criterion_ids:
            line = lines.get(criterion.id, none)
            if criterion.required and not line.score:
                lacks.append(self.env._("%s has to be answered", criterion.name))
            if criterion.evidence_required and line.score and not line.attachment_ids:
                lacks.append(self.env._("%s needs a file as evidence", criterion.name))
        answers = self._answers()
        if arithmetic.score(answers) is not None and not self._band(arithmetic.score(answers)):
            lacks.append(self.env._("The scorecard has no class for this score: add a band"))
        coverage = arithmetic.coverage(answers)
        if coverage < arithmetic.exact(card.min_coverage) or not coverage:
            lacks.append(
                self.env._(
                    "The answers cover %(coverage)s %% of the weight, and %(least)s %% are "
                    "needed: answer more criteria",
                    coverage=_short(coverage),
                    least=_short(card.min_coverage),
                )
            )
        return lacks

    # ---------------------------------------------------------------- words

    def _facts(self):
        """Result of a closed assessment as it was stored."""
        return {
            "score": arithmetic.exact(self.score),
            "band": self.band_id,
            "figure": self.figure if self.figure_on else None,
            "day": self.figure_on,
            "limit": self.proposed_limit,
            "capped": self.is_capped,
        }

    def _preview(self, figure):
        """Result of a draft as it stands."""
        score = arithmetic.score(self._answers())
        band = self._band(score)
        limit, capped = self._proposal(band, figure) if band else (0, False)
        return {
            "score": score,
            "band": band,
            "figure": figure,
            "day": self._figure_day(),
            "limit": limit,
            "capped": capped,
        }

    def _words(self, facts):
        """Sentences on the result."""
        if facts["score"] is None or not self.scorecard_id:
            return []
        args = {"score": _short(facts["score"]), "class": facts["band"].class_id.name}
        if self.done_on:
            head = self.env._("%(score)s of 100 points: class %(class)s.", **args)
        else:
            head = self.env._("So far %(score)s of 100 points: class %(class)s.", **args)
        middle = self._factors_in_words() + self._gaps_in_words()
        return [head, *middle, self._limit_in_words(facts)]

    def _factors_in_words(self):
        """Which factors lift the score and which ones hold it down."""
        rows = [row for row in arithmetic.factors(self._answers()) if row[1] is not None]
        best = max(rows, key=lambda row: row[1])
        worst = min(reversed(rows), key=lambda row: row[1])
        if best[1] == worst[1]:
            return []
        names = {f.id: f.name for f in self.scorecard_id.criterion_ids.factor_id}
        return [
            self.env._(
                "%(best)s is the strongest factor with %(high)s of 10 (weight %(heavy)s %%), "
                "%(worst)s the weakest with %(low)s of 10 (weight %(light)s %%).",
                best=names[best[0]],
                high=f"{best[1]:.1f}",
                heavy=_short(best[2]),
                worst=names[worst[0]],
                low=f"{worst[1]:.1f}",
                light=_short(worst[2]),
            )
        ]

    def _gaps_in_words(self):
        answers = self._answers()
        open_ones = sum(answer.points is None for answer in answers)
        if not open_ones:
            return []
        return [
            self.env._(
                "%(open)s of %(all)s criteria are unanswered and left out; the others make "
                "%(coverage)s %% of the weight.",
                open=open_ones,
                all=len(answers),
                coverage=_short(arithmetic.coverage(answers)),
            )
        ]

    def _limit_in_words(self, facts):
        """Where the proposed limit comes from."""
        card, band, currency = self.scorecard_id, facts["band"], self.company_id.currency_id
        args = {"limit": format_amount(self.env, facts["limit"], currency)}
        if card.limit_method == "table":
            return self.env._(
                "Proposed limit %(limit)s: the amount of this class.", **args
            )
        args |= {
            "share": _short(band.share),
            "figure": format_amount(self.env, facts["figure"] or 0, currency),
            "metric": card.metric_id.name,
            "date": format_date(self.env, facts["day"]),
        }
        if facts["capped"]:
            return self.env._(
                "Proposed limit %(limit)s: the most for this class, less than %(share)s %% of "
                "%(metric)s (%(figure)s on %(date)s).",
                **args,
            )
        return self.env._(
            "Proposed limit %(limit)s: %(share)s %% of %(metric)s (%(figure)s on %(date)s).",
            **args,
        )
