from itertools import combinations
from typing import NamedTuple

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.confidence import Sums

from ...tools.importance import OUTCOME
from ..programme.crm_satisfaction_score_sql import OUTCOMES

TOTAL = 0  # the item that stands for the whole answer; others are ids of factors or questions

# Customers are the units of an interval (tools/confidence.py). Items are columns: a row for each
# customer is a fraction of the rows that customers and items would be.
_SUMS = """
WITH customer AS (
    SELECT later, %(customer)s FROM (%(said)s) said GROUP BY later, said.customer)
SELECT later, %(sums)s FROM customer GROUP BY later
"""
# As tools/confidence.py names them.
_OF_ITEM = """
ARRAY[sum(%(n)s), count(nullif(%(n)s, 0)), sum(%(total)s), sum(%(total)s * %(total)s),
      sum(%(total)s * %(n)s), sum(%(n)s * %(n)s)]::float8[]
"""
# Averages of all, of a region, and how many dealers stand behind each; first by dealer, so that
# dealers are counted among few rows.
_YARDSTICKS = """
WITH of_dealer AS (
    SELECT dealer, dealer = ANY(%(own)s) AS own,
           COALESCE(region = ANY(%(near)s), FALSE) AS near, %(columns)s
      FROM (%(said)s) said
     WHERE dealer IS NOT NULL
     GROUP BY dealer, near)
SELECT %(yardsticks)s FROM of_dealer
"""
_YARDSTICK = """
ARRAY[sum(%(total)s) / nullif(sum(%(n)s), 0),
      sum(%(total)s) FILTER (WHERE near) / nullif(sum(%(n)s) FILTER (WHERE near), 0),
      count(DISTINCT dealer) FILTER (WHERE NOT own AND %(n)s > 0),
      count(DISTINCT dealer) FILTER (WHERE NOT own AND near AND %(n)s > 0),
      count(DISTINCT dealer) FILTER (WHERE NOT own AND NOT near AND %(n)s > 0)]::float8[]
"""
_PAIRS = """
SELECT ARRAY[%(correlations)s]::float8[], ARRAY[%(counts)s]::int[] FROM (%(said)s) said
"""


class Said(NamedTuple):
    """What was said: a row an answer, and by item the column of its figure, from 1 to 10."""

    rows: SQL
    figures: dict

    def columns(self):
        """SQL of ``n0, t0, n1, …``: how many and how much of each item; and ``{item: names}``."""
        names = {
            item: {"n": SQL.identifier(f"n{number}"), "total": SQL.identifier(f"t{number}")}
            for number, item in enumerate(self.figures)
        }
        columns = [
            SQL("count(%(figure)s)::float8 AS %(n)s, sum(%(figure)s)::float8 AS %(total)s",
                figure=self.figures[item], **name)
            for item, name in names.items()
        ]  # fmt: skip
        return SQL(", ").join(columns), names


class CrmSatisfactionVersion(models.Model):
    """What was said of each factor or question, summed up in the database (S5).

    One statement each, however many answers there are. ``scores`` is the model with the rights of
    who asks, or with all rights where its comment says why. Domains are made by
    ``_weak_points``; nothing of a caller's is put in.
    """

    _inherit = "crm.satisfaction.version"

    def _said(self, scores, domain, level, items, since=None, outcome=None):
        """What was said of these items, and in total, as ``Said``.

        Its rows are ``customer, dealer, region, later`` and the figures, one an answer.

        :param domain: on ``crm.satisfaction.score``
        :param str level: ``factor`` or ``question``
        :param items: ids of factors or questions; ``TOTAL`` is there always
        :param date since: what was said from it on is ``later``
        :param str outcome: the kind of score that stands for the total instead
        """
        self.ensure_one()
        domain = Domain(domain) & Domain("version_id", "=", self.id)
        domain &= Domain("kind", "=", "satisfaction") & Domain("factor_id", "=", False)
        if level == "question":
            scores.env["survey.user_input.line"].check_access("read")
        query = scores._search(domain)
        columns = {
            name: SQL.identifier(query.table, name)
            for name in ("user_input_id", "partner_id", "dealer_id", "region_id", "value", "date")
        }
        known = self._figures_sql(query.table, level, outcome)
        taken = enumerate([TOTAL, *items])
        figures = {item: SQL.identifier(f"f{number}") for number, item in taken}
        rows = query.select(
            # Who is not known is a customer of its own.
            SQL("COALESCE(%(partner_id)s, -%(user_input_id)s) AS customer", **columns),
            SQL("%s AS dealer", columns["dealer_id"]),
            SQL("%s AS region", columns["region_id"]),
            SQL("%s AS later", SQL("%s >= %s", columns["date"], since) if since else SQL("TRUE")),
            *(SQL("%s AS %s", known[item], name) for item, name in figures.items()),
        )
        # A figure is taken out of its array once, not by each aggregate.
        return Said(SQL("%s OFFSET 0", rows), figures)

    def _figures_sql(self, table, level, outcome):
        """``{item: SQL of its figure}`` in a row; places as ``crm_satisfaction_score_sql`` says."""
        if level == "factor":
            first, items, column = len(OUTCOMES), self.factor_ids, "figures"
        else:
            items = self.question_ids.filtered(lambda q: q.satisfaction_kind == "satisfaction")
            first, column = 0, "said"
        places = {item: (column, place) for place, item in enumerate(sorted(items.ids), first)}
        if outcome:
            places[OUTCOME] = ("figures", OUTCOMES.index(outcome))
        return {TOTAL: SQL.identifier(table, "value")} | {
            item: SQL("%s[%s]", SQL.identifier(table, name), place + 1)
            for item, (name, place) in places.items()
        }

    def _flush_said(self):
        """Figures are read by SQL."""
        self.env["crm.satisfaction.score"].flush_model()
        self.env["survey.user_input.line"].flush_model()

    def _sums_of_items(self, scores, domain, level, items, since):
        """``{(later, item): Sums}`` of figures from 1 to 10."""
        said = self._said(scores, domain, level, items, since)
        columns, names = said.columns()
        rows = self.env.execute_query(
            SQL(
                _SUMS,
                said=said.rows,
                customer=columns,
                sums=SQL(", ").join(SQL(_OF_ITEM, **name) for name in names.values()),
            )
        )
        return {
            (later, item): Sums(int(answers), int(customers), *rest)
            for later, *columns in rows
            for item, (answers, customers, *rest) in zip(names, columns, strict=True)
            if answers
        }

    def _yardsticks(self, scores, domain, level, items, own, near):
        """Averages that a dealer or region is compared with.

        :param own: ids of dealers that do not count as others
        :param near: ids of the regions that make up "the region"
        :return: ``{item: (network, region, others, others near, others far)}``
        """
        said = self._said(scores, domain, level, items)
        columns, names = said.columns()
        [row] = self.env.execute_query(
            SQL(
                _YARDSTICKS,
                said=said.rows,
                columns=columns,
                yardsticks=SQL(", ").join(SQL(_YARDSTICK, **name) for name in names.values()),
                own=list(own),
                near=list(near),
            )
        )
        return {
            item: (network, region, *map(int, dealers))
            for item, (network, region, *dealers) in zip(names, row, strict=True)
            if network is not None
        }

    def _pairs_of_items(self, scores, domain, level, items, outcome):
        """``{(a, b): (correlation, answers)}`` for items and the outcome, a < b.

        :param str outcome: the kind of score that importance is derived from
        """
        said = self._said(scores, domain, level, items, outcome=outcome)
        pairs = list(combinations([OUTCOME, *sorted(items)], 2))
        both = [SQL("%s, %s", said.figures[a], said.figures[b]) for a, b in pairs]
        [(correlations, counts)] = self.env.execute_query(
            SQL(
                _PAIRS,
                said=said.rows,
                correlations=SQL(", ").join(SQL("corr(%s)", pair) for pair in both),
                counts=SQL(", ").join(SQL("regr_count(%s)", pair) for pair in both),
            )
        )
        return dict(zip(pairs, zip(correlations, counts, strict=True), strict=True))
