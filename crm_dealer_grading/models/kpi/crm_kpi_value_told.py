from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from .counted import Figure
from .crm_kpi_value import PERIODS
from .told import MOST

_UNSAID = SQL("""
SELECT DISTINCT kpi_id, period_kind, period FROM crm_kpi_value
 WHERE level <> 'dealer' AND told_dealers IS NULL""")


class CrmKpiValue(models.Model):
    """Which means are told of a period that has others in it (S10)."""

    _inherit = "crm.kpi.value"

    @api.model
    def _told_of(self, kpi, kind, begin, figures):
        """``{scope: dealers}`` of the means in ``figures`` of a period that dealers may see.

        A quarter less two of its months is the third. So a mean is told of a longer period only to
        whom it is told of each of its months, months without cases aside; where some months were
        not measured, to nobody.
        """
        if kind == "month":
            return kpi._told(figures)
        last = self._period_end(kind, begin) - timedelta(1)
        last = min(last, self.env.company._today_here())
        months = self.search_fetch(
            [("kpi_id", "=", kpi.id), ("period_kind", "=", "month"), ("level", "!=", "dealer"),
             ("period", ">=", begin), ("period", "<=", last)],
            ["level", "region_id", "told_dealers", "numerator", "denominator"],
        )  # fmt: skip
        measured = sum(row.level == "network" for row in months)
        passed = last.month - begin.month + 1
        if measured and measured < passed and not kpi.is_momentary:
            return {}
        limits = {}
        for row in months.filtered(lambda row: row.numerator or row.denominator):
            scope = row._scope()
            limits[scope] = min(limits.get(scope, MOST), row.told_dealers)
        return kpi._told(figures, limits)

    @api.model
    def _tell_unsaid(self):
        """Say of which means dealers may know, where a former version did not say it."""
        self.flush_model()
        rows = self.env.execute_query_dict(_UNSAID)
        # Months first: longer periods look at them.
        for row in sorted(rows, key=lambda row: (PERIODS[row["period_kind"]], row["period"])):
            kpi = self.env["crm.kpi"].browse(row["kpi_id"])
            kind, begin = row["period_kind"], row["period"]
            values = self.search(
                [("kpi_id", "=", kpi.id), ("period_kind", "=", kind), ("period", "=", begin)]
            )
            figures = {value._scope(): value._as_figure() for value in values}
            told = self._told_of(kpi, kind, begin, figures)
            for value in values.filtered(lambda value: value.level != "dealer"):
                value.told_dealers = told.get(value._scope(), 0)
            self.flush_model()

    def _scope(self):
        record = {"dealer": self.dealer_id, "region": self.region_id}.get(self.level)
        return self.level, record.id if record else False

    def _as_figure(self):
        base = self.denominator or self.numerator
        return Figure(self.numerator, self.denominator, self.value, base, self.dealer_count)
