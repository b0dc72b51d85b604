from collections import defaultdict
from functools import partial

from dateutil.relativedelta import relativedelta
from psycopg2.extras import Json

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.again import again
from .counted import Figure
from .crm_kpi_value import PERIODS, SCOPE
from .told import told

_COLUMNS = (
    "kpi_id", "level", "dealer_id", "region_id", "period_kind", "period", "numerator",
    "denominator", "value", "has_value", "few", "dealer_count", "told_dealers", "basis",
    "has_break", "is_closed", "measured_on",
)  # fmt: skip
# Changed rows only; a closed period stays as it was published.
_STORE = """
INSERT INTO crm_kpi_value AS old (%(columns)s)
SELECT %(columns)s FROM jsonb_populate_recordset(NULL::crm_kpi_value, %(rows)s)
    ON CONFLICT (%(scope)s) DO UPDATE SET (%(figures)s) = ROW(%(new)s)
 WHERE NOT old.is_closed
"""
_FIGURES = _COLUMNS[6:]


class CrmKpi(models.Model):
    """From the definition of a KPI to figures of any period."""

    _inherit = "crm.kpi"

    def _parts(self, begin, end):
        """What is divided by what in ``[begin, end)``: a tuple of one ``Counted`` or more."""
        self.ensure_one()
        parts = getattr(self, f"_kpi_{self.code}")(begin, end)
        return parts if isinstance(parts, tuple) else (parts,)

    @api.private
    def figures(self, begin, end):
        """The KPI in ``[begin, end)`` for every dealer, region and the network; all rights.

        :return: ``{(level, id or False): Figure}``; a region counts the dealers of all regions
            below it, and a customer whom several dealers served once
        """
        self.ensure_one()
        parts = self._parts(begin, end)
        scopes = self._scopes()
        found = [self._count(part, scopes) for part in parts]
        result = {}
        for scope, dealers in scopes.items():
            sums = [figure.get(scope, 0.0) for figure in found]
            result[scope] = Figure(*self._divide(parts, sums), dealers)
        return result

    def _measures(self, begin, end):
        """What the cases of ``[begin, end)`` were measured with; other addons extend it.

        :return: ``{dealer: {measure: kind of measure}}`` by ids; two of one kind are not compared
        """
        self.ensure_one()
        return {}

    def _bases(self, begin, end):
        """``{scope: (measures as text, whether two are of one kind)}``, where there are any."""
        measures = defaultdict(dict)
        # sudo: where dealers belong, as in ``_count``.
        dealers = self.env["crm.dealer"].sudo()
        for dealer_id, used in self._measures(begin, end).items():
            regions = self._regions_of(dealers.browse(dealer_id))
            for scope in (("dealer", dealer_id), ("network", False), *regions):
                measures[scope].update(used)
        return {
            scope: (",".join(map(str, sorted(used))), len(used) > len(set(used.values())))
            for scope, used in measures.items()
        }

    def _divide(self, parts, sums):
        """``(numerator, denominator, value, base)``; value None where nothing is divided by."""
        if len(sums) == 1:
            return sums[0], 0.0, sums[0], sums[0]
        above, below, base = sums[0], sums[1], sums[1]
        if len(sums) == 4:  # the mean of the first two over that of the others
            base = min(sums[1], sums[3])
            above, below = (sums[0] / sums[1], sums[2] / sums[3]) if base else (0.0, 0.0)
        return above, below, parts[0].scale * above / below if below else None, base

    @api.model
    def _scopes(self):
        """``{(level, id): number of dealers}``: active dealers, regions with any, the network."""
        dealers = self.env["crm.dealer"].sudo().search_fetch([], ["region_id"])
        scopes = defaultdict(int)
        for dealer in dealers:
            for scope in (("dealer", dealer.id), ("network", False), *self._regions_of(dealer)):
                scopes[scope] += 1
        return dict(scopes)

    @api.model
    def _told(self, figures):
        """``{scope: dealers}`` of the means in ``figures`` that dealers may see (``told.py``)."""
        # sudo: where dealers belong, for what each of them may see.
        dealers = self.env["crm.dealer"].sudo().browse(
            number for (level, number), figure in figures.items()
            if level == "dealer" and figure.base
        )  # fmt: skip
        cases = defaultdict(int)
        for dealer in dealers:
            for scope in (("network", False), *self._regions_of(dealer)):
                cases[scope] += 1
        numbers = [number for level, number in figures if level == "region"]
        regions = self.env["crm.dealer.region"].sudo().browse(numbers)
        network = ("network", False)
        means = {network: (None, cases[network])}
        for region in regions.sorted(lambda r: (r.parent_path.count("/"), r.id)):
            above = ("region", region.parent_id.id) if region.parent_id else network
            means["region", region.id] = (above, cases["region", region.id])
        return told(means)

    @api.model
    def _regions_of(self, dealer):
        path = dealer.region_id.parent_path or ""
        return [("region", int(step)) for step in path.split("/") if step]

    def _count(self, part, scopes):
        """``{scope: sum}`` of what ``part`` counts."""
        # sudo: a figure of the network; who sees which value is decided by rules.
        records = self.env[part.model].sudo().with_context(active_test=False)
        domain = Domain(part.domain) & Domain(part.dealer, "!=", False)
        groups = records._read_group(domain, [part.dealer], [part.measure])
        figures = {("dealer", dealer.id): figure or 0.0 for dealer, figure in groups}
        if part.measure.endswith(":count_distinct"):
            return {**figures, **self._count_once(records, domain, part, scopes)}
        sums = defaultdict(float)
        for dealer, figure in groups:
            for scope in (("network", False), *self._regions_of(dealer)):
                sums[scope] += figure or 0.0
        return {**figures, **sums}

    def _count_once(self, records, domain, part, scopes):
        """The same for regions and the network, where a customer of two dealers counts once.

        One query for all regions that have none below them.
        """
        path = f"{part.dealer}.region_id"
        groups = records._read_group(domain, [path], [part.measure])
        figures = {("region", region.id): figure for region, figure in groups if region}
        regions = self.env["crm.dealer.region"].sudo().with_context(active_test=False)
        above = regions.search([("child_ids", "!=", False)])
        for region in above.filtered(lambda region: ("region", region.id) in scopes):
            below = domain & Domain(path, "child_of", region.id)
            [[figures["region", region.id]]] = records._read_group(below, [], [part.measure])
        [[figures["network", False]]] = records._read_group(domain, [], [part.measure])
        return figures


class CrmKpiValue(models.Model):
    """Periods are measured every night until they are closed."""

    _inherit = "crm.kpi.value"

    @api.model
    def _cron_measure(self):
        """Measure the periods that are open, a KPI and a period at a time.

        Commits after each: a killed night goes on with those not measured that day. Where
        somebody measures the same by hand, it is done again.
        """
        cron = self.env["ir.cron"]
        todo = self._open_periods(self.env["crm.kpi"].search(Domain.TRUE))
        cron._commit_progress(remaining=len(todo))
        for kpi, kind, begin in todo:
            again(self.env, partial(self._measure, kpi, kind, begin), "KPIs")
            if not cron._commit_progress(1):
                return

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
        figures = kpi.figures(begin, end)
        told, bases = kpi._told(figures), kpi._bases(begin, end)
        rows = [
            self._row(kpi, scope, figure, period_kind=kind, period=str(begin),
                      told_dealers=told.get(scope, 0), basis=bases.get(scope, (None, False)),
                      is_closed=closing, measured_on=str(today))
            for scope, figure in figures.items()
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
