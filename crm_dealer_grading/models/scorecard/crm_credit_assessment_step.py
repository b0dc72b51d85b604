"""Doing and cancelling an assessment, and the figure that the limit is a share of (K1)."""

from odoo import fields, models
from odoo.exceptions import UserError

from ...tools import scorecard as arithmetic
from ...tools.touch import touch
from ..grading.crm_grading_metric_sql import GradingContext


class CrmCreditAssessment(models.Model):
    _inherit = "crm.credit.assessment"

    def action_done(self):
        """Close drafts: score, class and proposed limit are computed and never change again.

        :raise AccessError: the user does not assess
        :raise UserError: no draft, the scorecard was replaced, or something is missing
        """
        self._check_assessor()
        self._check_draft()
        self._check_card_in_use()
        for assessment, figure in self._figures().items():
            assessment._check_complete()
            assessment._store(assessment._result(figure))
        self.scorecard_id.sudo()._mark_used()  # sudo: the assessor does not edit scorecards
        return True

    def action_cancel(self):
        """Cancel drafts, or done assessments that do not hold; they are kept.

        :raise AccessError: the user does not assess
        :raise UserError: it is cancelled already, or a submitted application stands on it
        """
        self._check_assessor()
        touch(self)
        self._check_not_applied_for()
        for assessment in self:
            if assessment.state == "cancelled":
                raise UserError(
                    self.env._(
                        "The assessment of %s is cancelled already.",
                        assessment.partner_id.display_name,
                    )
                )
        self._store(
            {
                "state": "cancelled",
                "cancelled_by_id": self.env.uid,
                "cancelled_on": fields.Datetime.now(),
            }
        )
        return True

    def _check_not_applied_for(self):
        """:raise UserError: a limit is being granted on one of these"""
        # sudo: that an application waits is what counts, not who may read it.
        applications = self.env["crm.credit.application"].sudo()
        application = applications.search(
            [("assessment_id", "in", self.ids), ("state", "=", "submitted")], limit=1
        )
        if application:
            raise UserError(
                self.env._(
                    "Application %(number)s waits for approval with the assessment of "
                    "%(customer)s. Choose another assessment in it, or have it refused or "
                    "recalled; then cancel this one.",
                    number=application.name,
                    customer=application.partner_id.display_name,
                )
            )

    def action_use_current(self):
        """Take drafts to the version in use; answers to criteria of the same name are kept.

        :raise UserError: no version of the scorecard is in use
        """
        self._check_assessor()
        for assessment in self:
            card = assessment.scorecard_id
            current = card.search([("code", "=", card.code), ("state", "=", "active")], limit=1)
            if not current:
                raise UserError(
                    self.env._(
                        "No version of “%s” is in use. Choose another scorecard in a new "
                        "assessment.",
                        card.name,
                    )
                )
            assessment.scorecard_id = current
        return True

    def _check_assessor(self):
        """:raise AccessError: the user does not assess these customers"""
        if not self.env.su:
            self.check_access("write")

    # ---------------------------------------------------------------- result

    def _answers(self):
        """What the arithmetic asks for: one answer for each criterion of the scorecard."""
        points = {line.criterion_id._origin.id: line._points() for line in self.line_ids}
        return [
            arithmetic.Answer(
                factor=criterion.factor_id.id,
                weight=criterion.weight,
                points=points.get(criterion.id),
            )
            for criterion in self.scorecard_id.criterion_ids
        ]

    def _band(self, score):
        if score is None:
            return self.env["crm.credit.band"]
        bands = self.scorecard_id.band_ids
        found = arithmetic.band_of(score, [(band.min_score, band) for band in bands])
        return found or bands.browse()

    def _result(self, figure):
        """Values of the result.

        :param figure: money of the company, None where the limit goes by the class
        """
        answers = self._answers()
        score = arithmetic.score(answers)
        band = self._band(score)
        limit, capped = self._proposal(band, figure)
        return {
            "state": "done",
            "score": float(score),
            "coverage": float(arithmetic.coverage(answers)),
            "band_id": band.id,
            "class_id": band.class_id.id,
            "figure": figure or 0,
            "figure_on": self._figure_day() if figure is not None else False,
            "proposed_limit": limit,
            "is_capped": capped,
            "done_by_id": self.env.uid,
            "done_on": fields.Datetime.now(),
        }

    def _proposal(self, band, figure):
        """``(limit, whether the cap holds it down)`` in the company's currency."""
        card = self.scorecard_id
        if card.limit_method == "share":
            limit, capped = arithmetic.share_of(
                figure, band.share, self._in_company_money(band.cap), card.rounding
            )
        else:
            limit = self._in_company_money(band.limit)
            # Converted amounts are odd; those of the table are as they were written.
            if card.currency_id != self.company_id.currency_id:
                limit = arithmetic.round_down(arithmetic.exact(limit), card.rounding)
            capped = False
        return float(limit), capped

    def _in_company_money(self, amount):
        """An amount of the scorecard in the company's currency, at today's rate."""
        company = self.company_id
        return self.scorecard_id.currency_id._convert(
            amount, company.currency_id, company, self._figure_day()
        )

    # ---------------------------------------------------------------- figure

    def _figure_day(self):
        """Today where the company is: the last day that counts for figures."""
        return self.company_id._today_here()

    def _figures(self):
        """``{assessment: figure}``: money of its company; None where no share is proposed."""
        figures = dict.fromkeys(self)
        shares = self.filtered(lambda a: a.scorecard_id.limit_method == "share" and a.partner_id)
        groups = shares.grouped(lambda a: (a.company_id, a.scorecard_id.metric_id))
        for (company, metric), assessments in groups.items():
            partners = assessments.partner_id._origin
            rows = self._figures_of(metric, company, partners, assessments[0]._figure_day())
            for assessment in assessments:
                figures[assessment] = rows.get(assessment.partner_id._origin.id, 0)
        return figures

    def _figures_of(self, metric, company, partners, day):
        """``{customer id: figure}`` as the grading engine computes it (G11), in ``company``.

        Branches count together, where the records behind the metric tell the company.
        """
        # sudo: the figure counts all records of the customer, as its level does.
        metric = metric.sudo().with_context(active_test=False)
        companies = company.sudo().browse(company._credit_family())
        if not all("company_id" in self.env[leaf.model_name]._fields for leaf in metric._leaves()):
            companies = companies.browse()
        total = {}
        for scope in companies or [companies]:
            context = GradingContext(
                today=day,
                tz=company._tz_here(),
                currency=company.currency_id,
                company=scope,
                partner_ids=tuple(partners.ids),
            )
            for partner_id, row in metric._figures_by_customer(context).items():
                total[partner_id] = total.get(partner_id, 0) + (row[metric.code] or 0)
        return {partner_id: float(figure) for partner_id, figure in total.items()}
