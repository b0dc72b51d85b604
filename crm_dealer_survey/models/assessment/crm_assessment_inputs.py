"""What an assessment stands on, collected once: plain data with numbers as text (S9)."""

import json

from dateutil.relativedelta import relativedelta

from odoo import api, models

from odoo.addons.crm_dealer_grading.models.kpi.crm_kpi_value import PERIODS

from ...tools.canonical import decimal_text
from ...tools.simulation import periods_back


class CrmAssessmentPolicy(models.Model):
    _inherit = "crm.assessment.policy"

    # -- The policy as data ----------------------------------------------------------------------

    @api.private
    def _as_data(self):
        """The policy as plain data: all that decides results, and nothing else.

        A simulation changes a copy of it and gives both to ``tools.assessment.assess``.
        """
        self.ensure_one()
        return {
            "format": 1,
            "code": self.code,
            "number": self.number,
            "period_kind": self.period_kind,
            "share": decimal_text(self.share),
            "rank_newcomers": self.rank_newcomers,
            "currency": self.currency_id.name,
            "dealer_type": self.dealer_type or None,
            "regions": sorted(self.region_ids.ids),
            "brands": sorted(self.brand_ids.ids),
            "components": [self._component_data(one) for one in self.component_ids.sorted()],
            "rules": [self._rule_data(one) for one in self.rule_ids.sorted()],
        }

    @api.model
    def _component_data(self, component):
        kpi = component.kpi_id
        return {
            "kpi": kpi.code,
            "better": kpi.better,
            "role": component.role,
            "weight": decimal_text(component.weight),
            "scoring": component.scoring,
            "floor": decimal_text(component.floor),
            "goal": decimal_text(component.goal),
            "min_base": max(component.min_base, kpi.min_base),
            "missing": component.missing,
            "few": component.few,
        }

    @api.model
    def _rule_data(self, rule):
        kpi = rule.kpi_id
        return {
            "key": rule.id,
            "kind": rule.kind,
            "scope": rule.scope,
            "steps": [
                {"up_to": decimal_text(step.up_to), "reward": decimal_text(step.reward)}
                for step in rule.step_ids.sorted()
            ],
            "places": decimal_text(rule.places),
            "unit": rule.places_unit,
            "except_last": rule.except_last,
            "periods": rule.periods,
            "amount": decimal_text(rule.amount),
            "repeat_amount": decimal_text(rule.repeat_amount),
            "points": decimal_text(rule.points),
            "kpi": kpi.code or None,
            "better": kpi.better or None,
            "min_base": kpi.min_base,
            "limit": decimal_text(rule.limit_value),
            "same_matter": rule.same_matter,
            "more_than": rule.more_than,
            "late_counts": rule.late_counts,
        }

    # -- The inputs ------------------------------------------------------------------------------

    @api.private
    def _inputs(self, begin, end):
        """All that the assessment of ``[begin, end)`` stands on; of the whole network, all rights.

        A constant number of queries for each KPI, whatever the number of dealers. Callers check
        rights: nobody who works at a dealer may see any of it.

        :param date begin: the first day of a period of the policy's kind
        :param date end: the first day after it
        :return: plain data for ``tools.assessment.assess`` and ``tools.canonical``: ``dealers``,
            ``figures`` by KPI and dealer, ``complaints``, ``faked``, ``history`` (the published
            periods before, latest first, None where one lacks) and no ``corrections``
        """
        self.ensure_one()
        # sudo: figures of the network; who asks was checked by the caller. Of the policy's company,
        # and of nothing else that a client's context may say.
        context = {"allowed_company_ids": self.company_id.ids}
        policy = self.with_env(self.env(su=True, context=context))
        dealers = policy._assessed_dealers(end)
        ids = set(dealers.ids)
        kpis = policy.component_ids.kpi_id | policy.rule_ids.kpi_id
        return {
            "format": 1,
            "period": {
                "kind": policy.period_kind, "begin": str(begin), "end": str(end)
            },
            "dealers": [policy._dealer_data(dealer, begin) for dealer in dealers.sorted("id")],
            "figures": {
                kpi.code: policy._figures(kpi, begin, end, dealers) for kpi in kpis.sorted("code")
            },
            "complaints": {
                str(number): {name: int(count) for name, count in sorted(facts.items())}
                for number, facts in sorted(policy._complaints(begin, end).items())
                if number in ids
            },
            "faked": policy._faked(dealers, begin, end),
            "history": policy._history(begin),
            "corrections": [],
        }  # fmt: skip

    def _assessed_dealers(self, end):
        """Active dealers that the policy is about and that were open before ``end``."""
        domain = ["|", ("opened_on", "=", False), ("opened_on", "<", end), *self._dealer_domain()]
        return self.env["crm.dealer"].search_fetch(domain, ["code", "region_id", "opened_on"])

    def _dealer_domain(self):
        """The dealers that the policy is about."""
        domain = []
        if self.dealer_type:
            domain.append(("dealer_type", "in", (self.dealer_type, "both")))
        if self.region_ids:
            domain.append(("region_id", "child_of", self.region_ids.ids))
        if self.brand_ids:
            domain.append(("brand_ids", "in", self.brand_ids.ids))
        return domain

    @api.model
    def _dealer_data(self, dealer, begin):
        return {
            "id": dealer.id,
            "code": dealer.code,
            "region": dealer.region_id.id or None,
            "new": bool(dealer.opened_on and dealer.opened_on > begin),
        }

    def _figures(self, kpi, begin, end, dealers):
        """``{dealer: figure}`` of a KPI; what is of the day is taken as it was closed."""
        ids = set(dealers.ids)
        found = self._kept(kpi, begin) if kpi.is_momentary else self._measured(kpi, begin, end)
        bases = kpi._measures(begin, end)
        targets = self._targets(kpi, begin, dealers)
        figures = {}
        for number, figure in found.items():
            if number in ids:
                basis = ",".join(map(str, sorted(bases.get(number, ()))))
                target = targets.get(number)
                figures[str(number)] = {**figure, "basis": basis, "target": target}
        return figures

    @api.model
    def _measured(self, kpi, begin, end):
        return {
            number: self._figure_data(figure.value, figure.base, figure)
            for (level, number), figure in kpi.figures(begin, end).items()
            if level == "dealer"
        }

    def _kept(self, kpi, begin):
        """Stored values: a figure of the day cannot be measured later."""
        values = self.env["crm.kpi.value"].search(
            [
                ("kpi_id", "=", kpi.id),
                ("level", "=", "dealer"),
                ("period_kind", "=", self.period_kind),
                ("period", "=", begin),
            ]
        )
        return {
            value.dealer_id.id: self._figure_data(
                value.value if value.has_value else None,
                value.denominator or value.numerator,
                value,
            )
            for value in values
        }

    @api.model
    def _figure_data(self, value, base, figure):
        """One figure as text; an interval needs both ends."""
        low, high = figure.low, figure.high
        if low is None or high is None or not getattr(figure, "has_interval", True):
            low = high = None
        return {
            "value": decimal_text(value),
            "n": decimal_text(base),
            "low": decimal_text(low),
            "high": decimal_text(high),
        }

    def _targets(self, kpi, begin, dealers):
        """``{dealer: target}`` where the policy scores the KPI against its target."""
        asked = self.component_ids.filtered(lambda c: c.kpi_id == kpi and c.scoring == "target")
        return self._targets_of(kpi, begin, dealers) if asked else {}

    def _targets_of(self, kpi, begin, dealers):
        """``{dealer: target}`` of the KPI in a period."""
        values = self.env["crm.kpi.value"]
        rows = [
            values.new(
                {"kpi_id": kpi.id, "level": "dealer", "dealer_id": dealer.id,
                 "region_id": dealer.region_id.id, "period_kind": self.period_kind,
                 "period": begin}
            )
            for dealer in dealers
        ]  # fmt: skip
        targets = self.env["crm.kpi.target"]._for_values(values.concat(*rows))
        return {
            row.dealer_id._origin.id: decimal_text(target)
            for row, target in targets.items()
            if target is not None
        }

    @api.model
    def _complaints(self, begin, end):
        """``{dealer: {"same_matter", "total", "late"}}``, from whoever knows complaints."""
        return self.env["crm.dealer"]._complaint_facts(begin, end)

    # -- Periods before --------------------------------------------------------------------------

    def _begins_before(self, begin, depth):
        """First days of the periods before, latest first."""
        months = PERIODS[self.period_kind]
        return [begin - relativedelta(months=months * back) for back in range(1, depth + 1)]

    def _history(self, begin, depth=None):
        """Ranked scores of the published periods before, latest first; None where one lacks."""
        begins = self._begins_before(begin, depth or self._periods_back())
        published = self.env["crm.assessment"].search(
            [
                ("policy_code", "=", self.code),
                ("company_id", "=", self.company_id.id),
                ("period_kind", "=", self.period_kind),
                ("begin", "in", begins),
                ("state", "=", "published"),
            ]
        )
        lines = self.env["crm.assessment.line"].search_fetch(
            [("assessment_id", "in", published.ids), ("is_ranked", "=", True)],
            ["dealer_id", "assessment_id", "detail"],
        )
        periods = {one.begin: {"begin": str(one.begin), "dealers": {}} for one in published}
        for line in lines:
            detail = json.loads(line.detail)
            periods[line.assessment_id.begin]["dealers"][str(line.dealer_id.id)] = {
                name: detail[name] for name in ("score", "low", "high", "region", "basis")
            }
        return [periods.get(day) for day in begins]

    def _periods_back(self):
        """How many periods before the rules may look at."""
        return periods_back([self._rule_data(rule) for rule in self.rule_ids])
