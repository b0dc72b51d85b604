"""Vehicles of the demo network: who bought what, sold it on, replaced or scrapped it."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from .catalogue import MODELS, make_plate, make_vin
from .words import COLORS, INSURERS, PLACES, SELLER

WARRANTY = {False: (3, 100_000), True: (8, 150_000)}  # by electric: years, km
FIRST_SERVICE = (90, 5_000)  # days, km
_WRONG_VINS = (17, 91, 160, 233)
_FIRST_SERIAL = 900_101
_FLEET_BATCHES = ((1150, 1450), (430, 650), (60, 260))  # days ago
_FLEET_WEIGHTS = (5, 4, 3)
_SCRAPPED, _NEW_PLATES, _ADDITIONAL = 4, 3, 14


class Garage:
    """Draws the vehicles of the customers; one call of ``draw`` for each plan."""

    def __init__(self, rng, today, customers):
        self.rng = rng
        self.today = today
        self.customers = customers
        self.rows = []
        self._plates = set()

    def draw(self):
        """Return the vehicles, each with its owners from first to last."""
        for customer in self.customers:
            if customer["is_company"]:
                self._fleet(customer)
            elif customer["pattern"] not in ("prospect", "used"):
                self._bought(customer, customer["since"], customer["pattern"])
        first = [row for row in self.rows if not row["fleet"]]
        keepers = [row for row in first if row["pattern"] in ("active", "swinging")]
        self.rng.shuffle(keepers)
        self._second_hand(keepers)
        for row in keepers[:_SCRAPPED]:
            self._scrap(row)
        for row in keepers[_SCRAPPED : _SCRAPPED + _NEW_PLATES]:
            self._new_plate(row)
        for row in keepers[-_ADDITIONAL:]:
            self._additional(row)
        return self.rows

    # -- One vehicle -------------------------------------------------------------------------

    def _bought(self, customer, delivery, pattern, purchase="", model=None, **row):
        """Add a vehicle that ``customer`` bought new."""
        rng = self.rng
        dealer = customer["dealer"]
        if not purchase:
            purchase = rng.choices(("new", "replace_other"), (7, 1))[0]
        names = list(MODELS)
        model = model or rng.choices(names, [MODELS[name].weight for name in names])[0]
        elsewhere = rng.random() < 0.08 and not customer["is_company"]
        vehicle = {
            "key": len(self.rows),
            "model": model,
            "model_year": (delivery + timedelta(60)).year,
            "pattern": pattern,
            "fleet": False,
            "usage": "company" if customer["is_company"] else "private",
            "delivery_date": delivery,
            "purchase_date": delivery - timedelta(rng.randint(3, 20)),
            "purchase_type": purchase,
            "purchase_channel": rng.choice(("online", "direct")) if elsewhere else "dealer",
            "selling_dealer": None if elsewhere else SELLER.get(dealer, dealer),
            "price": round(MODELS[model].price * rng.uniform(0.93, 1.0), -2),
            "color": rng.choice(COLORS),
            "engine_number": f"{rng.choice('CDE')}{rng.choice('KLPR')}{rng.randint(10**5, 10**6)}",
            "scrapped": None,
            "served": None,
            **row,
        }
        serial = _FIRST_SERIAL + 13 * vehicle["key"]
        wrong = vehicle["key"] in _WRONG_VINS
        vehicle["vin"] = make_vin(model, vehicle["model_year"], serial, wrong)
        vehicle["owners"] = [self._owner(customer, vehicle, delivery)]
        vehicle.update(self._dates(delivery, MODELS[model].electric))
        self.rows.append(vehicle)
        return vehicle

    def _owner(self, customer, vehicle, since):
        prefix = PLACES[customer["dealer"]].plate
        plate = make_plate(self.rng, prefix, MODELS[vehicle["model"]].electric, self._plates)
        return {
            "customer": customer["key"], "dealer": customer["dealer"], "plate": plate,
            "since": since,
        }

    def _dates(self, delivery, electric):
        """Dates that reminders look at; most lie ahead, a few are just over."""
        years, km = WARRANTY[electric]
        first, _km = FIRST_SERVICE
        return {
            "insurer": self.rng.choice(INSURERS),
            "insurance_policy": f"P{self.rng.randint(10**9, 10**10 - 1)}",
            "insurance_expiry": self._next(delivery, 1, 20),
            "inspection_due": self._next(delivery, 2, 25),
            "first_service_due": delivery + timedelta(first),
            "warranty_end": delivery + relativedelta(years=years),
            "warranty_end_km": km,
        }

    def _next(self, day, years, overdue):
        """The next anniversary of ``day``, every ``years``; the last days' are overdue."""
        due = day + relativedelta(years=years)
        while due < self.today - timedelta(overdue):
            due += relativedelta(years=years)
        return due

    # -- Stories -----------------------------------------------------------------------------

    def _fleet(self, customer):
        """A firm's vehicles; big fleets grow in batches of the same model."""
        big = customer["pattern"] == "fleet"
        batches = [self.today - timedelta(self.rng.randint(*days)) for days in _FLEET_BATCHES]
        for number in range(customer["vehicles"]):
            delivery = customer["since"] + timedelta(self.rng.randint(0, 200))
            if big:
                drawn = self.rng.choices(batches, _FLEET_WEIGHTS)[0]
                delivery = batches[0] if number < 2 else drawn
            self._bought(
                customer,
                delivery,
                customer["pattern"],
                "additional" if number else "new",
                customer["model"],
                fleet=big,
                usage=customer["usage"],
            )

    def _ago(self, low, high):
        return self.today - timedelta(self.rng.randint(low, high))

    def _old_enough(self, row, day, dealer, same):
        return (day - row["delivery_date"]).days > 500 and (
            (row["owners"][0]["dealer"] == dealer) == same
        )

    def _second_hand(self, keepers):
        """Buyers of used vehicles: the seller replaces the vehicle that they take over.

        Two of them live near another dealer, which looks after the vehicle from then on.
        """
        buyers = [c for c in self.customers if c["pattern"] == "used"]
        for number, buyer in enumerate(buyers):
            day, dealer, same = buyer["since"], buyer["dealer"], number not in (1, 4)
            found = [row for row in keepers if self._old_enough(row, day, dealer, same)]
            if not found:
                found = [row for row in keepers if (day - row["delivery_date"]).days > 200]
            row = found[0]
            keepers.remove(row)
            self._replace(row, day)
            row["owners"].append(self._owner(buyer, row, day))
            row["pattern"] = "swinging"

    def _replace(self, row, day):
        seller = self.customers[row["owners"][-1]["customer"]]
        delivery = day - timedelta(self.rng.randint(0, 4))
        self._bought(seller, delivery, row["pattern"], "replace_same")

    def _scrap(self, row):
        """An old vehicle that the owner gave up for a new one."""
        day = self._ago(60, 500)
        self._replace(row, day)
        row["scrapped"] = day
        row["usage"] = "private"

    def _new_plate(self, row):
        day = self._ago(120, 400)
        owner = self.customers[row["owners"][0]["customer"]]
        if row["delivery_date"] < day:
            row["owners"].append(self._owner(owner, row, day))

    def _additional(self, row):
        owner = self.customers[row["owners"][-1]["customer"]]
        self._bought(owner, self._ago(30, 400), "swinging", "additional")
