from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..kpi.crm_kpi_value import PERIODS
from ..kpi.told import OTHERS

VALUES = "crm_dealer_grading.crm_kpi_value_action"
_INTERVAL = ("low", "high", "has_interval")
BACK = 12  # periods of a small curve
# Rank of each dealer that is asked about; values of other measures or of few cases are not ranked.
_RANKS = """
SELECT kpi_id, rank, ranked
  FROM (SELECT v.kpi_id, v.dealer_id,
               rank() OVER (PARTITION BY v.kpi_id, COALESCE(v.basis, '')
                            ORDER BY CASE k.better WHEN 'higher' THEN -v.value ELSE v.value END),
               count(*) OVER (PARTITION BY v.kpi_id, COALESCE(v.basis, '')) AS ranked,
               count(*) FILTER (WHERE v.dealer_id != ALL(%s))
                        OVER (PARTITION BY v.kpi_id, COALESCE(v.basis, '')) AS others
          FROM crm_kpi_value v
          JOIN crm_kpi k ON k.id = v.kpi_id AND k.active AND k.unit != 'number'
          JOIN crm_dealer d ON d.id = v.dealer_id AND d.active
         WHERE v.period_kind = %s AND v.period = %s AND v.level = 'dealer'
           AND v.has_value AND NOT v.few AND NOT COALESCE(v.has_break, FALSE)) found
 WHERE dealer_id = %s AND others >= %s
"""


class CrmCockpit(models.AbstractModel):
    """KPIs of one dealer, region or the network: figures with target, trend, mean and rank."""

    _inherit = "crm.cockpit"

    @api.model
    def _kpi_cards_dealer(self, asked):
        return [self._kpi_card(asked)]

    @api.model
    def _kpi_values(self, domain):
        """Values of KPIs that are in use, with the user's rights."""
        values = self.env["crm.kpi.value"]
        if not values.has_access("read"):
            return values
        stored = [
            "kpi_id", "level", "dealer_id", "region_id", "period_kind", "period", "value",
            "has_value", "few", "basis", "has_break", "measured_on", *_INTERVAL,
        ]  # fmt: skip
        return values.search_fetch(Domain(domain) & Domain("kpi_id.active", "=", True), stored)

    @api.model
    def _scope(self, asked):
        """The values of what is asked for alone."""
        if asked.dealer:
            return Domain("level", "=", "dealer") & Domain("dealer_id", "=", asked.dealer.id)
        if asked.region:
            return Domain("level", "=", "region") & Domain("region_id", "=", asked.region.id)
        return Domain("level", "=", "network")

    @api.model
    def _now(self, asked):
        return Domain("period_kind", "=", asked.kind) & Domain("period", "=", str(asked.begin))

    @api.model
    def _back(self, asked):
        """The periods of a curve, the one asked for last."""
        step = PERIODS[asked.kind]
        return [asked.begin - relativedelta(months=step * back) for back in range(BACK - 1, -1, -1)]

    @api.model
    def _kpi_card(self, asked):
        """All KPIs, the weak ones first: against target, trend, others' mean, rank."""
        periods = self._back(asked)
        kind = Domain("period_kind", "=", asked.kind)
        rows = self._kpi_values(self._scope(asked) & kind & Domain("period", "in", periods))
        now = rows.filtered(lambda row: row.period == asked.begin and row.has_value)
        if not now:
            return self._card(
                "kpi", self.env._("KPIs"), "tiles", 20, tiles=[], wide=True,
                empty=self.env._("Nothing was measured for this period yet: choose another one."),
            )  # fmt: skip
        curves = {(row.kpi_id.id, row.period): row for row in rows if row.has_value}
        means, ranks = self._means(asked), self._ranks(asked)
        tiles = [
            {
                **self._kpi_figure(row),
                "means": means.get(row.kpi_id.id, []),
                "rank": ranks.get(row.kpi_id.id, False),
                "curve": [self._point(curves.get((row.kpi_id.id, day)), row) for day in periods],
            }
            for row in now.sorted(self._weakness)
        ]
        return self._card(
            "kpi", self.env._("KPIs, the Weak Ones First"), "tiles", 20, tiles=tiles, wide=True,
            as_of=self._measured(now),
        )  # fmt: skip

    @api.model
    def _point(self, row, now):
        """A value of the curve; none where it was measured by other questionnaires, or several."""
        if not row:
            return None
        mixed = row != now and (row.has_break or now.has_break)
        return row.value if row.basis == now.basis and not mixed else None

    @api.model
    def _weakness(self, row):
        missed, worse = row.standing == "missed", row.trend == "worse"
        return (not (missed and worse), not missed, not worse, row.kpi_id.sequence, row.kpi_id.id)

    @api.model
    def _kpi_figure(self, row):
        kpi = row.kpi_id
        return {
            "id": kpi.code,
            "label": kpi.name,
            "formula": kpi.formula or "",
            "unit": kpi.unit,
            "value": row.value,
            "low": self._end(row, "low"),
            "high": self._end(row, "high"),
            "few": row.few,
            "target": row.target if row.standing else None,
            "standing": row.standing,
            "change": row.change if row.trend else None,
            "trend": row.trend,
            "note": row.break_note or "",
            "open": self._opens_one(VALUES, row.id, kpi.name),
        }

    @api.model
    def _end(self, row, name):
        """An end of the interval; None where it is not known."""
        return row[name] if row.has_interval else None

    @api.model
    def _means(self, asked):
        """``{KPI: [(name, value)]}``: of the region and the network, as far as the user is told."""
        if not asked.dealer:
            return {}
        region = asked.dealer.region_id
        near = Domain("level", "=", "region") & Domain("region_id", "=", region.id)
        rows = self._kpi_values(self._now(asked) & (Domain("level", "=", "network") | near))
        means = {}
        for row in rows.filtered(lambda row: row.has_value and row.kpi_id.unit != "number"):
            name = region.display_name if row.level == "region" else self.env._("Whole Network")
            means.setdefault(row.kpi_id.id, []).append({"label": name, "value": row.value})
        return means

    @api.model
    def _ranks(self, asked):
        """``{KPI: [rank, number of ranked dealers]}`` of the dealer; no other's place, no name.

        Among fewer than three others the order would tell too much.
        """
        if not asked.dealer:
            return {}
        # All rights: of a dealer that the user may look at (``_asked_record``) only rank and number
        # come out.
        for model in ("crm.kpi.value", "crm.kpi", "crm.dealer"):
            self.env[model].flush_model()
        own = self.env.user._own_dealers().ids if self.env.user.dealer_scoped else []
        rows = self.env.execute_query(
            SQL(_RANKS, own or [asked.dealer.id], asked.kind, asked.begin, asked.dealer.id, OTHERS)
        )
        return {kpi: [rank, ranked] for kpi, rank, ranked in rows}

    @api.model
    def _curve_card(self, name, title, code, asked, sequence):
        """A KPI over the periods: one curve for each region below, or what is asked for alone."""
        kpi = self.env["crm.kpi"].search([("code", "=", code)])
        periods = self._back(asked)
        scope = self._scope(asked)
        if not asked.dealer and not asked.region:
            scope |= Domain("level", "=", "region")
        elif asked.region:
            scope |= Domain("level", "=", "region") & Domain(
                "region_id", "child_of", asked.region.id
            )
        rows = kpi and self._kpi_values(
            scope
            & Domain("kpi_id", "=", kpi.id)
            & Domain("period_kind", "=", asked.kind)
            & Domain("period", "in", periods)
        ).filtered("has_value")
        if not rows:
            return None
        series = {}
        for row in rows:
            series.setdefault((row.level != "network", self._row_name(row)), {})[row.period] = row
        value = self.env["crm.kpi.value"]
        return self._card(
            name, title, "lines", sequence, unit=kpi.unit, as_of=self._measured(rows),
            labels=[value._name_of_period(asked.kind, day) for day in periods],
            series=[
                {"label": label, "points": [self._curve_point(points.get(day)) for day in periods]}
                for (_level, label), points in sorted(series.items())[:9]
            ],
        )  # fmt: skip

    @api.model
    def _curve_point(self, row):
        if not row:
            return None
        return {
            "value": row.value,
            "low": self._end(row, "low"),
            "high": self._end(row, "high"),
            "few": row.few,
            # Of several questionnaires: of one measure with no other value.
            "part": f"{row.basis} {row.period}" if row.has_break else row.basis or "",
            "open": self._opens_one(VALUES, row.id, self._row_name(row)),
        }

    @api.model
    def _row_name(self, row):
        if row.level == "dealer":
            return row.dealer_id.display_name
        return row.region_id.display_name if row.level == "region" else self.env._("Whole Network")
