from dataclasses import dataclass
from datetime import date

from odoo.fields import Domain


@dataclass(frozen=True)
class Asked:
    """What a cockpit is asked for: a role's page, a period, and whom it is about (P3).

    ``dealer``, ``region``, ``brand`` and ``kpi`` are records, empty where all are meant.
    """

    role: str
    kind: str
    begin: date
    end: date
    dealer: object
    region: object
    brand: object
    kpi: object

    def where(self, path="dealer_id"):
        """Condition that the dealer at ``path`` is among those asked for."""
        if self.dealer:
            return Domain(path, "=", self.dealer.id)
        if self.region:
            return Domain(f"{path}.region_id", "child_of", self.region.id)
        return Domain.TRUE

    def of_brand(self, path):
        """Condition on the brand at ``path``, if one is asked for."""
        return Domain(path, "=", self.brand.id) if self.brand else Domain.TRUE

    def within(self, name):
        """Condition that the day ``name`` lies in the period."""
        return Domain(name, ">=", str(self.begin)) & Domain(name, "<", str(self.end))
