from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.confidence import Sums, ranks

GROUPS = {
    "programme_id", "dealer_id", "region_id", "advisor_id", "channel", "company_id", "factor_id",
    "date:day", "date:week", "date:month", "date:quarter", "date:year",
}  # fmt: skip
# What is not compared by rank, but tells apart what is compared.
_APART = ("version_id", "programme_id", "factor_id")

_SUMS = """
WITH customer AS (
    SELECT %(columns)s, count(*) AS n, sum(figure) AS total FROM (%(answers)s) answer
     GROUP BY %(columns)s, customer)
SELECT %(columns)s, sum(n)::bigint, count(*), sum(total), sum(total * total), sum(total * n),
       sum(n * n)::float8
  FROM customer GROUP BY %(columns)s ORDER BY %(columns)s
"""


def _rounded(figure):
    """To six decimals: the order in which the database adds up shall not show."""
    return None if figure is None else round(figure, 6)


class CrmSatisfactionVersion(models.Model):
    """The index of answers, in SQL (S1)."""

    _inherit = "crm.satisfaction.version"

    @api.readonly
    def index(self, domain=None, group_by=(), kind="satisfaction"):
        """Index with sample, interval and rank for each group of answers; the user's rights hold.

        :param domain: on ``crm.satisfaction.score``; by itself it looks at totals, with a condition
            on ``factor_id`` or a grouping by it at factors (and the total: no factor)
        :param group_by: names among ``GROUPS``, e.g. ``["dealer_id", "date:month"]``
        :param kind: ``satisfaction``, ``compliance``, ``overall``, ``nps``, ``rebuy``, ``return``
        :return: list of dicts, one for each version and group that has answers: ``version_id`` and
            the groups (ids, dates, or False), ``index``, ``n`` answers of ``customers``, ``low``
            and ``high`` of the 95 % interval (None with one customer), ``few`` (fewer answers
            than the programme asks for), ``rank``, ``rank_best``, ``rank_worst`` among the groups
            of the same version, factor and period (None where few), ``break`` (the first figures
            of a version that another one precedes: no trend goes across).
            Satisfaction is on the version's scale, compliance 0 to 100, recommendation
            −100 to 100.
        :raise UserError: a group that is none of these
        """
        group_by = [group_by] if isinstance(group_by, str) else list(group_by)
        if unknown := set(group_by) - GROUPS:
            raise UserError(
                self.env._(
                    "An index cannot be grouped by %(name)s. Choose among %(names)s.",
                    name=sorted(unknown)[0],
                    names=", ".join(sorted(GROUPS)),
                )
            )
        rows = [
            self._index_row(group_by, kind, row)
            for row in self.env.execute_query(self._index_sql(domain, group_by, kind))
        ]
        self._add_ranks(rows, group_by)
        self._add_breaks(rows, group_by)
        return rows

    def _index_sql(self, domain, group_by, kind):
        scores = self.env["crm.satisfaction.score"]
        domain = Domain(domain or [])
        named = {condition.field_expr.split(".")[0] for condition in domain.iter_conditions()}
        domain &= Domain("version_id", "in", self.ids) & Domain("kind", "=", kind)
        if "factor_id" not in {*group_by, *named}:
            domain &= Domain("factor_id", "=", False)
        query = scores._search(domain)
        table = query.table
        terms = [
            scores._read_group_groupby(table, spec, query) for spec in ("version_id", *group_by)
        ]
        columns = [SQL.identifier(f"g{number}") for number in range(len(terms))]
        answers = query.select(
            *(SQL("%s AS %s", term, name) for term, name in zip(terms, columns, strict=True)),
            SQL(
                # Who is not known is a customer of its own.
                "COALESCE(%s, -%s) AS customer",
                SQL.identifier(table, "partner_id"),
                SQL.identifier(table, "user_input_id"),
            ),
            SQL("%s AS figure", SQL.identifier(table, "index_value")),
        )
        return SQL(_SUMS, columns=SQL(", ").join(columns), answers=answers)

    def _index_row(self, group_by, kind, row):
        """One group as a dict, without its rank."""
        split = len(group_by) + 1
        version_id, *keys = row[:split]
        version = self.browse(version_id)
        sums = Sums(*row[split:])
        low, high = sums.interval(*version._bounds(kind))
        return {
            "version_id": version_id,
            **{name: False if key is None else key
               for name, key in zip(group_by, keys, strict=True)},
            "index": _rounded(sums.mean),
            "n": sums.answers,
            "customers": sums.customers,
            "low": _rounded(low),
            "high": _rounded(high),
            "few": sums.answers < version.sudo().programme_id.min_answers,
        }  # fmt: skip

    def _bounds(self, kind):
        """The lowest and the highest figure that an index of the kind can have."""
        if kind in ("compliance", "nps"):
            return (0 if kind == "compliance" else -100), 100
        return self._top() / 10, self._top()

    def _add_ranks(self, rows, group_by):
        apart = [name for name in ("version_id", *group_by)
                 if name in _APART or name.startswith("date:")]  # fmt: skip
        contests = {}
        for row in rows:
            row.update(rank=None, rank_best=None, rank_worst=None)
            if not row["few"]:
                contests.setdefault(tuple(row[name] for name in apart), []).append(row)
        for contest in contests.values():
            places = ranks([(row["index"], row["low"], row["high"]) for row in contest])
            for row, (rank, best, worst) in zip(contest, places, strict=True):
                row.update(rank=rank, rank_best=best, rank_worst=worst)

    def _add_breaks(self, rows, group_by):
        """Mark where a version takes over from another of its programme."""
        period = next((name for name in group_by if name.startswith("date:")), None)
        numbers, first = {}, {}
        for row in rows:
            version = self.browse(row["version_id"]).sudo()  # its number is no secret
            numbers.setdefault(version.programme_id, set()).add(version.number)
            if period:
                begin = first.setdefault(version.id, row[period])
                first[version.id] = min(begin, row[period])
        for row in rows:
            version = self.browse(row["version_id"]).sudo()
            later = version.number > min(numbers[version.programme_id])
            row["break"] = later and (not period or row[period] == first[version.id])
