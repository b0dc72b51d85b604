"""How metrics become SQL: metrics of one source share one aggregate query (G11)."""

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.local_day import midnight
from .crm_grading_metric import (
    ADDING_AGGREGATES,
    AHEAD_AGGREGATES,
    COUNT_AGGREGATES,
    DATE_AGGREGATES,
    PAST_DATES,
)


@dataclass(frozen=True)
class GradingContext:
    """What a run is about.

    :param today: the reference date; windows end with it
    :param tz: name of the time zone that says when a day begins
    :param currency: record of ``res.currency`` that money is told in
    :param company: record of ``res.company``, or empty for the whole network
    :param partner_ids: ids of the only customers to grade, or SQL for them; None for all
    """

    today: date
    tz: str
    currency: models.BaseModel
    company: models.BaseModel
    partner_ids: tuple | SQL | None = None

    def window(self, months, end_months):
        """Return the half-open days ``[from, to)`` of a window; ``from`` may be None."""
        end = self.today + timedelta(days=1)
        upper = end - relativedelta(months=end_months)
        lower = end - relativedelta(months=end_months + months) if months else None
        return lower, upper

    def moment(self, day):
        """Return the naive UTC moment at which ``day`` begins."""
        return midnight(day, self.tz)


class CrmGradingMetric(models.Model):
    _inherit = "crm.grading.metric"

    def _column(self):
        """Name of the figure's SQL column."""
        return f"m{self.id}"

    def _number_sql(self, context):
        """The figure as a number: of a date the days since it, or until it."""
        column = SQL.identifier(self._column())
        if self.kind == "total" or self.aggregate not in DATE_AGGREGATES:
            return column
        if self.aggregate in PAST_DATES:
            return SQL("(%s::date - %s)", context.today, column)
        return SQL("(%s - %s::date)", column, context.today)

    def _leaves(self):
        """The metrics from records behind these metrics."""
        return (self.filtered(lambda m: m.kind == "source") | self.component_ids).sorted("id")

    def _compile_sources(self, context):
        """Compile the metrics to aggregate queries, one for each source.

        :param GradingContext context: the run
        :return: ``{alias: SQL}``, each query with ``partner_id`` and a column for each metric,
            and ``{metric: SQL}``, the expression of each metric over these aliases
        """
        groups = self._leaves().grouped(lambda m: m._source_key())
        sources, columns = {}, {}
        for number, metrics in enumerate(groups.values()):
            alias = f"source_{number}"
            sources[alias] = metrics._source_sql(context)
            for metric in metrics:
                column = SQL.identifier(alias, metric._column())
                if metric.aggregate in ADDING_AGGREGATES:
                    column = SQL("COALESCE(%s, 0)", column)
                columns[metric] = column
        for metric in self.filtered(lambda m: m.kind == "total"):
            columns[metric] = SQL("(%s)", SQL(" + ").join(columns[m] for m in metric.component_ids))
        return sources, {metric: columns[metric] for metric in self}

    def _source_key(self):
        """Metrics with the same key read the same rows and share a query."""
        return (
            self.model_name,
            (self.domain or "").strip(),
            self.partner_path,
            self.date_field_id.name if self._has_window() else None,
            self._looks_ahead(),
        )

    def _looks_ahead(self):
        return self.aggregate in AHEAD_AGGREGATES

    def _has_window(self):
        return bool(self.window_months or self.window_end_months or self._looks_ahead())

    def _window(self, context):
        """The half-open days of the metric; an end that is None is open."""
        if self._looks_ahead():
            return context.today, None
        return context.window(self.window_months, self.window_end_months)

    def _source_sql(self, context):
        """One aggregate query for metrics of the same source."""
        head = self[0]
        model = self.env[head.model_name].sudo()
        windows = {m: m._window(context) for m in self}
        widest = self._widest(windows.values())
        domain = head._filter_domain() & head._window_domain(widest, context)
        query = model._search(domain & head._company_domain(context))
        partner = head._join_customer(model, query)
        if context.partner_ids is None:
            query.add_where(SQL("%s IS NOT NULL", partner))
        else:
            head._only_some(model, query, partner, context)
        columns = [
            SQL(
                "%s AS %s",
                metric._aggregate_sql(
                    model,
                    query,
                    context,
                    metric._filter_sql(windows[metric], widest, model, query, context),
                ),
                SQL.identifier(metric._column()),
            )
            for metric in self
        ]
        query.groupby = partner
        return query.select(SQL("%s AS partner_id", partner), *columns)

    @staticmethod
    def _widest(windows):
        lowers, uppers = zip(*windows, strict=True)
        return (
            None if None in lowers else min(lowers),
            None if None in uppers else max(uppers),
        )

    def _company_domain(self, context):
        """What is the company's, or everybody's, such as customers; TRUE for the network."""
        if not context.company or "company_id" not in self.env[self.model_name]._fields:
            return Domain.TRUE
        return Domain("company_id", "in", [context.company.id, False])

    def _window_domain(self, window, context):
        """Domain of the half-open window on the date field; TRUE without a window.

        A metric without months still ends today: tomorrow's booking is no visit yet.
        """
        name = self.date_field_id.name
        if not name:
            return Domain.TRUE
        lower, upper = window
        domain = Domain(name, "<", self._bound(upper, context)) if upper else Domain.TRUE
        if lower:
            domain &= Domain(name, ">=", self._bound(lower, context))
        return domain

    def _bound(self, day, context):
        return context.moment(day) if self.date_field_id.ttype == "datetime" else day

    def _filter_sql(self, window, widest, model, query, context):
        """FILTER clause of a metric whose window is narrower than that of its query."""
        if window == widest:
            return SQL()
        date_sql = model._field_to_sql(query.table, self.date_field_id.name, query)
        lower, upper = window
        terms = [SQL("%s < %s", date_sql, self._bound(upper, context))]
        if lower:
            terms.append(SQL("%s >= %s", date_sql, self._bound(lower, context)))
        return SQL(" FILTER (WHERE %s)", SQL(" AND ").join(terms))

    def _join_customer(self, model, query):
        """Join along the path and return the SQL of the customer (commercial entity)."""
        alias = query.table
        *hops, last = self.partner_path.split(".")
        for name in hops:
            model, alias = model._fields[name].join(model, alias, query)
        if last == "commercial_partner_id":
            return model._field_to_sql(alias, last, query)
        partner_model, alias = model._fields[last].join(model, alias, query)
        return partner_model._field_to_sql(alias, "commercial_partner_id", query)

    def _only_some(self, model, query, partner, context):
        """Restrict ``query`` to the customers of ``context``; ``partner`` is their SQL there."""
        ids = context.partner_ids or (0,)
        query.add_where(SQL("%s IN %s", partner, ids))
        if model._table_query is not None and self.partner_path.count(".") == 0:
            # Into a view PostgreSQL takes what is asked of its own column, and finds it by index.
            people = SQL("SELECT id FROM res_partner WHERE commercial_partner_id IN %s", ids)
            column = model._field_to_sql(query.table, self.partner_path, query)
            query.add_where(SQL("%s = ANY(ARRAY(%s))", column, people))

    def _aggregate_sql(self, model, query, context, condition):
        """Aggregate expression; dates stay dates, so that a figure does not change daily.

        :param SQL condition: the FILTER clause, or nothing
        """
        if self.aggregate in COUNT_AGGREGATES:
            return SQL("COUNT(*)%s", condition)
        if self.aggregate in DATE_AGGREGATES:
            function = SQL("MAX" if self.aggregate == "days_since_last" else "MIN")
            day = self._day_sql(model, query, context)
            return SQL("%s(%s)%s", function, day, condition)
        measure = self._measure_sql(model, query, context)
        if self.aggregate == "latest":
            # Of two records at the same moment the one that was entered last.
            return SQL(
                "(ARRAY_AGG(%s ORDER BY %s DESC, %s DESC)%s)[1]",
                measure,
                model._field_to_sql(query.table, self.date_field_id.name, query),
                SQL.identifier(query.table, "id"),
                condition,
            )
        names = {"sum": "SUM", "max": "MAX", "min": "MIN", "average": "AVG"}
        function = SQL(names[self.aggregate])
        return SQL("%s(%s)%s", function, measure, condition)

    def _day_sql(self, model, query, context):
        date_sql = model._field_to_sql(query.table, self.date_field_id.name, query)
        if self.date_field_id.ttype == "date":
            return date_sql
        return SQL("((%s AT TIME ZONE 'UTC') AT TIME ZONE %s)::date", date_sql, context.tz)

    def _measure_sql(self, model, query, context):
        """The amount of a record, money in the currency of the run (design.md, Meanings)."""
        amount = SQL(
            "%s::numeric", model._field_to_sql(query.table, self.measure_field_id.name, query)
        )
        if self.measure_field_id.ttype != "monetary":
            return amount
        if self._money_conversion() == "rate":
            rate = model._field_to_sql(query.table, "currency_rate", query)
            amount = SQL("(%s / COALESCE(NULLIF(%s, 0), 1))", amount, rate)
        rates = self._company_rates(context)
        if not rates:
            return amount
        company = model._field_to_sql(query.table, "company_id", query)
        cases = SQL(" ").join(
            SQL("WHEN %s THEN %s::numeric", company_id, repr(rate))
            for company_id, rate in rates.items()
        )
        return SQL("(%s * CASE %s %s ELSE 1 END)", amount, company, cases)

    def _company_rates(self, context):
        """Rates on the reference date from each company's currency, where they differ."""
        foreign = [("currency_id", "!=", context.currency.id)]
        companies = context.company or self.env["res.company"].sudo().search(foreign)
        convert = self.env["res.currency"]._get_conversion_rate
        rates = {
            company.id: convert(company.currency_id, context.currency, company, context.today)
            for company in companies
        }
        return {company_id: rate for company_id, rate in rates.items() if rate != 1}
