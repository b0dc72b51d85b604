from dataclasses import dataclass, field, replace
from typing import NamedTuple


@dataclass(frozen=True)
class Counted:
    """Records that are counted or added up for a figure; the same ones that its drill-down opens.

    :param model: whose records
    :param domain: which ones, without any condition on dealers
    :param dealer: field or path that leads to the dealer
    :param measure: ``__count``, ``x:sum``, or ``x:count_distinct`` where ``x`` counts once
    :param scale: what the quotient is multiplied by where these are divided: 100 for a share
    """

    model: str
    domain: list = field(default_factory=list)
    dealer: str = "dealer_id"
    measure: str = "__count"
    scale: float = 100.0

    def met(self, *conditions, **changes):
        """The part of these records that meets ``conditions`` as well."""
        return replace(self, domain=[*self.domain, *conditions], **changes)


class Figure(NamedTuple):
    """A KPI in a period, for a dealer, a region or the network.

    ``value`` is None where nothing is divided by; ``base`` is how many cases it stands on;
    ``dealers`` how many dealers it tells of.
    """

    numerator: float
    denominator: float
    value: float | None
    base: float
    dealers: int
