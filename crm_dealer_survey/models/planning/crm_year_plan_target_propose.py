"""Targets that are proposed, and those that hold (S8)."""

from datetime import date

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...tools import planning

PERIODS = ("year", "half", "quarter", "month")


class CrmYearPlan(models.Model):
    _inherit = "crm.year.plan"

    def action_propose(self):
        """Propose targets from last year's figures and the targets from above.

        Lines that are missing are added; those there keep their target beside the new proposal.

        :raise AccessError: the plan is not the user's to write
        :raise UserError: nothing is known that a target could be proposed from
        """
        for plan in self:
            if not plan._is_editable():
                raise AccessError(plan._write_refusal())
        self._note_writer()
        if not self._propose():
            raise UserError(
                self.env._(
                    "Neither figures of last year nor targets from above are known. Enter targets "
                    "by hand, or have the KPIs measured first."
                )
            )
        return True

    def _propose(self):
        """Propose without asking whose plan it is; the number of lines with a proposal.

        A constant number of queries, whatever the number of plans.
        """
        kpis = self.env["crm.kpi"].search(Domain.TRUE)
        guides, lasts = self._guides_of(kpis), self._last_values(kpis)
        # sudo: callers checked the right to write, or have the right to make plans.
        lines = self.env["crm.year.plan.target"].sudo()
        there = {(line.plan_id.id, line.kpi_id.id): line for line in self.sudo().target_ids}
        new, count = [], 0
        for plan in self.sudo():
            for kpi in kpis:
                line = there.get((plan.id, kpi.id))
                vals = plan._proposal(kpi, lasts.get((plan.id, kpi.id)),
                                      guides.get((plan.id, kpi.id)), bool(line))  # fmt: skip
                count += bool(vals)
                if vals and line:
                    line._store_part(vals)
                elif vals:
                    new.append({**vals, "plan_id": plan.id, "kpi_id": kpi.id,
                                "sequence": kpi.sequence, "target": vals["proposal"]})  # fmt: skip
        lines._make_parts(new)
        return count

    def _proposal(self, kpi, last, guide, wanted):
        """Values of a line; none for a KPI that is neither assessed, guided nor wanted."""
        if not (wanted or kpi.is_assessed or guide is not None):
            return {}
        value, rule = planning.propose(
            last, guide, kpi.better, kpi.unit, self.gap_share, self.step_percent
        )
        if rule is None:
            return {}
        return {"last_value": last or 0.0, "proposal": value, "proposal_rule": rule}

    # ------------------------------------------------------------ what is known

    def _guides_of(self, kpis):
        """``{(plan id, KPI id): target of its region or the network}``; one query."""
        # sudo: the targets of regions and the network are told to their dealers.
        targets = self.env["crm.kpi.target"].sudo()
        found = {
            (row.kpi_id.id, row.year, row.region_id.id): row.target
            for row in targets.search_fetch(
                [("kpi_id", "in", kpis.ids), ("year", "in", self.mapped("year")),
                 ("dealer_id", "=", False)],
                ["kpi_id", "year", "region_id", "target"],
            )
        }  # fmt: skip
        result = {}
        for plan in self.sudo():
            path = (plan.region_id or plan.dealer_id.region_id).parent_path or ""
            steps = [int(step) for step in reversed(path.split("/")) if step]
            own = plan.region_id.id or (False if not plan.dealer_id else None)
            for kpi in kpis.ids:
                keys = [(kpi, plan.year, step) for step in [*steps, False] if step != own]
                known = [found[key] for key in keys if key in found]
                if known:
                    result[plan._origin.id, kpi] = known[0]
        return result

    def _last_values(self, kpis):
        """``{(plan id, KPI id): figure of the year before}``; one query.

        Of the year; where that was not measured, of its latest half-year, quarter or month.
        """
        years = [date(plan.year - 1, 1, 1) for plan in self]
        if not years:
            return {}
        # sudo: figures of the plan's own dealer, region or network, for who may write the plan.
        values = self.env["crm.kpi.value"].sudo().search_fetch(
            [("kpi_id", "in", kpis.ids), ("has_value", "=", True), ("period", ">=", min(years)),
             ("period", "<", date(max(years).year + 1, 1, 1)),
             ("dealer_id", "in", [*self.dealer_id.ids, False])],
            ["kpi_id", "level", "dealer_id", "region_id", "period_kind", "period", "value"],
        )  # fmt: skip
        best = {}
        for row in values:
            region = row.region_id.id if row.level == "region" else False
            key = (row.period.year, row.level, row.dealer_id.id, region, row.kpi_id.id)
            rank = (-PERIODS.index(row.period_kind), row.period)
            if key not in best or rank > best[key][0]:
                best[key] = (rank, row.value)
        result = {}
        for plan in self:
            scope = (plan.year - 1, plan.level, plan.dealer_id.id, plan.region_id.id)
            for kpi in kpis.ids:
                if (*scope, kpi) in best:
                    result[plan.id, kpi] = best[*scope, kpi][1]
        return result

    # ------------------------------------------------------------ what holds

    def _put_in_force(self):
        """Make the lines of approved plans the KPI targets of their scope; all rights.

        What an earlier approval of the plan had set, and the plan does not list any more, goes.
        """
        targets = self.env["crm.kpi.target"]
        for plan in self:
            scope = [("year", "=", plan.year), ("dealer_id", "=", plan.dealer_id.id),
                     ("region_id", "=", plan.region_id.id)]  # fmt: skip
            there = {target.kpi_id: target for target in targets.search(scope)}
            for line in plan.target_ids:
                vals = {**line._in_force_vals(), "year_plan_id": plan.id}
                if line.kpi_id in there:
                    there[line.kpi_id].write(vals)
                else:
                    targets.create({**vals, "kpi_id": line.kpi_id.id, "year": plan.year,
                                    "dealer_id": plan.dealer_id.id,
                                    "region_id": plan.region_id.id})  # fmt: skip
            mine = targets.search([("year_plan_id", "=", plan.id)])
            mine.filtered(lambda t, plan=plan: t.kpi_id not in plan.target_ids.kpi_id).unlink()


class CrmYearPlanTarget(models.Model):
    _inherit = "crm.year.plan.target"

    def _in_force_vals(self):
        names = ("target", "has_quarters", "quarter1", "quarter2", "quarter3", "quarter4")
        return {name: self[name] for name in names}
