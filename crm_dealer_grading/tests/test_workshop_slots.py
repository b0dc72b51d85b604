import random
from datetime import datetime, timedelta

import pytz

from odoo.tests import freeze_time

from ..tools import slots
from .common_workshop import WorkshopCase

_HALF = timedelta(minutes=30)
_ZONES = ("Asia/Shanghai", "Asia/Kolkata", "America/New_York", "UTC")


class TestSlots(WorkshopCase):
    def _plain(self, zone, first, before, length, opening, capacity, visits, bays):
        """Free times minute by minute, as somebody with a paper calendar would find them."""

        def local(moment):
            return pytz.utc.localize(moment).astimezone(zone)

        def is_open(moment):
            clock = local(moment)
            hour = clock.hour + clock.minute / 60
            return clock.weekday() < 5 and any(a <= hour < b for a, b in opening)

        found = []
        moment = first.replace(minute=first.minute // 30 * 30, second=0)
        while moment < before:
            end = moment + length
            hour = local(moment).replace(minute=0)
            same = [v for v in visits if local(v[0]).replace(minute=0) == hour]
            free = [
                bay
                for bay in bays
                if not any(v[2] == bay and v[0] < end and moment < v[1] for v in visits)
            ]
            if (
                moment >= first
                and is_open(moment)
                and is_open(end - timedelta(minutes=1))
                and len(same) < capacity
                and free
            ):
                found.append((moment, free, capacity - len(same)))
            moment += _HALF
        return found

    def _random_visits(self, rng, start, bays):
        """Create some visits; return ``[(date, end, bay id)]`` of those that hold time."""
        values = []
        busy = {bay.id: [] for bay in bays}
        for _number in range(rng.randrange(25)):
            date = start + timedelta(minutes=15 * rng.randrange(-20, 300))
            hours = rng.choice([0.5, 1, 1.5, 3, 20])
            end = date + timedelta(hours=hours)
            bay = rng.choice([*bays.ids, False])
            if bay and any(a < end and date < b for a, b in busy[bay]):
                bay = False
            if bay:
                busy[bay].append((date, end))
            stage = rng.choice(["received", "in_work", "quality_check", "delivered", "cancelled"])
            values.append({"date": date, "stage": stage, "duration_hours": hours, "bay_id": bay})
        visits = self._bookings(values)
        holding = visits.filtered(lambda visit: visit.stage not in ("delivered", "cancelled"))
        return [(visit.date, visit.date_end, visit.bay_id.id) for visit in holding]

    def _random_round(self, rng):
        zone = rng.choice(_ZONES)
        opening = rng.choice([((8, 12), (13, 18)), ((9, 17.5),), ((7, 11), (12.5, 16), (16, 19))])
        self.dealer_a.service_calendar_id = self._calendar(spans=opening, tz=zone)
        self.dealer_a.bookings_per_hour = 0
        mine = [("dealer_id", "=", self.dealer_a.id)]
        self.env["crm.service.visit"].search(mine).active = False
        start = datetime(2031, 3, 3) + timedelta(minutes=rng.randrange(14 * 1440))
        bays = self.quick | self.mechanical
        visits = self._random_visits(rng, start, bays)
        capacity = self.dealer_a.bookings_per_hour = rng.randint(1, 3)
        length = rng.choice([0.5, 1, 2, 7, 30])
        before = start + timedelta(hours=rng.choice([5, 40, 70]))
        with freeze_time("2031-03-01"):
            found = self.dealer_a._free_slots(
                start, before, "repair", hours=length, bay=bays
            )
        wanted = self._plain(
            pytz.timezone(zone),
            start,
            before,
            timedelta(hours=length),
            opening,
            capacity,
            visits,
            bays.ids,
        )
        self.assertEqual([(s["start"], s["bay_ids"], s["left"]) for s in found], wanted)
        for slot in found:
            self.assertEqual(slot["end"] - slot["start"], timedelta(hours=length))
        return len(found)

    def test_random_workshops(self):
        rng = random.Random(5)
        found = [self._random_round(rng) for _round in range(40)]
        self.assertGreater(sum(found), 100)

    def test_what_is_offered_is_taken(self):
        """Each offered time can be booked, until nothing is offered any more."""
        with freeze_time("2031-01-06 00:00:00"):
            today = datetime(2031, 1, 6), datetime(2031, 1, 7)
            booked = 0
            while found := self.dealer_a._free_slots(*today, "maintenance", limit=1):
                self._booking(found[0]["start"], bay_id=found[0]["bay_ids"][0])
                booked += 1
            self.assertEqual(booked, 7)  # one quick bay, seven hours

    def test_past_and_limits(self):
        with freeze_time("2031-01-06 02:10:00"):
            found = self.dealer_a._free_slots(
                datetime(2031, 1, 5), datetime(2031, 1, 7), "maintenance"
            )
            self.assertEqual(found[0]["start"], datetime(2031, 1, 6, 2, 30))
            self.assertFalse(self.dealer_b._free_slots(*[datetime(2031, 1, 8)] * 2, "repair"))

    def test_kinds_of_bays(self):
        with freeze_time("2031-01-06 00:00:00"):
            today = datetime(2031, 1, 6), datetime(2031, 1, 7)
            for kind, bays in (
                ("maintenance", self.quick),
                ("repair", self.mechanical),
                ("body_paint", self.quick | self.mechanical),  # there is no body bay
            ):
                [slot] = self.dealer_a._free_slots(*today, kind, limit=1)
                self.assertEqual(slot["bay_ids"], bays.ids, kind)
            self.quick.active = False
            [slot] = self.dealer_a._free_slots(*today, "maintenance", limit=1)
            self.assertEqual(slot["bay_ids"], self.mechanical.ids)

    def _queries(self, days):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.dealer_a._free_slots(
            datetime(2031, 1, 6), datetime(2031, 1, 6) + timedelta(days=days), "maintenance"
        )
        return self.cr.sql_log_count - before

    def test_same_number_of_queries_for_few_and_many(self):
        with freeze_time("2031-01-06 00:00:00"):
            self._queries(1)
            one = self._queries(1)
            for day in range(6, 11):
                for hour in (1, 2, 3, 5, 6):
                    self._booking(datetime(2031, 1, day, hour), bay_id=self.quick.id)
            self.env["crm.service.bay"].create(
                [
                    {"name": f"Q{i}", "kind": "quick", "dealer_id": self.dealer_a.id}
                    for i in range(20)
                ]
            )
            self.assertEqual(self._queries(30), one)

    def test_spans(self):
        day = datetime(2031, 1, 6)
        hour = timedelta(hours=1)
        work = slots.merge([(day, day + hour), (day + hour, day + 2 * hour), (day, day)])
        self.assertEqual(work, [(day, day + 2 * hour)])
        self.assertFalse(slots.fits(work, day - hour, day + hour))
        self.assertTrue(slots.fits(work, day, day + 2 * hour))
        self.assertFalse(slots.fits(work, day + 2 * hour, day + 3 * hour))
        self.assertFalse(slots.fits([], day, day + hour))
