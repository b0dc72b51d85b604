from collections import Counter
from datetime import timedelta
from itertools import islice

import pytz

from odoo import fields, models
from odoo.tools import SQL

from ...tools import slots

# Stages in which a vehicle holds its bay and its place among the arrivals of an hour.
HOLDING = ("booked", "received", "work_order", "in_work", "quality_check")
# How far ahead a refusal looks for another time.
_AHEAD = timedelta(days=30)


class CrmDealer(models.Model):
    """When a workshop has time (C5)."""

    _inherit = "crm.dealer"

    def _free_slots(self, date_from, date_to, visit_type, **options):
        """Return the times at which the dealer takes a booking, soonest first (C5).

        A time is free when it is not past, begins and ends in the workshop hours, the hour has
        room for one more arrival, and, where the dealer has bays, one that suits the type of
        visit is free all the time. Times are proposed every half hour from each opening. The
        rights on the dealer are the caller's business: nothing of other visits is told.

        :param datetime date_from: naive UTC; slots begin at it or later
        :param datetime date_to: naive UTC; slots begin before it
        :param str visit_type: a type of ``crm.service.visit``; gives duration and kind of bay
        :param options: ``hours`` instead of the type's duration; ``bay`` to ask for this one
            only; ``ignore``, visits that count as not there; ``limit``, how many slots;
            ``partner``, who books, for modules that keep times for some
        :return: list of ``{"start", "end": naive UTC, "bay_ids": ids of the free bays in their
            order, "left": bookings that the hour still takes, None without a limit}``; empty for
            a dealer without workshop hours
        """
        self.ensure_one()
        # sudo: other people's visits take up time; the caller's rights decide who may ask.
        return list(
            islice(
                self.sudo()._iterate_slots(date_from, date_to, visit_type, options),
                options.get("limit"),
            )
        )

    def _iterate_slots(self, date_from, date_to, visit_type, options):
        hours, kind = self.env["crm.service.duration"]._of_type(visit_type)
        length = timedelta(hours=options.get("hours") or hours)
        first = max(date_from, fields.Datetime.now())
        if not self.service_calendar_id or first >= date_to:
            return
        bays = options["bay"].sudo() if options.get("bay") else self._bays_of_kind(kind)
        spans = self._working_spans(bays.calendar_id, first, date_to + length)
        work = spans[self.service_calendar_id]
        arrivals, busy = self._held(first, date_to + length, options.get("ignore"))
        limit = self.bookings_per_hour
        for start in slots.starts(work, first, date_to):
            end, left = start + length, None
            if limit:
                left = limit - arrivals[self._hour(start)]
            if (left is not None and left <= 0) or not slots.fits(work, start, end):
                continue
            free = [
                bay.id
                for bay in bays
                if slots.is_free(busy.get(bay.id, ()), start, end)
                and slots.fits(spans[bay.calendar_id or self.service_calendar_id], start, end)
            ]
            if free or not bays:
                yield {"start": start, "end": end, "bay_ids": free, "left": left}

    def _bays_of_kind(self, kind):
        """The bays in use that suit the kind; all of them where none does."""
        bays = self.bay_ids.filtered("active").sorted()
        return bays.filtered(lambda bay: bay.kind == kind) or bays

    def _working_spans(self, calendars, start, end):
        """Return ``{calendar: merged spans (naive UTC)}`` of whole days around ``[start, end)``.

        The dealer's own calendar is always among them, unless it has none.
        """
        day = timedelta(days=1)
        start = (self._local(start) - day).replace(hour=0, minute=0, second=0, microsecond=0)
        end = pytz.utc.localize(end + day)
        found = {}
        for calendar in calendars | self.service_calendar_id:
            intervals = calendar._work_intervals_batch(start, end)[False]
            found[calendar] = slots.merge(
                tuple(side.astimezone(pytz.utc).replace(tzinfo=None) for side in (begin, stop))
                for begin, stop, _attendance in intervals
            )
        return found

    def _held(self, start, end, ignore=None):
        """Return ``(arrivals by hour, {bay id: sorted busy spans})`` of the dealer."""
        visits = self.env["crm.service.visit"].search_fetch(
            [
                ("dealer_id", "=", self.id),
                ("stage", "in", HOLDING),
                ("id", "not in", ignore.ids if ignore else []),
                ("date", "<", end),
                *("|", ("date", ">=", self._hour(start)), ("date_end", ">", start)),
            ],
            ["date", "date_end", "bay_id"],
            order="date, id",
        )
        busy = {}
        for visit in visits.filtered("bay_id"):
            busy.setdefault(visit.bay_id.id, []).append((visit.date, visit.date_end))
        return Counter(self._hour(visit.date) for visit in visits), busy

    def _next_free(self, start, visit_type, **options):
        """The next free time in words, for a refusal; False when there is none in 30 days."""
        found = self._free_slots(start, start + _AHEAD, visit_type, limit=1, **options)
        return found and self._say(found[0]["start"])

    @staticmethod
    def _is_open(spans, start, end):
        return slots.fits(spans, start, end)

    def _count_arrivals(self, hours):
        """Return ``{hour: vehicles}`` that the dealer expects or has received in each hour."""
        visits = self.env["crm.service.visit"]
        visits.flush_model(["dealer_id", "stage", "date", "active"])
        rows = self.env.execute_query(
            SQL(
                """SELECT hour, count(*) FROM unnest(%s) AS hour
                     JOIN crm_service_visit visit
                       ON visit.dealer_id = %s AND visit.date >= hour
                      AND visit.date < hour + interval '1 hour'
                    WHERE visit.active AND visit.stage IN %s GROUP BY hour""",
                list(hours),
                self.id,
                HOLDING,
            )
        )
        return dict(rows)
