from odoo import api, models
from odoo.fields import Domain

from .crm_cockpit_kpi import VALUES

ROWS = 30  # dealers of a heat map: those that miss most
FIRST, LAST = 12, 8  # of a ranking


class CrmCockpit(models.AbstractModel):
    """KPIs of dealers and regions beside each other, for the manufacturer."""

    _inherit = "crm.cockpit"

    @api.model
    def _kpi_cards_network(self, asked):
        """Figures of what is asked for, then its parts: all from the values of one period."""
        below = Domain("level", "=", "dealer") & self._below(asked)
        rows = self._kpi_values(self._now(asked) & below).filtered("has_value")
        return [
            self._kpi_card(asked),
            self._region_card(asked),
            self._dealer_card(asked, rows),
            self._missed_card(asked, rows),
            self._ranking_card(asked, rows),
            self._completeness_card(asked),
        ]

    @api.model
    def _below(self, asked):
        """The values of dealers that are asked for; of a region as it was when measured."""
        if asked.dealer:
            return Domain("dealer_id", "=", asked.dealer.id)
        if asked.region:
            return Domain("region_id", "child_of", asked.region.id)
        return Domain.TRUE

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
    def _dealer_card(self, asked, rows):
        """The dealers that miss most targets, whatever their number."""
        missed = self._missed(rows)
        order = sorted(rows.dealer_id, key=lambda d: (-len(missed.get(d, ())), d.id))[:ROWS]
        few = set(order)
        # Apart from the others: what is computed for those shown is not computed for all.
        shown = rows.browse(row.id for row in rows if row.dealer_id in few)
        title = self.env._("Dealers × KPIs")
        if len(rows.dealer_id) > ROWS:
            title = self.env._("Dealers × KPIs: the %s That Miss Most", ROWS)
        return shown and self._heat("dealers", title, 50, shown, asked, order)

    @api.model
    def _missed(self, rows):
        """``{dealer: values that miss their target}``."""
        missed = {}
        for row in rows:
            if row.standing == "missed" and not row.few:
                missed.setdefault(row.dealer_id, []).append(row)
        return missed

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
    def _missed_card(self, asked, rows):
        missed = sorted(self._missed(rows).items(), key=lambda item: (-len(item[1]), item[0].id))
        title = self.env._("Dealers Below Target")
        bars = [
            {
                "label": dealer.display_name,
                "value": len(found),
                "open": self._opens(VALUES, [("id", "in", [row.id for row in found])], title),
            }
            for dealer, found in missed[:FIRST]
        ]
        if bars:
            return self._card(
                "missed", title, "bars", 60, bars=bars, as_of=self._measured(rows),
                note=self.env._("Number of KPIs that miss their target."),
            )  # fmt: skip
        empty = self.env._("No dealer misses a target that was set for this year.")
        return self._card(
            "missed", title, "bars", 60, bars=[], empty=empty, as_of=self._measured(rows)
        )

    @api.model
    def _ranking_card(self, asked, rows):
        """One KPI of all dealers in order, the ends of the list; ranked as dealers are told."""
        rows = rows.filtered(lambda row: row.kpi_id.unit != "number")
        known = rows.filtered(lambda r: not r.few and not r.has_break).kpi_id
        kpis = rows.kpi_id.sorted(
            lambda kpi: (kpi not in known, not kpi.is_assessed, kpi.sequence, kpi.id)
        )
        if not kpis:
            return None
        kpi = asked.kpi if asked.kpi in kpis else kpis[:1]
        rows = rows.filtered(lambda row: row.kpi_id == kpi)
        sign = -1 if kpi.better == "higher" else 1
        ranked = rows.filtered(lambda r: not r.few and not r.has_break)
        ranked = ranked.sorted(lambda row: (sign * row.value, row.dealer_id.id))
        lines, place = [], 0
        for number, row in enumerate(ranked, 1):
            if number == 1 or row.value != ranked[number - 2].value:
                place = number
            lines.append(
                {
                    "rank": place,
                    "label": row.dealer_id.display_name,
                    "value": row.value,
                    "low": self._end(row, "low"),
                    "high": self._end(row, "high"),
                    "standing": row.standing,
                    "open": self._opens_one(VALUES, row.id, kpi.name),
                }
            )
        hidden = max(0, len(lines) - FIRST - LAST)
        shown = lines if not hidden else [*lines[:FIRST], *lines[-LAST:]]
        return self._card(
            "ranking", self.env._("Ranking"), "ranking", 70, unit=kpi.unit, lines=shown,
            hidden=hidden, as_of=self._measured(rows), kpi=kpi.id,
            few=len(rows) - len(ranked), formula=kpi.formula or "",
            choices=[{"id": one.id, "label": one.name} for one in kpis],
            open=self._opens(VALUES, [("id", "in", rows.ids)], kpi.name),
        )  # fmt: skip

    @api.model
    def _completeness_card(self, asked):
        """How complete the customers' files are, by region."""
        rows = not asked.dealer and self._regions_now(
            asked, Domain("kpi_id.code", "=", "completeness")
        )
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
            "completeness", rows.kpi_id.name, "bars", 80, bars=bars, unit="percent",
            as_of=self._measured(rows),
        )  # fmt: skip
