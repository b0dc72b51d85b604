from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.confidence import Sums
from .quotient import NOTHING

# Records that are each a case: sums of dealers are added up.
_BY_DEALER = """
SELECT dealer, count(*), count(*), sum(figure), sum(figure * figure), sum(figure), count(*)
  FROM (%(records)s) record GROUP BY dealer
"""
# Customers once in a dealer, a region and the network, in one pass whatever their number.
_BY_UNIT = """
WITH own AS MATERIALIZED (
    SELECT dealer, unit, count(*)::float8 AS n, sum(figure) AS total FROM (%(records)s) record
     GROUP BY dealer, unit),
place (dealer, number) AS (SELECT * FROM unnest(%(dealers)s::int[], %(numbers)s::int[])),
known AS (
    SELECT dealer AS number, n, total FROM own
     UNION ALL
    SELECT number, sum(n), sum(total) FROM own JOIN place USING (dealer) GROUP BY number, unit)
SELECT number, sum(n)::bigint, count(*), sum(total), sum(total * total), sum(total * n), sum(n * n)
  FROM known GROUP BY number
"""


class CrmKpi(models.Model):
    """Counts what a part of a KPI says, for every dealer, region and the network."""

    _inherit = "crm.kpi"

    @api.model
    def _count(self, part, places, by_unit=False):
        """``{scope: Sums}`` of what ``part`` counts, by one query; scopes without any are absent.

        :param dict places: ``{dealer id: scopes above}``
        :param bool by_unit: whether customers are the units, where the part names them
        """
        if part.counts_once or by_unit and part.unit:
            return self._count_by_unit(part, places)
        found = defaultdict(lambda: NOTHING)
        for dealer, *row in self.env.execute_query(SQL(_BY_DEALER, records=self._records(part))):
            sums = Sums(*row)
            for scope in (("dealer", dealer), *places.get(dealer, ())):
                found[scope] += sums
        return found

    @api.model
    def _count_by_unit(self, part, places):
        scopes = list(dict.fromkeys(scope for above in places.values() for scope in above))
        numbers = {scope: -number for number, scope in enumerate(scopes, 1)}
        pairs = [(dealer, numbers[scope]) for dealer, above in places.items() for scope in above]
        rows = self.env.execute_query(
            SQL(
                _BY_UNIT,
                records=self._records(part),
                dealers=[dealer for dealer, _number in pairs],
                numbers=[number for _dealer, number in pairs],
            )
        )
        return {
            scopes[-number - 1] if number < 0 else ("dealer", number): Sums(*row)
            for number, *row in rows
        }

    @api.model
    def _records(self, part):
        """SQL of the dealer, the unit and the figure of each record."""
        # sudo: a figure of the network; who sees which value is decided by rules.
        records = self.env[part.model].sudo().with_context(active_test=False)
        table = records._table
        name = part.measure.partition(":")[0]
        domain = Domain(part.domain) & Domain(part.dealer, "!=", False)
        if part.counts_once:
            domain &= Domain(name, "!=", False)
        query = records._search(domain)
        figure, unit = SQL("1::float8"), SQL.identifier(table, "id")
        if part.adds_up:
            figure = SQL("COALESCE(%s, 0)::float8", records._field_to_sql(table, name, query))
        if part.counts_once:
            unit = records._field_to_sql(table, name, query)
        elif part.unit:  # who is not known is a customer of its own
            unit = SQL("COALESCE(%s, -%s)", records._field_to_sql(table, part.unit, query), unit)
        return query.select(
            SQL("%s AS dealer", records._read_group_groupby(table, part.dealer, query)),
            SQL("%s AS unit", unit),
            SQL("%s AS figure", figure),
        )

    @api.model
    def _dealers(self):
        """All dealers, archived ones too."""
        # sudo: where dealers belong, for figures of the network.
        dealers = self.env["crm.dealer"].sudo().with_context(active_test=False)
        return dealers.search_fetch([], ["region_id", "active"])

    @api.model
    def _places_of(self, dealer):
        """The scopes that a dealer's cases are part of: regions from above, the network."""
        path = dealer.region_id.parent_path or ""
        regions = [("region", int(step)) for step in path.split("/") if step]
        return [*regions, ("network", False)]
