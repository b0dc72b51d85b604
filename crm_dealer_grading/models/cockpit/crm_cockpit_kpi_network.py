from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..kpi.crm_kpi_target import of_period_sql
from ..kpi.crm_kpi_value import PERIODS
from .crm_cockpit_kpi import VALUES

ROWS = 30  # dealers of a heat map: those that miss most
FIRST, LAST = 12, 8  # of a ranking
# Dealers, those first that miss most, with the values that miss: judged as ``crm.kpi.value`` is, by
# the target of the dealer, else of the nearest region above, else of the network.
_MISSED = """
WITH place AS (
    SELECT id, parent_path FROM crm_dealer_region UNION ALL SELECT 0, ''
), far AS (
    SELECT DISTINCT ON (t.kpi_id, p.id) t.kpi_id, p.id AS region_id, t.id
      FROM crm_kpi_target t
      LEFT JOIN crm_dealer_region r ON r.id = t.region_id
      JOIN place p ON starts_with(p.parent_path, COALESCE(r.parent_path, ''))
     WHERE t.year = %(year)s AND t.dealer_id IS NULL
     ORDER BY t.kpi_id, p.id, length(r.parent_path) DESC NULLS LAST
), judged AS (
    SELECT v.dealer_id, v.id, v.measured_on,
           NOT v.few AND (CASE k.better WHEN 'higher' THEN v.value - %(target)s
                          ELSE %(target)s - v.value END) < 0 AS missed
      FROM (%(values)s) v
      JOIN crm_kpi k ON k.id = v.kpi_id
      LEFT JOIN crm_kpi_target own ON own.kpi_id = v.kpi_id AND own.year = %(year)s
           AND COALESCE(own.dealer_id, 0) = v.dealer_id AND COALESCE(own.region_id, 0) = 0
      LEFT JOIN far ON far.kpi_id = v.kpi_id AND far.region_id = COALESCE(v.region_id, 0)
      LEFT JOIN crm_kpi_target t ON t.id = COALESCE(own.id, far.id)
)
SELECT dealer_id, COALESCE(array_agg(id ORDER BY id) FILTER (WHERE missed), '{}'),
       max(measured_on)
  FROM judged
 GROUP BY dealer_id
 ORDER BY count(*) FILTER (WHERE missed) DESC, dealer_id
"""


class CrmCockpit(models.AbstractModel):
    """KPIs of dealers and regions beside each other, for the manufacturer."""

    _inherit = "crm.cockpit"

    @api.model
    def _kpi_cards_network(self, asked):
        """Figures of what is asked for, then its parts: all from the values of one period."""
        missed = self._missed(asked)
        return [
            self._kpi_card(asked),
            self._region_card(asked),
            self._dealer_card(asked, [number for number, _ids, _day in missed]),
            self._missed_card(asked, missed),
            self._ranking_card(asked),
            self._region_bars_card("completeness", 80, asked),
        ]

    @api.model
    def _below(self, asked):
        """The values of dealers that are asked for; of a region as it was when measured.

        Of dealers that are there still, as they are ranked.
        """
        below = self._now(asked) & Domain("level", "=", "dealer") & Domain("has_value", "=", True)
        if asked.dealer:
            return below & Domain("dealer_id", "=", asked.dealer.id)
        below &= Domain("dealer_id.active", "=", True)
        return below & Domain("region_id", "child_of", asked.region.id) if asked.region else below

    @api.model
    def _regions_now(self, asked, *conditions):
        domain = self._now(asked) & Domain("level", "=", "region") & Domain.AND(conditions)
        if asked.region:
            domain &= Domain("region_id", "child_of", asked.region.id)
        return self._kpi_values(domain).filtered("has_value")

    @api.model
    def _region_card(self, asked):
        rows = not asked.dealer and self._regions_now(asked)
        title = self.env._("Regions × KPIs")
        return rows and self._heat("regions", title, 40, rows, asked)

    @api.model
    def _dealer_card(self, asked, dealers):
        """The dealers that miss most targets, whatever their number."""
        order = self.env["crm.dealer"].browse(dealers[:ROWS])
        rows = self._kpi_values(self._below(asked) & Domain("dealer_id", "in", order.ids))
        title = self.env._("Dealers × KPIs")
        if len(dealers) > ROWS:
            title = self.env._("Dealers × KPIs: the %s That Miss Most", ROWS)
        return rows and self._heat("dealers", title, 50, rows, asked, order)

    @api.model
    def _missed(self, asked):
        """``[(dealer id, ids of values that miss their target, day)]``, who misses most first.

        The day is when the dealer was measured last.

        One statement: at a thousand dealers reading all values takes a second.
        """
        values = self.env["crm.kpi.value"]
        if not values.has_access("read"):
            return []
        for model in ("crm.kpi.value", "crm.kpi.target", "crm.kpi", "crm.dealer.region"):
            self.env[model].flush_model()
        query = values._search(self._below(asked) & Domain("kpi_id.active", "=", True))
        names = ("id", "kpi_id", "dealer_id", "region_id", "value", "few", "measured_on")
        columns = [SQL.identifier(query.table, name) for name in names]
        months = PERIODS[asked.kind]
        target = of_period_sql(
            SQL("t"), SQL("k"), SQL("%s", asked.begin.month), SQL("%s", months)
        )
        return self.env.execute_query(
            SQL(_MISSED, year=asked.begin.year, target=target, values=query.select(*columns))
        )

    @api.model
    def _heat(self, name, title, sequence, rows, asked, order=None):
        rows = rows.filtered(lambda row: row.kpi_id.unit != "number")
        kpis = rows.kpi_id.sorted(lambda kpi: (kpi.sequence, kpi.id))
        subject = "dealer_id" if order else "region_id"
        cells = {(row[subject], row.kpi_id): row for row in rows}
        order = order or rows.region_id.sorted("complete_name")
        return self._card(
            name, title, "heat", sequence, wide=True, as_of=self._measured(rows),
            columns=[{"label": kpi.name, "unit": kpi.unit, "formula": kpi.formula} for kpi in kpis],
            rows=[
                {
                    "label": who.display_name,
                    "filters": {"dealer" if subject == "dealer_id" else "region": who.id},
                    "cells": [self._cell(cells.get((who, kpi))) for kpi in kpis],
                }
                for who in order
            ],
        )  # fmt: skip

    @api.model
    def _cell(self, row):
        if not row:
            return None
        return {
            "value": row.value,
            "few": row.few,
            "standing": row.standing,
            "target": row.target if row.standing else None,
            "trend": row.trend,
            "open": self._opens_one(VALUES, row.id, row.kpi_id.name),
        }

    @api.model
    def _measured(self, rows):
        days = [day for day in rows.mapped("measured_on") if day]
        return str(max(days)) if days else False

    @api.model
    def _missed_card(self, asked, missed):
        """The dealers that miss most targets; ``missed`` as of ``_missed``."""
        title = self.env._("Dealers Below Target")
        most = [(number, ids) for number, ids, _day in missed if ids][:FIRST]
        dealers = self.env["crm.dealer"].browse([number for number, _ids in most])
        days = [day for _number, _ids, day in missed if day]
        bars = [
            {
                "label": dealer.display_name,
                "value": len(ids),
                "open": self._opens(VALUES, [("id", "in", ids)], title),
            }
            for dealer, (_number, ids) in zip(dealers, most, strict=True)
        ]
        empty = self.env._("No dealer misses a target that was set for this year.")
        return self._card(
            "missed", title, "bars", 60, bars=bars, empty=empty,
            as_of=str(max(days)) if days else False,
            note=bars and self.env._("Number of KPIs that miss their target.") or "",
        )  # fmt: skip

    @api.model
    def _ranking_card(self, asked):
        """One KPI of all dealers in order, the ends of the list; ranked as dealers are told.

        Values of another questionnaire than most dealers have are not ranked among these.
        """
        kpi, choices = self._ranking_choices(asked)
        if not kpi:
            return None
        below = self._below(asked) & Domain("kpi_id", "=", kpi.id)
        rows = self._kpi_values(below)
        fit = rows.filtered(lambda row: not row.few and not row.has_break)
        bases = fit.mapped("basis")
        basis = max(sorted(set(bases), key=str), key=bases.count, default=False)
        sign = -1 if kpi.better == "higher" else 1
        ranked = fit.filtered(lambda row: row.basis == basis)
        ranked = ranked.sorted(lambda row: (sign * row.value, row.dealer_id.id))
        places, known = {}, {}
        for number, row in enumerate(ranked, 1):
            places[row.id] = known.setdefault(row.value, number)
        hidden = max(0, len(ranked) - FIRST - LAST)
        shown = ranked[:FIRST] + ranked[-LAST:] if hidden else ranked
        shown = shown.browse(shown.ids)  # what is computed for those shown is not for all
        return self._card(
            "ranking", self.env._("Ranking"), "ranking", 70, unit=kpi.unit, hidden=hidden,
            lines=[self._ranking_line(row, places[row.id]) for row in shown],
            as_of=self._measured(rows), kpi=kpi.id, few=len(rows) - len(ranked),
            formula=kpi.formula or "",
            choices=[{"id": one.id, "label": one.name} for one in choices],
            open=self._opens(VALUES, below, kpi.name),
        )  # fmt: skip

    @api.model
    def _ranking_choices(self, asked):
        """``(KPI, KPIs that may be chosen)``; the one asked for, else one that ranks somebody."""
        found, known = self.env["crm.kpi"], self.env["crm.kpi"]
        domain = self._below(asked) & Domain("kpi_id.active", "=", True)
        values = self.env["crm.kpi.value"]
        if not values.has_access("read"):
            return found, found
        for kpi, few, broken in values._read_group(domain, ["kpi_id", "few", "has_break"]):
            if kpi.unit != "number":
                found |= kpi
                known |= kpi if not few and not broken else known
        choices = found.sorted(
            lambda kpi: (kpi not in known, not kpi.is_assessed, kpi.sequence, kpi.id)
        )
        return asked.kpi if asked.kpi in choices else choices[:1], choices

    @api.model
    def _ranking_line(self, row, place):
        return {
            "rank": place,
            "label": row.dealer_id.display_name,
            "value": row.value,
            "low": self._end(row, "low"),
            "high": self._end(row, "high"),
            "standing": row.standing,
            "open": self._opens_one(VALUES, row.id, row.kpi_id.name),
        }

    @api.model
    def _region_bars_card(self, code, sequence, asked):
        """A KPI by region, against its target."""
        rows = not asked.dealer and self._regions_now(asked, Domain("kpi_id.code", "=", code))
        if not rows:
            return None
        bars = [
            {
                "label": row.region_id.display_name,
                "value": row.value,
                "target": row.target if row.standing else None,
                "tone": {"missed": "bad", "reached": "good"}.get(row.standing, ""),
                "open": self._opens_one(VALUES, row.id, row.kpi_id.name),
            }
            for row in rows.sorted(lambda row: row.region_id.complete_name)
        ]
        return self._card(
            code, rows.kpi_id.name, "bars", sequence, bars=bars, unit="percent",
            as_of=self._measured(rows),
        )  # fmt: skip
