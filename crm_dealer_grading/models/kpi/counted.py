from dataclasses import dataclass, field, replace
from math import inf
from typing import NamedTuple

COUNT = "__count"


@dataclass(frozen=True)
class Counted:
    """Records that are counted or added up for a figure; the same ones that its drill-down opens.

    :param model: whose records
    :param domain: which ones, without any condition on dealers
    :param dealer: field or path that leads to the dealer
    :param measure: ``__count``, ``x:sum``, or ``x:count_distinct`` where ``x`` counts once
    :param scale: what the quotient is multiplied by where these are divided: 100 for a share
    :param unit: field of whom a record is of, where several of one are no independent cases
    :param span: the lowest and the highest that one record adds to a sum
    """

    model: str
    domain: list = field(default_factory=list)
    dealer: str = "dealer_id"
    measure: str = COUNT
    scale: float = 100.0
    unit: str | None = None
    span: tuple = (-inf, inf)

    def met(self, *conditions, **changes):
        """The part of these records that meets ``conditions`` as well."""
        return replace(self, domain=[*self.domain, *conditions], **changes)

    @property
    def counts_once(self):
        return self.measure.endswith(":count_distinct")

    @property
    def adds_up(self):
        return self.measure.endswith(":sum")

    def is_mean_over(self, other):
        """Whether these are the same records as ``other``, added up here and counted there."""
        return self.adds_up and other.measure == COUNT and self._where() == other._where()

    def is_share_of(self, other):
        """Whether these are some of the cases of ``other``, counted alike."""
        alike = self.measure == other.measure and not self.adds_up
        return alike and self._where(len(other.domain)) == other._where()

    def _where(self, conditions=None):
        return self.model, self.dealer, self.domain[:conditions]


class Figure(NamedTuple):
    """A KPI in a period, for a dealer, a region or the network.

    ``value`` is None where nothing is divided by; ``base`` is how many cases it stands on;
    ``dealers`` how many dealers it tells of. ``low`` and ``high`` are its 95 % interval, None
    where none can be said (``quotient.py``).
    """

    numerator: float
    denominator: float
    value: float | None
    base: float
    dealers: int
    low: float | None = None
    high: float | None = None
