"""Orders of the demo network: vehicles, workshop invoices, accessories."""

from datetime import datetime, time, timedelta

from .visits import YEARS, local_day
from .words import PLACES

_VAT = 1.13
_LINKED = 0.94  # share of paid private visits that have an order; the rest paid at the desk
# product: (price in yuan, weight)
_EXTRAS = {
    "product_dashcam": (680, 5), "product_mats": (320, 6), "product_film": (1_980, 4),
    "product_tyres": (2_680, 4), "product_warranty": (3_600, 2), "product_charger": (2_900, 1),
}


class Counter:
    """Draws the orders; one call of ``draw`` for each plan."""

    def __init__(self, rng, today, people, vehicles, visits):
        self.rng = rng
        self.today = today
        self.start = today - timedelta(365 * YEARS)
        self.people = people
        self.vehicles = vehicles
        self.visits = visits
        self.rows = []

    def draw(self):
        """Return the orders by date and link the visits to them."""
        self._vehicle_orders()
        self._workshop_orders()
        self._extras()
        self.rows.sort(key=lambda row: (row["date"], row["customer"]))
        for key, row in enumerate(self.rows):
            row["key"] = key
            for visit in row.pop("visits"):
                visit["order"] = key
        return self.rows

    def _order(self, customer, dealer, date, user, lines, visits=()):
        row = {
            "customer": customer, "dealer": dealer, "date": date, "user": user, "lines": lines,
            "vehicle_model": None, "visits": list(visits),
        }
        self.rows.append(row)
        return row

    def _vehicle_orders(self):
        """One order for all vehicles of a model that a customer bought on a day."""
        bought = {}
        for vehicle in self.vehicles:
            owner, day = vehicle["owners"][0], vehicle["purchase_date"]
            if vehicle["selling_dealer"] and self.start <= day <= self.today:
                # A fleet orders a batch together, whenever each vehicle was registered.
                day = vehicle["delivery_date"] - timedelta(14) if vehicle["fleet"] else day
                key = (owner["customer"], day, vehicle["model"], vehicle["selling_dealer"])
                bought.setdefault(key, []).append(vehicle)
        for (customer, day, model, dealer), vehicles in bought.items():
            price = round(vehicles[0]["price"] / _VAT, -1)
            line = (f"product_{model}", len(vehicles), [price], None)
            moment = datetime.combine(day, time(self.rng.randint(2, 9)))
            order = self._order(customer, dealer, moment, self._seller(customer, dealer), [line])
            order["vehicle_model"] = model

    def _seller(self, customer, dealer):
        person = self.people[customer]
        return person["seller"] if person["dealer"] == dealer else PLACES[dealer].staff[0]

    def _workshop_orders(self):
        """Private customers pay each visit, fleets once a month; some visits have no order."""
        monthly = {}
        for visit in self.visits:
            if visit["stage"] not in ("delivered", "followed_up"):
                continue
            if not visit["labour"] + visit["parts"]:
                continue
            if self.vehicles[visit["vehicle"]]["fleet"]:
                month = local_day(visit["date"]).replace(day=1)
                monthly.setdefault((visit["customer"], visit["dealer"], month), []).append(visit)
            elif self.rng.random() < _LINKED:
                self._workshop_order([visit])
        for visits in monthly.values():
            self._workshop_order(visits)

    def _workshop_order(self, visits):
        """One line of labour and one of parts for all visits together."""
        numbers = ", ".join(visit["work_order"] for visit in visits)
        lines = [
            (f"product_{part}", 1, [visit[part] for visit in visits], f"{title}: {numbers}")
            for part, title in (("labour", "Labour"), ("parts", "Parts"))
        ]
        last = visits[-1]
        now = datetime.combine(self.today, time(4))
        date = min(max(visit["delivered"] for visit in visits), now)
        self._order(last["customer"], last["dealer"], date, last["user"], lines, visits)

    def _extras(self):
        """Accessories: the regulars come back for more, new owners equip the vehicle."""
        chances = {"active": 0.6, "swinging": 0.8, "at_risk": 0.6, "new": 0.65, "used": 0.6}
        for person in self.people:
            chance = chances.get(person["pattern"], 0)
            while self.rng.random() < chance:
                self._extra(person)
                chance -= 0.25

    def _extra(self, person):
        since = max(person["since"], self.start)
        day = since + timedelta(self.rng.randint(0, (self.today - since).days))
        if person["pattern"] == "at_risk":
            day = min(day, self.today - timedelta(self.rng.randint(90, 300)))
        weights = [weight for _price, weight in _EXTRAS.values()]
        product = self.rng.choices(list(_EXTRAS), weights)[0]
        moment = datetime.combine(max(day, since), time(self.rng.randint(1, 3)))
        dealer = person["dealer"]
        line = (product, 1, [_EXTRAS[product][0]], None)
        self._order(person["key"], dealer, moment, person["seller"], [line])
