"""The statement behind the index by level and period.

Customers are the units of an interval (tools/confidence.py): first their sums, then the groups'.
Of quarters that are settled the groups' sums are kept (crm_satisfaction_sum.py).
"""

from datetime import date

from odoo.tools import SQL

from ...tools.confidence_sql import bounds_sql, error_sql, student_sql
from .crm_satisfaction_score import KINDS

LEVELS = {"dealer": SQL("dealer_id"), "region": SQL("region_id"), "network": SQL("NULL::int")}
UNITS = ("month", "quarter")
KIND_NAMES = [kind for kind, _label in KINDS]
_PLACES, _MONTHS, _YEAR = 65_536, 2_048, 2000

# Sums of each customer in the groups of one level and length of period.
_CUSTOMERS = """
SELECT version_id, programme_id, kind, factor_id, %(level)s AS level, %(unit)s AS unit,
       %(place)s AS place, date_trunc(%(unit)s, date)::date AS period, count(*) AS n,
       sum(index_value) AS total
  FROM score
 GROUP BY version_id, programme_id, kind, factor_id, place, period,
          COALESCE(partner_id, -user_input_id)"""
SUMS = ("n", "customers", "total", "squares", "products", "sizes")
GROUP = ("version_id", "programme_id", "kind", "factor_id", "level", "unit", "place", "period")
_SUMS = """
WITH score AS (
    SELECT version_id, programme_id, kind, factor_id, dealer_id, region_id, date, partner_id,
           user_input_id, index_value
      FROM crm_satisfaction_score WHERE %(seen)s),
customer AS (%(customers)s)
SELECT version_id, programme_id, kind, factor_id, level, unit, place, period,
       sum(n)::int AS n, count(*)::int AS customers, sum(total) AS total,
       sum(total * total) AS squares, sum(total * n) AS products, sum(n * n)::float8 AS sizes
  FROM customer
 GROUP BY version_id, programme_id, kind, factor_id, level, unit, place, period"""
_ROWS = """
WITH sums AS (
    SELECT *, total / n AS mean FROM (%(sums)s) sums),
figure AS (
    SELECT s.*, %(error)s AS error, s.n < p.min_answers AS few, p.min_answers,
           v.index_scale::int AS top, v.number, v.used_on
      FROM sums s
      JOIN crm_satisfaction_version v ON v.id = s.version_id
      JOIN crm_satisfaction_programme p ON p.id = s.programme_id),
ends AS (
    SELECT f.*, CASE WHEN f.customers > 1 THEN greatest(%(lowest)s, mean - margin) END AS low,
           CASE WHEN f.customers > 1 THEN least(%(highest)s, mean + margin) END AS high
      FROM figure f
      LEFT JOIN LATERAL (SELECT (%(student)s) * error AS margin) m ON f.customers > 1),
contest AS MATERIALIZED (
    SELECT version_id, kind, COALESCE(factor_id, 0) AS factor, level, unit, period,
           array_agg(COALESCE(low, mean) ORDER BY COALESCE(low, mean)) AS lows,
           array_agg(-COALESCE(high, mean) ORDER BY -COALESCE(high, mean)) AS highs
      FROM ends WHERE NOT few AND %(ranked)s
     GROUP BY version_id, kind, factor, level, unit, period)
SELECT %(id)s AS id, e.version_id, e.programme_id, e.kind, e.factor_id, e.level,
       e.unit AS period_kind, e.period, d.id AS dealer_id, COALESCE(d.region_id, r.id) AS region_id,
       e.n, e.customers, e.mean AS index_value, e.error, e.low, e.high, e.few, e.min_answers,
       CASE WHEN c.lows IS NOT NULL AND NOT e.few
            THEN rank() OVER (PARTITION BY e.version_id, e.kind, e.factor_id, e.level, e.unit,
                              e.period, e.few ORDER BY round(e.mean::numeric, 6) DESC)
       END AS rank,
       CASE WHEN NOT e.few THEN 1 + cardinality(c.lows)
            - width_bucket(COALESCE(e.high, e.mean), c.lows) END AS rank_best,
       CASE WHEN NOT e.few THEN width_bucket(-COALESCE(e.low, e.mean), c.highs) END AS rank_worst,
       e.number > 1 AND EXISTS (SELECT FROM crm_satisfaction_version o
                                 WHERE o.programme_id = e.programme_id AND o.number < e.number
                                   AND o.used_on IS NOT NULL) AS is_later,
       date_trunc(e.unit, e.used_on AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date = e.period
           AS is_first
  FROM ends e
  LEFT JOIN crm_dealer d ON e.level = 'dealer' AND d.id = e.place
  LEFT JOIN crm_dealer_region r ON e.level = 'region' AND r.id = e.place
  LEFT JOIN contest c ON c.version_id = e.version_id AND c.kind = e.kind
       AND c.factor = COALESCE(e.factor_id, 0) AND c.level = e.level
       AND c.unit = e.unit AND c.period = e.period
"""


def sums(seen, levels=LEVELS, units=UNITS):
    """Sums of each group of these levels and lengths of period: ``GROUP`` and ``SUMS``.

    :param SQL seen: condition on the scores that count
    """
    customers = SQL(" UNION ALL ").join(
        SQL(_CUSTOMERS, level=level, unit=unit, place=LEVELS[level])
        for level in LEVELS if level in levels
        for unit in UNITS if unit in units
    )  # fmt: skip
    return SQL(_SUMS, seen=seen, customers=customers)


def rows(summed, ranked, zone):
    """All rows of the index.

    :param SQL summed: the sums of their groups
    :param bool ranked: whether the reader sees who is compared
    :param str zone: where a day begins
    """
    lowest, highest = bounds_sql(SQL("f.kind"), SQL("f.top"))
    names = ("s.mean", "s.n", "s.customers", "s.squares", "s.products", "s.sizes")
    return SQL(
        _ROWS,
        sums=summed,
        error=error_sql(*map(SQL, names)),
        student=student_sql(SQL("(f.customers - 1)")),
        lowest=lowest,
        highest=highest,
        ranked=SQL("TRUE") if ranked else SQL("FALSE"),
        id=_id_sql(),
        zone=zone,
    )


def _id_sql():
    """What a row is about, in one number: so that it is the same however the list is narrowed."""
    return SQL(
        """(((((CASE WHEN e.factor_id IS NULL THEN e.version_id * 2 ELSE e.factor_id * 2 + 1
                END)::bigint * 8 + array_position(%(kinds)s, e.kind::text) - 1) * 4
             + array_position(%(levels)s, e.level) - 1) * %(places)s
            + COALESCE(e.place, 0)) * %(months)s
           + (extract(year FROM e.period)::int - %(year)s) * 12
           + extract(month FROM e.period)::int - 1) * 2 + (e.unit = 'quarter')::int""",
        kinds=KIND_NAMES,
        levels=list(LEVELS),
        places=_PLACES,
        months=_MONTHS,
        year=_YEAR,
    )


def unpack(row_id):
    """Of the row: ``(field, id)`` of version or factor, kind, level, unit, period."""
    row_id, unit = divmod(row_id, 2)
    row_id, months = divmod(row_id, _MONTHS)
    row_id, level = divmod(row_id // _PLACES, 4)
    row_id, kind = divmod(row_id, 8)
    part, factor = divmod(row_id, 2)
    years, month = divmod(months, 12)
    return (
        (("version_id", "factor_id")[factor], part),
        KIND_NAMES[kind % len(KIND_NAMES)],
        [*LEVELS, ""][level],
        UNITS[unit],
        date(_YEAR + years, month + 1, 1),
    )
