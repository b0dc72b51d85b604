from collections import defaultdict

from odoo import api, models

from .counted import Figure
from .quotient import NOTHING, Quotient, divide, interval
from .told import told


class CrmKpi(models.Model):
    """From the definition of a KPI to figures of any period."""

    _inherit = "crm.kpi"

    def _parts(self, begin, end):
        """What is divided by what in ``[begin, end)``: a tuple of one ``Counted`` or more."""
        self.ensure_one()
        parts = getattr(self, f"_kpi_{self.code}")(begin, end)
        return parts if isinstance(parts, tuple) else (parts,)

    @api.private
    def figures(self, begin, end):
        """The KPI in ``[begin, end)`` for every dealer, region and the network; all rights.

        A constant number of queries.

        :return: ``{(level, id or False): Figure}``; a region counts the dealers of all regions
            below it, and a customer whom several dealers served once. Archived dealers have no
            figure of their own; what they did in the period is part of the region's and network's.
        """
        figures, gone = self._all_figures(begin, end)
        return {scope: figure for scope, figure in figures.items() if scope not in gone}

    def _all_figures(self, begin, end):
        """``(figures, scopes that have none of their own)``: archived dealers that had cases."""
        self.ensure_one()
        dealers = self._dealers()
        places = {dealer.id: self._places_of(dealer) for dealer in dealers}
        counted = self._counted(begin, end, places)
        figures, numbers, gone = {}, defaultdict(int), set()
        for dealer in dealers:
            own = ("dealer", dealer.id)
            figure = self._figure(counted, own)
            if not dealer.active:
                if not figure.base:
                    continue
                gone.add(own)
            figures[own] = figure
            for scope in (own, *places[dealer.id]):
                numbers[scope] += 1
        for scope in numbers.keys() - figures.keys():
            figures[scope] = self._figure(counted, scope)
        found = {scope: f._replace(dealers=numbers[scope]) for scope, f in figures.items()}
        return found, gone

    def _counted(self, begin, end, places):
        """``[(above, below, what was counted of each)]`` of the period, by one query a part."""
        parts = self._parts(begin, end)
        return [
            (above, below, *self._counted_pair(above, below, places))
            for above, below in zip(parts[::2], [*parts[1::2], None], strict=False)
        ]

    @api.model
    def _counted_pair(self, above, below, places):
        if below is None:
            return self._count(above, places), {}
        if above.is_mean_over(below):  # the same records, by one query
            sums = self._count(above, places, by_unit=True)
            return sums, sums
        return self._count(above, places), self._count(below, places, by_unit=True)

    @api.model
    def _figure(self, counted, scope):
        quotients = [
            Quotient(above, below, sums.get(scope, NOTHING), rest.get(scope, NOTHING))
            for above, below, sums, rest in counted
        ]
        return Figure(*divide(quotients), 0, *interval(quotients))

    def _measures(self, begin, end):
        """What the cases of ``[begin, end)`` were measured with; other addons extend it.

        :return: ``{dealer: {measure: kind of measure}}`` by ids; two of one kind are not compared
        """
        self.ensure_one()
        return {}

    def _bases(self, begin, end):
        """``{scope: (measures as text, whether two are of one kind)}``, where there are any."""
        measures = defaultdict(dict)
        # sudo: where dealers belong, as in ``_count``.
        dealers = self.env["crm.dealer"].sudo()
        for dealer_id, used in self._measures(begin, end).items():
            for scope in (("dealer", dealer_id), *self._places_of(dealers.browse(dealer_id))):
                measures[scope].update(used)
        return {
            scope: (",".join(map(str, sorted(used))), len(used) > len(set(used.values())))
            for scope, used in measures.items()
        }

    @api.model
    def _told(self, figures, limits=None):
        """``{scope: dealers}`` of the means in ``figures`` that dealers may see (``told.py``)."""
        # sudo: where dealers belong, for what each of them may see.
        dealers = self.env["crm.dealer"].sudo().browse(
            number for (level, number), figure in figures.items()
            if level == "dealer" and figure.base
        )  # fmt: skip
        cases = defaultdict(int)
        for dealer in dealers:
            for scope in self._places_of(dealer):
                cases[scope] += 1
        numbers = [number for level, number in figures if level == "region"]
        regions = self.env["crm.dealer.region"].sudo().browse(numbers)
        network = ("network", False)
        means = {network: (None, cases[network])}
        for region in regions.sorted(lambda r: (r.parent_path.count("/"), r.id)):
            above = ("region", region.parent_id.id) if region.parent_id else network
            means["region", region.id] = (above, cases["region", region.id])
        return told(means, limits=limits)
