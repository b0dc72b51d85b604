from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.confidence import Sums

from ...tools.importance import OUTCOME

TOTAL = 0  # the item that stands for the whole answer; others are ids of factors or questions

# Customers are the units of an interval (tools/confidence.py). Items are columns: a row for each
# customer is a fraction of the rows that customers and items would be.
_SUMS = """
WITH customer AS (
    SELECT later, %(customer)s FROM (%(said)s) said GROUP BY later, said.customer)
SELECT later, %(sums)s FROM customer GROUP BY later
"""
_OF_CUSTOMER = """
count(*) FILTER (WHERE item = %(item)s)::float8 AS %(n)s,
sum(figure) FILTER (WHERE item = %(item)s) AS %(total)s
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
    SELECT item, dealer, dealer = ANY(%(own)s) AS own,
           COALESCE(region = ANY(%(near)s), FALSE) AS near, count(*) AS n, sum(figure) AS total
      FROM (%(said)s) said
     WHERE dealer IS NOT NULL
     GROUP BY item, dealer, near)
SELECT item, sum(total) / sum(n), sum(total) FILTER (WHERE near) / sum(n) FILTER (WHERE near),
       count(DISTINCT dealer) FILTER (WHERE NOT own),
       count(DISTINCT dealer) FILTER (WHERE NOT own AND near),
       count(DISTINCT dealer) FILTER (WHERE NOT own AND NOT near)
  FROM of_dealer
 GROUP BY item
"""
_PAIRS = """
WITH wide AS (SELECT %(columns)s FROM (%(said)s) said GROUP BY answer)
SELECT ARRAY[%(correlations)s]::float8[], ARRAY[%(counts)s]::int[] FROM wide
"""


class CrmSatisfactionVersion(models.Model):
    """What was said of each factor or question, summed up in the database (S5).

    One statement each, however many answers there are. ``scores`` is the model with the rights of
    who asks, or with all rights where its comment says why. Domains are made by
    ``_weak_points``; nothing of a caller's is put in.
    """

    _inherit = "crm.satisfaction.version"

    def _said_sql(self, scores, domain, level, items, since=None):
        """``answer, customer, dealer, region, item, figure, later`` of what was said, 1 to 10.

        :param domain: on ``crm.satisfaction.score``
        :param str level: ``factor`` or ``question``
        :param items: ids of factors or questions; ``TOTAL`` is there always
        :param date since: what was said from it on is ``later``
        """
        self.ensure_one()
        domain = Domain(domain) & Domain("version_id", "=", self.id)
        domain &= Domain("kind", "=", "satisfaction")
        if level == "factor":
            parts = Domain("factor_id", "in", [*items, False])
            return self._scores_sql(scores, domain & parts, since)
        scores.env["survey.user_input.line"].check_access("read")
        answers = self._scores_sql(scores, domain & Domain("factor_id", "=", False), since)
        return SQL(
            """WITH answer AS MATERIALIZED (%s)
               SELECT * FROM answer
                UNION ALL
               SELECT a.answer, a.customer, a.dealer, a.region, l.question_id,
                      l.value_scale::float8, a.later
                 FROM answer a
                 JOIN survey_user_input_line l ON l.user_input_id = a.answer
                WHERE l.question_id = ANY(%s) AND l.skipped IS NOT TRUE
                  AND l.answer_type = 'scale'""",
            answers,
            list(items),
        )

    @api.model
    def _scores_sql(self, scores, domain, since=None):
        query = scores._search(domain)
        column = {
            name: SQL.identifier(query.table, name)
            for name in ("user_input_id", "partner_id", "dealer_id", "region_id", "factor_id")
        }
        return query.select(
            SQL("%s AS answer", column["user_input_id"]),
            # Who is not known is a customer of its own.
            SQL("COALESCE(%(partner_id)s, -%(user_input_id)s) AS customer", **column),
            SQL("%s AS dealer", column["dealer_id"]),
            SQL("%s AS region", column["region_id"]),
            SQL("COALESCE(%s, %s) AS item", column["factor_id"], TOTAL),
            SQL("%s AS figure", SQL.identifier(query.table, "value")),
            SQL("%s AS later", SQL("%s >= %s", SQL.identifier(query.table, "date"), since)
                if since else SQL("TRUE")),
        )  # fmt: skip

    def _flush_said(self):
        """Figures are read by SQL."""
        self.env["crm.satisfaction.score"].flush_model()
        self.env["survey.user_input.line"].flush_model()

    def _sums_of_items(self, scores, domain, level, items, since):
        """``{(later, item): Sums}`` of figures from 1 to 10."""
        taken = [TOTAL, *items]
        names = [
            {"item": item, "n": SQL.identifier(f"n{number}"), "total": SQL.identifier(f"t{number}")}
            for number, item in enumerate(taken)
        ]
        rows = self.env.execute_query(
            SQL(
                _SUMS,
                said=self._said_sql(scores, domain, level, items, since),
                customer=SQL(", ").join(SQL(_OF_CUSTOMER, **name) for name in names),
                sums=SQL(", ").join(SQL(_OF_ITEM, **name) for name in names),
            )
        )
        return {
            (later, item): Sums(int(answers), int(customers), *rest)
            for later, *columns in rows
            for item, (answers, customers, *rest) in zip(taken, columns, strict=True)
            if answers
        }

    def _yardsticks(self, scores, domain, level, items, own, near):
        """Averages that a dealer or region is compared with.

        :param own: ids of dealers that do not count as others
        :param near: ids of the regions that make up "the region"
        :return: ``{item: (network, region, others, others near, others far)}``
        """
        said = self._said_sql(scores, domain, level, items)
        rows = self.env.execute_query(
            SQL(_YARDSTICKS, said=said, own=list(own), near=list(near))
        )
        return {item: figures for item, *figures in rows}

    def _pairs_of_items(self, scores, domain, level, items, outcome):
        """``{(a, b): (correlation, answers)}`` for items and the outcome, a < b.

        :param str outcome: the kind of score that importance is derived from
        """
        figures = self._said_sql(scores, domain, level, items)
        told = self._scores_sql(
            scores,
            Domain(domain) & Domain("version_id", "=", self.id)
            & Domain("kind", "=", outcome) & Domain("factor_id", "=", False),
        )  # fmt: skip
        said = SQL(
            """SELECT answer, item, figure FROM (%s) f WHERE item <> %s
                UNION ALL SELECT answer, %s, figure FROM (%s) o""",
            figures, TOTAL, OUTCOME, told,
        )  # fmt: skip
        taken = [OUTCOME, *sorted(items)]
        names = {item: SQL.identifier(f"x{number}") for number, item in enumerate(taken)}
        columns = [
            SQL("max(figure) FILTER (WHERE item = %s) AS %s", item, name)
            for item, name in names.items()
        ]
        pairs = [(a, b) for a in taken for b in taken if a < b]
        both = [SQL("%s, %s", names[a], names[b]) for a, b in pairs]
        [(correlations, counts)] = self.env.execute_query(
            SQL(
                _PAIRS,
                said=said,
                columns=SQL(", ").join(columns),
                correlations=SQL(", ").join(SQL("corr(%s)", pair) for pair in both),
                counts=SQL(", ").join(SQL("regr_count(%s)", pair) for pair in both),
            )
        )
        return dict(zip(pairs, zip(correlations, counts, strict=True), strict=True))
