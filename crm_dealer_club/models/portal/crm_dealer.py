from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.crm_dealer_grading.tools.local_day import midnight

_DAYS = 7  # shown at a time
_DAYS_AHEAD = 90


class CrmDealer(models.Model):
    """What members book themselves (M10)."""

    _inherit = "crm.dealer"

    booking_cancel_hours = fields.Integer(
        string="Members Cancel until (Hours before)",
        default=2,
        help="Later than so many hours before the arrival members call instead.",
    )

    _booking_cancel_hours_positive = models.Constraint(
        "CHECK(booking_cancel_hours >= 0)", "Give the hours before the arrival, or 0 for none."
    )

    @api.model
    def _bookable(self, customer, vehicle=None):
        """Workshops that take bookings from members, the customer's own ones first.

        Called as superuser; of a workshop its name, city and phone are shown.

        :param customer: the commercial entity that books
        :param vehicle: its vehicle, whose dealers come before all others
        """
        # What a dealer's company sells is its business: members go where the network is.
        found = self.search(
            Domain("dealer_type", "!=", "sales") & Domain("service_calendar_id", "!=", False)
        )
        own = customer.dealer_id | customer.serving_dealer_ids
        if vehicle:
            own = vehicle.dealer_id | vehicle.serving_dealer_ids | own
        return (own & found) | found

    @api.model
    def _joinable(self):
        """Dealers at which a customer without one may join; called as superuser."""
        return self.search([("active", "=", True)], order="region_id, name, id")

    def _days_open(self, first, visit_type, partner):
        """Free times of :data:`_DAYS` days from ``first``, for the member to choose from.

        :param partner: who books; of it depends what is kept for others
        :return: ``[(day, [(moment: naive UTC, clock time)])]``, days without a time left out
        """
        self.ensure_one()
        start = self._at_midnight(first)
        end = self._at_midnight(first, _DAYS)
        found = {}
        for slot in self._free_slots(start, end, visit_type, partner=partner):
            local = self._local(slot["start"])
            found.setdefault(local.date(), []).append((slot["start"], f"{local:%H:%M}"))
        return list(found.items())

    def _offered(self, moment, visit_type, partner):
        """The free time that begins at ``moment``, None where ``partner`` cannot have it."""
        if moment >= self._at_midnight(self._booking_span()[1], 1):
            return None
        just = moment + timedelta(seconds=1)
        found = self._free_slots(moment, just, visit_type, partner=partner, limit=1)
        return found[0] if found and found[0]["start"] == moment else None

    def _at_midnight(self, day, later=0):
        return midnight(day + timedelta(days=later), self._timezone())

    def _booking_span(self):
        """``(first day, last day)`` that members may look at, on the clock of the workshop."""
        today = self._local(fields.Datetime.now()).date()
        return today, today + timedelta(days=_DAYS_AHEAD)

    def _city_label(self):
        city = self.partner_id.city
        return f"{self.name} · {city}" if city else self.name
