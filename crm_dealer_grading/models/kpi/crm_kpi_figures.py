from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, models

from ...tools.local_day import midnight
from .counted import Counted
from .crm_vehicle_ownership import FINISHED

_CUSTOMERS = "commercial_partner_id:count_distinct"


class CrmKpi(models.Model):
    """The KPIs that stand on customers, vehicles, visits and prospect cards (S10).

    Each method takes a period ``[begin, end)`` in days of the company and gives what is divided
    by what: two ``Counted``, one where nothing is divided, or four where the mean of the first two
    is divided by that of the others. Other addons add theirs.
    """

    _inherit = "crm.kpi"

    @api.model
    def _moment(self, day):
        """When ``day`` begins at the company, naive UTC."""
        return midnight(day, self.env.company._tz_here())

    @api.model
    def _within(self, name, begin, end, moment=False):
        """Conditions that field ``name`` lies in ``[begin, end)``; no condition for None."""
        ends = ((">=", begin), ("<", end))
        return [(name, sign, self._moment(day) if moment else day) for sign, day in ends if day]

    @api.model
    def _sold(self, begin, end):
        """Vehicles handed over in the period, by selling dealer."""
        domain = [
            ("selling_dealer_id", "!=", False),
            ("delivery_date", "!=", False),
            *self._within("delivery_date", begin, end),
        ]
        return Counted("crm.vehicle", domain, "selling_dealer_id")

    @api.model
    def _buyers(self, begin, end):
        """Who got these vehicles, whoever has them since; a customer counts once."""
        domain = [("is_buyer", "=", True), *self._sold(begin, end).domain]
        return Counted("crm.vehicle.ownership", domain, "selling_dealer_id", _CUSTOMERS)

    @api.model
    def _visits(self, begin, end):
        """Finished visits of the period; customers count once."""
        domain = [
            FINISHED,
            ("commercial_partner_id", "!=", False),
            ("dealer_id", "!=", False),
            *self._within("date", begin, end, moment=True),
        ]
        return Counted("crm.service.visit", domain, measure=_CUSTOMERS)

    def _came(self, begin, end, operator="any"):
        """Condition that a customer had a finished visit at any dealer in the period, or none."""
        visits = [FINISHED, *self._within("date", begin, end, moment=True)]
        return ("commercial_partner_id", "any", [("service_visit_ids", operator, visits)])

    # -- Customer data ---------------------------------------------------------------------------

    def _kpi_effective_sold(self, begin, end):
        """Buyers of the period whose file is effective / buyers of the period."""
        buyers = self._buyers(begin, end)
        return buyers.met(("commercial_partner_id.is_effective", "=", True)), buyers

    def _kpi_effective_all(self, _begin, end):
        """Buyers to date whose file is effective / buyers to date."""
        buyers = self._buyers(None, end)
        return buyers.met(("commercial_partner_id.is_effective", "=", True)), buyers

    def _kpi_completeness(self, _begin, _end):
        """Mean completeness of the customers' files."""
        files = Counted("crm.customer.quality", [("dealer_id", "!=", False)])
        return files.met(measure="completeness:sum", scale=1.0, span=(0, 100)), files

    # -- Service ---------------------------------------------------------------------------------

    def _kpi_return_rate(self, _begin, end):
        """Buyers who came to a workshop of the network after the handover / buyers.

        Both from the start day on.
        """
        buyers = self._buyers(self.start_date or None, end)
        return buyers.met(("returned_on", "<", self._moment(end))), buyers

    def _kpi_active_customers(self, begin, end):
        """Customers with a visit from the beginning of the year to the period's end."""
        return (self._visits(begin.replace(month=1, day=1), end),)

    def _kpi_retention(self, begin, end):
        """Last year's customers who came again this year, anywhere in the network / all those."""
        year = begin.replace(month=1, day=1)
        before = self._visits(year - relativedelta(years=1), year)
        return before.met(self._came(year, end)), before

    def _kpi_churn(self, _begin, end):
        """Customers of the last 12 months without a visit for ``months`` / all those.

        Of a running period to this day: nobody has stayed away in the days to come.
        """
        end = min(end, self.env.company._today_here() + timedelta(days=1))
        served = self._visits(end - relativedelta(months=12), end)
        # "Not any" below the customer: with "!" above the database would compare each with each.
        gone = self._came(end - relativedelta(months=self.months), end, "not any")
        return served.met(gone), served

    # -- Sales -----------------------------------------------------------------------------------

    @api.model
    def _cards(self, *conditions):
        """Prospect cards, lost ones included."""
        shown = ["|", ("active", "=", True), ("won_status", "in", ("won", "lost"))]
        return Counted("crm.lead", [("dealer_id", "!=", False), *shown, *conditions])

    def _kpi_conversion(self, begin, end):
        """Cards opened in the period that became owner cards / cards opened in the period."""
        cards = self._cards(*self._within("create_date", begin, end, moment=True))
        return cards.met(("delivered_on", "!=", False)), cards

    def _kpi_repurchase(self, begin, end):
        """Vehicles handed over to who had one of the brand already / vehicles handed over."""
        sold = self._sold(begin, end)
        return sold.met(("purchase_type", "in", ("replace_same", "additional"))), sold

    def _kpi_replacement(self, begin, end):
        """Owners' replacement cards decided in the period that were won / all of them decided."""
        decided = self._cards(
            ("purchase_type", "=", "replace_same"),
            ("won_status", "in", ("won", "lost")),
            *self._within("date_closed", begin, end, moment=True),
        )
        return decided.met(("won_status", "=", "won")), decided
