from functools import partial

from dateutil.relativedelta import relativedelta
from psycopg2.extras import Json

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.again import again
from ...tools.alone import alone
from ...tools.batches import one_by_one
from .crm_kpi_value import PERIODS, SCOPE

_COLUMNS = (
    "kpi_id", "level", "dealer_id", "region_id", "period_kind", "period", "numerator",
    "denominator", "value", "low", "high", "has_interval", "has_value", "few", "dealer_count",
    "told_dealers", "basis", "has_break", "is_closed", "measured_on",
)  # fmt: skip
# Changed rows only; a closed period stays as it was published.
_STORE = """
INSERT INTO crm_kpi_value AS old (%(columns)s)
SELECT %(columns)s FROM jsonb_populate_recordset(NULL::crm_kpi_value, %(rows)s)
    ON CONFLICT (%(scope)s) DO UPDATE SET (%(figures)s) = ROW(%(new)s)
 WHERE NOT old.is_closed
"""
_FIGURES = _COLUMNS[6:]


class CrmKpiValue(models.Model):
    """Periods are measured every night until they are closed."""

    _inherit = "crm.kpi.value"

    @api.model
    def _cron_measure(self):
        """Measure the periods that are open, a KPI and a period at a time.

        Commits after each: a killed night goes on with those not measured that day. Where
        somebody measures the same by hand, it is done again. One that fails is logged.
        """
        todo = self._open_periods(self.env["crm.kpi"].search(Domain.TRUE))
        for kpi, kind, begin in one_by_one(self.env, todo):
            measure = partial(self._measure, kpi, kind, begin)
            what = f"KPI {kpi.code}, {kind} from {begin}"
            again(self.env, partial(alone, self.env, measure, what), what)

    @api.model
    def _measure_open(self, kpis):
        for kpi in kpis:
            for kind, begin in self._unclosed(kpi):
                self._measure(kpi, kind, begin)

    @api.model
    def _open_periods(self, kpis):
        """``[(KPI, kind, begin)]`` that are not closed and were not measured today."""
        today = self.env.company._today_here()
        done = {
            (row.kpi_id, row.period_kind, row.period)
            for row in self.search([("level", "=", "network"), ("measured_on", ">=", today)])
        }
        return [
            (kpi, kind, begin)
            for kpi in kpis
            for kind, begin in self._unclosed(kpi)
            if (kpi, kind, begin) not in done
        ]

    @api.model
    def _unclosed(self, kpi):
        """``[(kind, begin)]``: the running periods, and those of late that are not closed."""
        today = self.env.company._today_here()
        known = {
            (row.period_kind, row.period): row.is_closed
            for row in self.search([("kpi_id", "=", kpi.id), ("level", "=", "network")])
        }
        periods = []
        for kind, months in PERIODS.items():
            begin = running = self._period_of(kind, today)
            first = today - relativedelta(months=kpi.history_months)
            while begin == running or self._period_end(kind, begin) > first:
                # How things stood then is not known today.
                if begin == running or not kpi.is_momentary or (kind, begin) in known:
                    periods.append((kind, begin))
                begin -= relativedelta(months=months)
        late = [period for period, closed in known.items() if not closed]
        return [period for period in dict.fromkeys(periods + late) if not known.get(period)]

    @api.model
    @api.private
    def _measure(self, kpi, kind, begin):
        """Measure a KPI in a period and keep the values, changed ones only; closes it in time."""
        end = self._period_end(kind, begin)
        today = self.env.company._today_here()
        if kpi.is_momentary and today >= end:
            self._close(kpi, kind, begin)
            return
        closing = (today - end).days >= kpi.settle_days
        figures, gone = kpi._all_figures(begin, end)
        told = self._told_of(kpi, kind, begin, figures)
        bases = kpi._bases(begin, end)
        rows = [
            self._row(kpi, scope, figure, period_kind=kind, period=str(begin),
                      told_dealers=told.get(scope, 0), basis=bases.get(scope, (None, False)),
                      is_closed=closing, measured_on=str(today))
            for scope, figure in figures.items()
            if scope not in gone
        ]  # fmt: skip
        self._store(rows)
        if closing:  # also what nobody measures any more: of archived dealers, empty regions
            self._close(kpi, kind, begin)

    @api.model
    def _close(self, kpi, kind, begin):
        domain = [("kpi_id", "=", kpi.id), ("period_kind", "=", kind), ("period", "=", begin)]
        self.search([*domain, ("is_closed", "=", False)]).is_closed = True

    @api.model
    def _row(self, kpi, scope, figure, basis, **period):
        level, record_id = scope
        dealer = self.env["crm.dealer"].browse(record_id if level == "dealer" else False)
        return {
            **period,
            "kpi_id": kpi.id,
            "level": level,
            "dealer_id": dealer.id or None,
            "region_id": (record_id if level == "region" else dealer.sudo().region_id.id) or None,
            "numerator": figure.numerator,
            "denominator": figure.denominator,
            "value": figure.value,
            "low": figure.low,
            "high": figure.high,
            "has_interval": figure.low is not None,
            "has_value": figure.value is not None,
            "few": figure.base < kpi.min_base,
            "dealer_count": figure.dealers,
            "basis": basis[0],
            "has_break": basis[1],
        }

    @api.model
    def _store(self, rows):
        self.flush_model()
        self.env.cr.execute(
            SQL(
                _STORE,
                columns=SQL(", ").join(map(SQL.identifier, _COLUMNS)),
                rows=Json(rows),
                scope=SQL(SCOPE),
                figures=SQL(", ").join(map(SQL.identifier, _FIGURES)),
                new=SQL(", ").join(SQL.identifier("excluded", name) for name in _FIGURES),
            )
        )
        self.invalidate_model()
