from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.crm_dealer_grading.models.kpi.counted import Counted

VERY_SATISFIED = 9  # of 10
SPAN = (1, 10)  # of what is said of satisfaction


class CrmKpi(models.Model):
    """The KPIs of satisfaction, follow-up calls and rectification (S10)."""

    _inherit = "crm.kpi"

    def _measures(self, begin, end):
        """The versions answered; two of one programme are not compared."""
        measures = super()._measures(begin, end)
        for model in ("crm.satisfaction.score", "crm.satisfaction.strict"):
            said = [part for part in self._parts(begin, end) if part.model == model]
            if not said:
                continue
            # sudo: figures of the network, as in ``figures``.
            groups = self.env[model].sudo()._read_group(
                Domain.OR(Domain(part.domain) for part in said) & Domain("version_id", "!=", False),
                ["dealer_id", "version_id", "programme_id"],
            )
            for dealer, version, programme in groups:
                measures.setdefault(dealer.id, {})[version.id] = programme.id
        return measures

    @api.model
    def _answers(self, codes, kind, begin, end):
        """Answers of the period to shipped programmes; each has one row of the kind in total."""
        domain = [
            *self._of_programmes(codes, begin, end),
            ("kind", "=", kind),
            ("factor_id", "=", False),
        ]
        # As in ``version.index``: customers, not answers, are the units of an interval.
        return Counted("crm.satisfaction.score", domain, unit="partner_id", span=SPAN)

    @api.model
    def _of_programmes(self, codes, begin, end):
        names = [f"crm_dealer_survey.programme_{code}" for code in codes]
        # One that nobody has answered may have been deleted.
        found = [self.env.ref(name, raise_if_not_found=False) for name in names]
        return [
            ("programme_id", "in", [programme.id for programme in found if programme]),
            ("dealer_id", "!=", False),
            *self._within("date", begin, end),
        ]

    @api.model
    def _strict_mean(self, codes, begin, end):
        """The index on 100 where wrong contact data count 0."""
        domain = self._of_programmes(codes, begin, end)
        asked = Counted("crm.satisfaction.strict", domain, unit="partner_id", span=(0, SPAN[1]))
        return asked.met(measure="value:sum", scale=10.0), asked

    @api.model
    def _mean(self, codes, begin, end):
        """The satisfaction index on 100: what was said, of 10, and by how many."""
        answers = self._answers(codes, "satisfaction", begin, end)
        return answers.met(measure="value:sum", scale=10.0), answers

    def _kpi_satisfaction_ssi(self, begin, end):
        """Sales satisfaction index on 100."""
        return self._mean(["ssi"], begin, end)

    def _kpi_satisfaction_csi(self, begin, end):
        """Service satisfaction index on 100."""
        return self._mean(["csi"], begin, end)

    def _kpi_satisfaction_ssi_strict(self, begin, end):
        """Sales satisfaction, where wrong contact data count 0."""
        return self._strict_mean(["ssi"], begin, end)

    def _kpi_satisfaction_csi_strict(self, begin, end):
        """Service satisfaction, where wrong contact data count 0."""
        return self._strict_mean(["csi"], begin, end)

    def _kpi_very_satisfied(self, begin, end):
        """Answers with 9 or 10 for the whole / answers, to SSI and CSI."""
        answers = self._answers(["ssi", "csi"], "overall", begin, end)
        return answers.met(("value", ">=", VERY_SATISFIED)), answers

    def _kpi_dealer_satisfaction(self, begin, end):
        """How satisfied the dealers are with the manufacturer, on 100."""
        return self._mean(["dsi_s", "dsi_a"], begin, end)

    def _kpi_improvement(self, begin, end):
        """CSI of the second half of the year / CSI of the first half."""
        year = begin.replace(month=1, day=1)
        middle = year + relativedelta(months=6)
        later, later_count = self._mean(["csi"], middle, max(end, middle))
        return later.met(scale=100.0), later_count, *self._mean(["csi"], year, middle)

    # -- Follow-up calls -------------------------------------------------------------------------

    @api.model
    def _calls(self, begin, end):
        """The dealers' own calls that became due in the period."""
        domain = [("caller", "=", "dealer"), *self._within("date_due", begin, end)]
        return Counted("crm.followup.report", domain)

    def _kpi_followup_ratio(self, begin, end):
        """Calls made / calls due."""
        calls = self._calls(begin, end)
        return calls.met(("made", "=", 1)), calls

    def _kpi_followup_success(self, begin, end):
        """Customers reached / calls due."""
        calls = self._calls(begin, end)
        return calls.met(("reached", "=", 1)), calls

    # -- Rectification ---------------------------------------------------------------------------

    def _kpi_rectification_in_time(self, begin, end):
        """Notices due in the period that were reported in time / all of them."""
        due = Counted(
            "crm.rectification.report",
            [("is_due", "=", True), *self._within("deadline_on", begin, end)],
        )
        return due.met(("late_rate", "=", 0)), due
