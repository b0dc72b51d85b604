from collections import Counter
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.crm_dealer_grading.models.workshop.crm_dealer_slots import HOLDING
from odoo.addons.crm_dealer_grading.tools.local_day import midnight


class CrmDealer(models.Model):
    """Places that a workshop keeps for members with priority booking (M2)."""

    _inherit = "crm.dealer"

    priority_share = fields.Float(
        string="Kept for Members (%)",
        digits=(5, 2),
        tracking=True,
        help="Share of a day's bookings that only members with priority booking take, until the "
        "hours before. Counts where the bookings per hour are limited.",
    )
    priority_hours = fields.Integer(
        string="Kept until (Hours before)",
        default=48,
        tracking=True,
        help="From then on everybody books what is left.",
    )

    _priority_range = models.Constraint(
        "CHECK(priority_share >= 0 AND priority_share <= 100 AND priority_hours >= 0)",
        "Keep between 0 and 100 % of a day for members, until 0 or more hours before.",
    )

    def _keeps_places(self):
        return bool(self.priority_share and self.bookings_per_hour and self.service_calendar_id)

    def _day_span(self, moment):
        """``(begin, end)`` in naive UTC of the workshop's day of ``moment``."""
        zone, day = self._timezone(), self._local(moment).date()
        return midnight(day, zone), midnight(day + timedelta(days=1), zone)

    def _open_to_all(self, days):
        """``{day's begin: bookings of a day that members without priority may take}``."""
        if not days:
            return {}
        spans = self._working_spans(
            self.service_calendar_id.browse(), min(days), max(days) + timedelta(days=1)
        )[self.service_calendar_id]
        found = {}
        for begin in days:
            end = self._day_span(begin)[1]
            hours = sum(
                (min(stop, end) - max(start, begin)).total_seconds() / 3600
                for start, stop in spans
                if start < end and stop > begin
            )
            capacity = hours * self.bookings_per_hour
            found[begin] = int(capacity - capacity * self.priority_share / 100 + 1e-6)
        return found

    def _taken_without_priority(self, days, ignore=None):
        """``{day's begin: vehicles}`` expected of customers without priority; one query."""
        if not days:
            return {}
        domain = (
            Domain("dealer_id", "=", self.id)
            & Domain("stage", "in", HOLDING)
            & Domain("club_priority", "!=", True)
            & Domain("date", ">=", min(days))
            & Domain("date", "<", self._day_span(max(days))[1])
            & Domain("id", "not in", ignore.ids if ignore else [])
        )
        # sudo: other people's visits take up room; nothing of them is told.
        visits = self.env["crm.service.visit"].sudo().search_fetch(domain, ["date"])
        return Counter(self._day_span(visit.date)[0] for visit in visits)

    def _iterate_slots(self, date_from, date_to, visit_type, options):
        """Free times; for customers without priority without the places kept for members.

        :param options: besides those of the workshop, ``partner``, the customer who books
        """
        slots = super()._iterate_slots(date_from, date_to, visit_type, options)
        ignore = options.get("ignore")
        partner = options.get("partner") or (ignore and ignore[:1].partner_id)
        # As superuser, like all else here: the card counts, not whether the user may see it.
        partner = partner and partner.with_env(self.env)
        visits = self.env["crm.service.visit"]
        if not self._keeps_places() or (partner and visits._has_priority(partner, self)):
            yield from slots
            return
        kept_from = fields.Datetime.now() + timedelta(hours=self.priority_hours)
        room = {}
        for slot in slots:
            begin, end = self._day_span(slot["start"])
            if slot["start"] > kept_from:
                if begin not in room:
                    taken = self._taken_without_priority([begin], ignore)
                    room[begin] = self._open_to_all([begin])[begin] - taken.get(begin, 0)
                if room[begin] <= 0:
                    continue
            yield slot
