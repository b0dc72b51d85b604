"""The statement that grades a scheme: one query, changed rows only (G15)."""

from dataclasses import replace

from odoo import models
from odoo.tools import SQL, ormcache

from .crm_grading_metric import ADDING_AGGREGATES, DATE_AGGREGATES

# Stands for the ids of customers in a compiled statement.
SOME = (-1,)


def for_some(compiled, context):
    """The statement with the customers of ``context`` in place of ``SOME``."""
    code, params = compiled
    ids = context.partner_ids or (0,)
    return SQL(code, *(ids if param == SOME else param for param in params))


class CrmGradingScheme(models.Model):
    _inherit = "crm.grading.scheme"

    def _run_statement(self, context):
        """Grade in one statement: results of changed customers, moves, and counts.

        :return: a dict for each level (level_id, customers, total, lowest, highest) and a dict
            of counts (changed, joined, moved_up, moved_down, left)
        """
        self.env.flush_all()
        if context.partner_ids is None:
            [row] = self.env.execute_query_dict(self._statement(context))
        else:
            [row] = self._execute_for_some(context)
        self._written(context, row)
        return row.pop("levels") or [], row

    def _execute_for_some(self, context):
        """Run the statement for some customers, compiled once a day: each save asks for it."""
        compiled = self._compiled_for_some(context.today, context.tz)
        statement = for_some(compiled, context) if compiled else self._statement(context)
        return self.env.execute_query_dict(statement)

    @ormcache("self.id", "today", "tz")
    def _compiled_for_some(self, today, tz):
        """Code and parameters of the statement with ``SOME`` in place of the customers.

        None where several currencies meet, because their rates may change within the day. What
        changes a definition clears the cache.
        """
        context = replace(self._context_for(SOME, today), tz=tz)
        if self.axis_ids.metric_id._leaves()._company_rates(context):
            return None
        statement = self._statement(context)
        return statement.code, tuple(statement.params)

    def _statement(self, context):
        self = self.with_context(active_test=True)  # whatever list it was started from
        graded = self._graded_ctes(self._earned_sql(context), context)
        return self._statement_sql([*self._computing_ctes(context), *graded], context)

    def _computing_ctes(self, context):
        """CTEs up to ``scaled``; none where levels are given by hand only."""
        if self.method == "manual":
            return []
        sources, columns = self.axis_ids.metric_id._compile_sources(context)
        ctes = [SQL("%s AS (%s)", SQL.identifier(name), query) for name, query in sources.items()]
        ctes.append(SQL("figure AS (%s)", self._figure_sql(sources, columns, context)))
        ctes.append(SQL("scaled AS (%s)", self._scaled_sql()))
        return ctes

    def _figure_sql(self, sources, columns, context):
        """Customers with their figures: ``partner_id, dealer_id, m<metric id>…``."""
        Partner = self.env["res.partner"].sudo()
        query = Partner._search(self._customer_domain())
        partner_id = SQL.identifier("res_partner", "id")
        # A commercial entity, in words whose share of the table the planner can estimate.
        query.add_where(
            SQL(
                "(%s IS NULL OR %s)",
                SQL.identifier("res_partner", "parent_id"),
                SQL.identifier("res_partner", "is_company"),
            )
        )
        if context.partner_ids is not None:
            query.add_where(SQL("%s IN %s", partner_id, context.partner_ids or (0,)))
        inner = len(sources) == 1 and not self.include_inactive
        for alias in sources:
            query.add_join(
                "JOIN" if inner else "LEFT JOIN",
                alias,
                alias,
                SQL("%s = %s", SQL.identifier(alias, "partner_id"), partner_id),
            )
        if not inner and not self.include_inactive:
            found = [
                SQL("%s IS NOT NULL", SQL.identifier(alias, "partner_id")) for alias in sources
            ]
            query.add_where(SQL("(%s)", SQL(" OR ").join(found)))
        return query.select(
            SQL("%s AS partner_id", partner_id),
            SQL("%s AS dealer_id", SQL.identifier("res_partner", "dealer_id")),
            SQL("%s AS scope", self._scope_sql()),
            *(
                SQL("%s AS %s", column, SQL.identifier(metric._column()))
                for metric, column in columns.items()
            ),
        )

    def _scope_sql(self):
        """What a customer is ranked within; the region is the root of the dealer's regions."""
        dealer = SQL.identifier("res_partner", "dealer_id")
        if self.scope == "dealer":
            return dealer
        if self.scope == "region":
            return SQL(
                "(SELECT split_part(r.parent_path, '/', 1)::int FROM crm_dealer d"
                " JOIN crm_dealer_region r ON r.id = d.region_id WHERE d.id = %s)",
                dealer,
            )
        return SQL("0")

    def _scaled_sql(self):
        """Figures with what the method makes of them: a position, or scores 1 to 5.

        A score tells how many fifths of the customers are strictly behind, so ties share the
        lower score: where most have ordered once, one order is score 1.
        """
        axes = self.axis_ids
        if self.method == "bands":
            return SQL("SELECT * FROM figure")
        if self.method == "quintile":
            scores = [
                SQL(
                    "1 + (5 * (rank() OVER (PARTITION BY scope ORDER BY %s %s NULLS FIRST) - 1))"
                    " / count(*) OVER (PARTITION BY scope) AS %s",
                    SQL.identifier(axis.metric_id._column()),
                    axis._worst_first(),
                    SQL.identifier(f"s{axis.metric_id.id}"),
                )
                for axis in axes
            ]
            return SQL("SELECT *, %s FROM figure", SQL(", ").join(scores))
        value = SQL.identifier(axes[0].metric_id._column())
        if self.method == "rank":
            return SQL(
                "SELECT *, (rank() OVER (PARTITION BY scope ORDER BY %s %s NULLS LAST) - 1)"
                "::numeric AS ahead, count(*) OVER (PARTITION BY scope)::numeric AS whole"
                " FROM figure",
                value,
                axes[0]._best_first(),
            )
        return SQL(
            """SELECT *,
                   SUM(GREATEST(%(v)s, 0)) OVER (PARTITION BY scope ORDER BY %(v)s DESC NULLS LAST)
                   - SUM(GREATEST(%(v)s, 0)) OVER (PARTITION BY scope, %(v)s) AS ahead,
                   SUM(GREATEST(%(v)s, 0)) OVER (PARTITION BY scope) AS whole
              FROM figure""",
            v=value,
        )

    def _earned_sql(self, context):
        """Customers with the level that their figures give, score and figures; a customer who
        fits no level has NULL."""
        if self.method == "manual":
            return self._nobody_sql()
        pairs = []
        for axis in self.axis_ids:
            metric = axis.metric_id
            column = SQL.identifier(metric._column())
            pairs.append(SQL("%s::text, %s", metric.code, column))
        return SQL(
            "SELECT partner_id, dealer_id, %s AS level_id, %s AS score,"
            " jsonb_build_object(%s) AS figures FROM scaled",
            self._level_sql(context),
            self._score_sql(),
            SQL(", ").join(pairs),
        )

    def _level_sql(self, context):
        """CASE that picks the level. Ties get the better level together: what counts is only
        how many customers (or how much of the sum) are strictly ahead."""
        levels = self._computed_levels()
        if self.method in ("rank", "cumulative"):
            return self._share_level_sql(levels)
        whens = [
            SQL("WHEN %s THEN %s", self._box_sql(box, context), level.id)
            for level in levels
            for box in level._boxes()
        ]
        rest = self._rest_level()
        fallback = SQL("%s", rest.id) if rest else SQL("NULL")
        if not whens:
            return SQL("%s::int", fallback)
        return SQL("CASE %s ELSE %s END", SQL(" ").join(whens), fallback)

    def _share_level_sql(self, levels):
        """Of who has nothing at all, nobody is at the top: they share the last level."""
        last = SQL("%s::int", levels[-1:].id)
        axis = self.axis_ids[:1]
        adds_up = axis.metric_id.kind == "total" or axis.metric_id.aggregate in ADDING_AGGREGATES
        whens, upper = [], 0
        if self.method == "rank" and adds_up and not axis.lower_is_better:
            figure = SQL.identifier(axis.metric_id._column())
            whens.append(SQL("WHEN COALESCE(%s, 0) <= 0 THEN %s", figure, last))
        for level in levels[:-1]:
            upper += round(level.share * 1000)
            whens.append(
                SQL("WHEN whole > 0 AND ahead * 100000 < %s * whole THEN %s", upper, level.id)
            )
        return SQL("CASE %s ELSE %s END", SQL(" ").join(whens), last) if whens else last

    def _box_sql(self, box, context):
        terms = []
        for metric, interval in box.items():
            value = self._comparable_sql(metric, context)
            if interval.lower is not None:
                terms.append(SQL("%s >= %s", value, interval.lower))
            if interval.upper is not None:
                terms.append(SQL("%s < %s", value, interval.upper))
        return SQL(" AND ").join(terms) if terms else SQL("TRUE")

    def _comparable_sql(self, metric, context):
        if self.method == "quintile":
            return SQL.identifier(f"s{metric.id}")
        return metric._number_sql(context)

    def _score_sql(self):
        if self.method == "quintile":
            score = SQL("0")
            for axis in self.axis_ids:
                score = SQL("(%s) * 10 + %s", score, SQL.identifier(f"s{axis.metric_id.id}"))
            return SQL("(%s)::float8", score)
        metric = self._score_metric()
        if metric.aggregate in DATE_AGGREGATES and metric.kind == "source":
            return SQL("0::float8")  # a score that changes daily would rewrite all rows daily
        return SQL("%s::float8", SQL.identifier(metric._column()))
