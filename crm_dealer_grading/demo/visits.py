"""Visits to the workshops: two years of them, today's board, and the bookings ahead."""

from datetime import datetime, time, timedelta

from .catalogue import MODELS
from .words import NOTES, PLACES

YEARS = 2
_UTC = timedelta(hours=8)  # ahead of UTC in all of China, all year
# By pattern: days since the last visit, days between visits.
_RHYTHM = {
    "active": ((6, 75), (85, 125)),
    "swinging": ((15, 150), (178, 205)),
    "at_risk": ((100, 350), (300, 380)),
    "lost": ((375, 640), (170, 260)),
}
_FLEET_RHYTHM = {
    "taxi": (55, 75), "goods": (80, 105), "rental": (90, 120), "other": (100, 130),
    "passengers": (95, 125), "company": (120, 170),
}
_KM_A_DAY = {
    "private": (22, 55), "company": (40, 80), "taxi": (190, 260), "rental": (80, 120),
    "goods": (120, 170), "other": (50, 80), "passengers": (60, 100),
}
_TYPES = ("maintenance", "repair", "body_paint", "accident", "recall")
_TYPE_WEIGHTS = (60, 19, 11, 6, 4)
# Labour and parts in yuan, hours in the workshop.
_WORK = {
    "first_service": ((0, 0), (0, 0), 2),
    "maintenance": ((160, 380), (320, 980), 3),
    "warranty": ((0, 0), (0, 0), 5),
    "body_paint": ((400, 1600), (200, 1800), 30),
    "repair": ((250, 900), (300, 3200), 7),
    "accident": ((900, 3800), (2200, 14000), 76),
    "recall": ((0, 0), (0, 0), 3),
}
# Today's board of each dealer.
_BOARD = ("received", "work_order", "in_work", "in_work", "quality_check", "delivered")
_UNFINISHED = ("booked", "received", "work_order", "in_work", "quality_check")
_NEIGHBOUR = {
    "SH01": "SU01", "SU01": "SH01", "HZ01": "SH01", "GZ01": "SZ01", "SZ01": "GZ01",
    "BJ01": "TJ01", "TJ01": "BJ01", "QD01": "BJ01",
}
_GUESTS = 7


class Workshop:
    """Draws the visits of the vehicles; one call of ``draw`` for each plan."""

    def __init__(self, rng, today, vehicles):
        self.rng = rng
        self.today = today
        self.start = today - timedelta(365 * YEARS)
        self.vehicles = vehicles
        self.rows = []

    def draw(self):
        """Return the visits by date, and complete the vehicles with what follows from them."""
        for vehicle in self.vehicles:
            for day in self._days(vehicle):
                self._visit(vehicle, day, self._past_stage(day))
        self._send_guests()
        for dealer in PLACES:
            self._board(dealer)
            self._bookings(dealer)
        self.rows.sort(key=lambda row: (row["date"], row["vehicle"]))
        for key, row in enumerate(self.rows):
            row["key"] = key
        self._number_work_orders()
        self._read_mileages()
        return self.rows

    # -- When --------------------------------------------------------------------------------

    def _days(self, vehicle):
        """Days on which the vehicle came, from the owner's rhythm back in time."""
        if vehicle["pattern"] == "new":
            return
        if vehicle["fleet"]:
            gap = _FLEET_RHYTHM[vehicle["usage"]]
            last = (2, gap[0])
        else:
            last, gap = _RHYTHM[vehicle["pattern"]]
        day = self.today - timedelta(self.rng.randint(*last))
        earliest = max(self.start, vehicle["delivery_date"] + timedelta(55))
        while day >= earliest:
            if not vehicle["scrapped"] or day < vehicle["scrapped"]:
                yield day
            day -= timedelta(self.rng.randint(*gap))

    def _past_stage(self, day):
        ago = (self.today - day).days
        if ago > 14 and self.rng.random() < 0.02:
            return "cancelled"
        return "followed_up" if ago > 5 or self.rng.random() < 0.3 else "delivered"

    def _moment(self, day, hour, minutes=60):
        """Naive UTC of a moment from ``hour`` o'clock on in the dealer's time."""
        minute = self.rng.randrange(0, minutes, 5)
        return datetime.combine(day, time(hour)) + timedelta(minutes=minute) - _UTC

    def _promise(self, arrival, hours):
        """When the work is done, or the next morning if that is after closing time."""
        done = arrival + timedelta(hours=hours)
        local = done + _UTC
        if 9 <= local.hour < 18:
            return done
        return self._moment(local.date() + timedelta(local.hour >= 18), 10)

    # -- What --------------------------------------------------------------------------------

    def _visit(self, vehicle, day, stage, kind=None, hour=None):
        rng = self.rng
        owner = owner_at(vehicle, day)
        kind = kind or self._kind(vehicle, day)
        labour, parts, hours = _WORK[kind]
        factor = 1.6 if MODELS[vehicle["model"]].price > 250_000 else 1
        arrival = self._moment(day, hour or rng.randint(8, 15))
        place = PLACES[owner["dealer"]]
        row = {
            "vehicle": vehicle["key"],
            "customer": owner["customer"],
            "dealer": owner["dealer"],
            "user": rng.choices(place.staff, (4, 1, 5))[0],
            "visit_type": kind,
            "stage": stage,
            "date": arrival,
            "promised": self._promise(arrival, hours),
            "delivered": None,
            "labour": round(rng.uniform(*labour) * factor, -1),
            "parts": round(rng.uniform(*parts) * factor, -1),
            "note": rng.choice(NOTES[kind]),
            "mileage": 0,
            "work_order": None,
            "order": None,
        }
        if stage in ("delivered", "followed_up"):
            row["delivered"] = row["promised"] + timedelta(minutes=rng.randrange(-40, 50, 5))
        elif stage in ("booked", "cancelled", "received"):
            row["labour"] = row["parts"] = 0
        if stage in ("booked", "cancelled"):
            row["promised"] = None
        self.rows.append(row)
        return row

    def _kind(self, vehicle, day):
        age = (day - vehicle["delivery_date"]).days
        if 55 <= age <= 140 and not vehicle.get("first_service_done"):
            vehicle["first_service_done"] = day
            return "first_service"
        kind = self.rng.choices(_TYPES, _TYPE_WEIGHTS)[0]
        if kind == "repair" and day < vehicle["warranty_end"]:
            return "warranty"
        if kind in ("accident", "body_paint") and (self.today - day).days < 5:
            return "maintenance"  # it would not be ready yet
        return kind

    def _send_guests(self):
        """Some customers had trouble on the way: the next town's dealer took them in."""
        wholes = [
            row
            for row in self.rows
            if row["visit_type"] in ("repair", "maintenance")
            and row["stage"] == "followed_up"
            and len(self.vehicles[row["vehicle"]]["owners"]) == 1
            and not self.vehicles[row["vehicle"]]["fleet"]
        ]
        for row in self.rng.sample(wholes, _GUESTS):
            dealer = _NEIGHBOUR[row["dealer"]]
            row["dealer"] = dealer
            row["user"] = PLACES[dealer].staff[2]
            row["note"] = "On a journey: warning lamp"
            self.vehicles[row["vehicle"]]["served"] = dealer

    # -- Today and tomorrow ------------------------------------------------------------------

    def _of_dealer(self, dealer, *patterns):
        found = [
            vehicle
            for vehicle in self.vehicles
            if vehicle["pattern"] in patterns
            and not vehicle["scrapped"]
            and vehicle["owners"][-1]["dealer"] == dealer
            and (self.today - vehicle["delivery_date"]).days > 200
        ]
        self.rng.shuffle(found)
        return found

    def _board(self, dealer):
        """A car in each stage, of customers who come often anyway."""
        busy = self._of_dealer(dealer, "active", "fleet")
        for number, stage in enumerate(_BOARD):
            if not busy:
                return
            vehicle = busy.pop()
            hour, kind = 8, None
            if stage == "in_work":
                kind = ("maintenance", "body_paint")[number % 2]
            elif stage == "delivered":
                hour, kind = 7, "maintenance"
            row = self._visit(vehicle, self.today, stage, kind, hour)
            if row["promised"].date() > self.today + timedelta(2):
                row["promised"] = self._moment(self.today + timedelta(2), 16)
        for vehicle in busy[:2]:
            self._visit(vehicle, self.today, "booked", "maintenance", 16)

    def _bookings(self, dealer):
        """The days ahead, with some customers whom the dealer has won back."""
        ahead = self._of_dealer(dealer, "swinging")[:4] + self._of_dealer(dealer, "at_risk")[:2]
        ahead += self._of_dealer(dealer, "lost")[:1]
        for vehicle in ahead:
            day = self.today + timedelta(self.rng.randint(1, 9))
            self._visit(vehicle, day, "booked", self.rng.choice(("maintenance", "body_paint")))

    # -- What follows ------------------------------------------------------------------------

    def _number_work_orders(self):
        counts = {}
        for row in self.rows:
            if row["stage"] in ("booked", "received", "cancelled"):
                continue
            month = (row["dealer"], f"{row['date'] + _UTC:%y%m}")
            counts[month] = counts.get(month, 0) + 1
            row["work_order"] = f"{month[0]}-{month[1]}-{counts[month]:03d}"

    def _read_mileages(self):
        """Mileage grows with the days; the next service follows from the last one."""
        visits = {}
        for row in self.rows:
            visits.setdefault(row["vehicle"], []).append(row)
        for vehicle in self.vehicles:
            rate = self.rng.uniform(*_KM_A_DAY[vehicle["usage"]])
            day, km, served = vehicle["delivery_date"], 8, None
            for row in visits.get(vehicle["key"], ()):
                if row["stage"] in ("booked", "cancelled"):
                    continue
                on = local_day(row["date"])
                km += int((on - day).days * rate * self.rng.uniform(0.85, 1.15)) + 1
                row["mileage"], day = km, on
                if row["visit_type"] in ("maintenance", "first_service"):
                    served = (on, km)
            self._plan_service(vehicle, served)
            age = (self.today - vehicle["delivery_date"]).days
            if km == 8 and age > 30:
                # Nobody has read it in a workshop yet: the owner told it.
                ago = self.rng.randint(1, 25)
                vehicle["told"] = (self.today - timedelta(ago), int((age - ago) * rate))

    def _plan_service(self, vehicle, served):
        first = vehicle["first_service_due"]
        if served:
            day, km = served
            vehicle["next_service_date"] = day + timedelta(182)
            vehicle["next_service_km"] = round(km + 10_000, -2)
        elif (self.today - first).days < 120:
            vehicle["next_service_date"], vehicle["next_service_km"] = first, 5_000
        if (self.today - first).days > 400:
            vehicle.setdefault("first_service_done", first - timedelta(self.rng.randint(1, 20)))


def owner_at(vehicle, day):
    """The owner of a vehicle on ``day``; before its history the first one."""
    owners = [owner for owner in vehicle["owners"] if owner["since"] <= day]
    return owners[-1] if owners else vehicle["owners"][0]


def local_day(moment):
    """The day in China of a naive UTC ``moment``."""
    return (moment + _UTC).date()
