"""What would reach the next level, what would cost the one held, and until when (G14)."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from itertools import chain

from odoo import fields, models
from odoo.tools import SQL, format_date, ormcache

from ...tools.gauge import Gauge, Plan, Records, Step
from ...tools.outlook import Outlook
from ..grading.crm_grading_metric import DATE_AGGREGATES, MEASURED_AGGREGATES
from ..grading.crm_grading_scheme_sql import SOME, for_some
from ..network.res_users import DEALER_USER


class CrmGradingMetric(models.Model):
    _inherit = "crm.grading.metric"

    def _gauge(self):
        """The metric as plain data. A record of one filter counts in all metrics of the filter;
        what stands on the customer itself are facts apart from each other."""
        if self.kind == "total":
            parts = tuple(part._gauge() for part in self.component_ids)
            return Gauge(self.id, "total", parts=parts)
        event = (self.model_name, (self.domain or "").strip(), self.partner_path)
        window = (self.window_months, self.window_end_months)
        return Gauge(
            self.id,
            self.aggregate,
            (*event, self.id) if self._is_on_customer() else event,
            "ahead" if self._looks_ahead() else window if self.date_field_id else None,
        )

    def _is_on_customer(self):
        return self.model_name == "res.partner"

    def _records_sql(self, context):
        """The records behind the metric: ``metric_id, partner_id, day, amount``.

        All from the first day of the window on, because the window moves on.
        """
        model = self.env[self.model_name].sudo()
        lower, _upper = self._window(context)
        domain = self._filter_domain() & self._window_domain((lower, None), context)
        query = model._search(domain & self._company_domain(context))
        partner = self._join_customer(model, query)
        self._only_some(model, query, partner, context)
        measured = self.aggregate in MEASURED_AGGREGATES
        amount = self._measure_sql(model, query, context) if measured else SQL("NULL::numeric")
        day = self._day_sql(model, query, context)
        return query.select(
            SQL("%s AS metric_id", self.id),
            SQL("%s AS partner_id", partner),
            SQL("%s AS day", day),
            SQL("%s AS amount", amount),
        )


class CrmGradingScheme(models.Model):
    _inherit = "crm.grading.scheme"

    # Definitions change hardly ever, and what changes one clears the cache.

    @ormcache("self.id", "with_parts")
    def _metric_ids(self, with_parts):
        metrics = self.sudo().axis_ids.metric_id
        return (metrics | metrics.component_ids if with_parts else metrics)._ids

    def _metrics(self, with_parts=False):
        """The metrics of these schemes; of one scheme in the order of its axes.

        :param bool with_parts: also those that totals sum
        """
        ids = (scheme._metric_ids(with_parts) for scheme in self)
        return self.env["crm.grading.metric"].browse(dict.fromkeys(chain.from_iterable(ids)))

    @ormcache("self.id")
    def _outlook_definition(self):
        """Metrics and levels as plain data.

        :return: ``{metric id: gauge}`` with the metrics behind totals, ``[(level id,
            [{gauge: Interval}])]``, and ``{level id: id of the level to reach}``
        """
        self = self.sudo().with_context(active_test=True)
        gauges = {metric.id: metric._gauge() for metric in self._metrics(with_parts=True)}
        levels = self._computed_levels()
        boxes = [
            (level.id, [{gauges[m.id]: i for m, i in box.items()} for box in level._boxes()])
            for level in levels
        ]
        return gauges, boxes, {level.id: level.upgrade_level_id.id for level in levels}

    def _records_query(self, context):
        """The records behind the metrics with a window of these schemes; empty without any."""
        leaves = self._metrics()._leaves()
        queries = [leaf._records_sql(context) for leaf in leaves if leaf._gauge().window]
        return SQL(" UNION ALL ").join(SQL("(%s)", query) for query in queries)

    @ormcache("self._ids", "today", "tz")
    def _compiled_records(self, today, tz):
        """As ``_compiled_for_some`` for ``_records_query``."""
        context = replace(self[:1]._context_for(SOME, today), tz=tz)
        if self._metrics()._leaves()._company_rates(context):
            return None
        query = self._records_query(context)
        return query.code, tuple(query.params)

    def _outlook_maker(self, today):
        """Return a function that makes the outlook of a result from its customer's records."""
        today = today or self._context_for(None, None).today
        gauges, boxes, goals = self._outlook_definition()
        windowed = [gauge for gauge in gauges.values() if gauge.window]
        level_of = {level.id: level for level in self.level_ids.sudo(False)}
        levels = [(level_of[level], boxes_of_level) for level, boxes_of_level in boxes]
        goals = {level_of[level]: level_of.get(goal) for level, goal in goals.items()}
        metrics = self._metrics()
        shown = [gauges[metric.id] for metric in metrics]

        def make(result, rows):
            figures = {gauges[metric.id]: result._stored_number(metric) for metric in metrics}
            records = {gauge: Records(rows[gauge.key]) for gauge in windowed}
            everybody = self.include_inactive
            return Outlook(shown, levels, goals, today, figures, records, everybody)

        return make


class CrmGradingResult(models.Model):
    _inherit = "crm.grading.result"

    def _counterfactual(self, today=None):
        """What is the least that reaches a better level.

        :param datetime.date today: default today, where the company is
        :return: ``{result: Plan}`` (see ``tools/gauge.py``) of the results that have one. In
            bands it is exact on every day until the plan's end. In shares the figure is that of
            the latest run: exact by rank, enough by cumulated share.
        """
        outlooks = self._outlooks(today)
        lines = self.scheme_id.level_ids._latest_run_lines()
        plans = {}
        for result in self:
            outlook = outlooks.get(result)
            plan = outlook.plan() if outlook else result._plan_among_all(lines)
            if plan:
                plans[result] = plan
        return plans

    def _outlooks(self, today=None):
        """The outlook of each result in bands; one query for the records of all."""
        outlooks = {}
        in_bands = self.filtered(lambda r: r.scheme_id.method == "bands")
        alike = in_bands.grouped(lambda r: (r.scheme_id.company_id, r.scheme_id.currency_id))
        for results in alike.values():
            records = results._records_of_customers(today)
            for scheme, of_scheme in results.grouped("scheme_id").items():
                make = scheme.sudo()._outlook_maker(today)  # a level is told with its reasons
                for result in of_scheme:
                    outlook = make(result, records[result.partner_id.id])
                    # Given by hand, or the day has changed since: the night comes first.
                    if outlook.level() == result.level_id:
                        outlooks[result] = outlook
        return outlooks

    def _records_of_customers(self, today):
        """``{customer id: {metric id: [(day, amount)]}}`` of the metrics with a window.

        For schemes that count in the same currency and for the same company.
        """
        schemes = self.scheme_id.sudo()
        context = schemes[:1]._context_for(tuple(self.partner_id.ids), today)
        compiled = schemes._compiled_records(context.today, context.tz)
        query = for_some(compiled, context) if compiled else schemes._records_query(context)
        records = defaultdict(lambda: defaultdict(list))
        if query.code:
            self.env.flush_all()
            for metric_id, partner_id, day, amount in self.env.execute_query(query):
                records[partner_id][metric_id].append((day, amount))
        return records

    def _stored_number(self, metric):
        """The stored figure as a Decimal or a date."""
        figure = (self.figures or {}).get(metric.code)
        if figure is None:
            return None
        if metric.kind == "source" and metric.aggregate in DATE_AGGREGATES:
            return fields.Date.to_date(figure)
        return Decimal(str(figure))

    def _plan_among_all(self, lines):
        """In shares: as much as the last one has who is at the better level."""
        scheme = self.scheme_id
        better = scheme.level_ids.filtered(lambda level: level.sequence < self.level_id.sequence)
        better = better.filtered(lambda level: lines.get(level) and lines[level].customers)
        if scheme.method not in ("rank", "cumulative") or scheme.scope != "network" or not better:
            return None
        level = better[-1]
        metric = scheme._metrics()[:1]
        missing = Decimal(str(lines[level].lowest)) - Decimal(str(self.score or 0))
        if missing <= 0:
            return None
        gauges, _boxes, _goals = scheme._outlook_definition()
        return Plan(level, (Step(gauges[metric.id], "more", missing),))

    # ------------------------------------------------------------ words

    def _outlook_in_words(self, outlook, lines):
        """Words on what would reach the next better level, and what comes if nothing happens."""
        if not outlook:
            plan = self._plan_among_all(lines)
            return [self._shares_in_words(plan, lines)] if plan else []
        words = []
        if plan := outlook.plan():
            args = {
                "level": plan.level.name,
                "steps": "; ".join(self._step_in_words(step) for step in plan.steps),
            }
            if plan.until:
                args["date"] = format_date(self.env, plan.until)
                text = self.env._("To reach %(level)s by %(date)s: %(steps)s", **args)
            else:
                text = self.env._("To reach %(level)s: %(steps)s", **args)
            words.append(text)
        if slip := outlook.slip():
            day, level = slip
            words.append(
                self.env._(
                    "If nothing happens until %(date)s: %(level)s",
                    date=format_date(self.env, day),
                    level=level.name,
                )
            )
        return words

    def _step_in_words(self, step):
        metric = self.env["crm.grading.metric"].sudo().browse(step.gauge.key)
        args = {"metric": metric.name, "figure": self._figure_in_words(metric, step.amount)}
        on_customer = step.gauge.event[:1] == ("res.partner",)
        if on_customer and step.kind == "more":
            return self.env._("%(metric)s: yes", metric=metric.name)
        if on_customer and step.kind == "fewer":
            return self.env._("%(metric)s: no", metric=metric.name)
        if step.kind == "more":
            return self.env._("%(metric)s: %(figure)s more", **args)
        if step.kind == "fewer":
            return self.env._("%(metric)s: %(figure)s fewer", **args)
        if step.kind == "within":
            return self.env._("%(metric)s: at most %(figure)s", **args)
        if step.kind == "score":
            return self.env._("%(metric)s: %(figure)s or more", **args)
        return self.env._("%(metric)s: a new one", metric=metric.name)

    def _shares_in_words(self, plan, lines):
        """The exact figure is another customer's: dealers' staff are told a rounded one."""
        line = lines[plan.level]
        metric = self.scheme_id._metrics()[:1]
        if self.env.user.has_group(DEALER_USER):
            return self.env._(
                "To reach %(level)s: about %(figure)s or more.",
                level=plan.level.name,
                figure=self._figure_in_words(metric, self._round_up(line.lowest)),
            )
        return self.env._(
            "To reach %(level)s: %(metric)s at least %(figure)s more than now, as of the run "
            "of %(date)s",
            level=plan.level.name,
            metric=metric.name,
            figure=self._figure_in_words(metric, plan.steps[0].amount),
            date=format_date(self.env, line.date),
        )
