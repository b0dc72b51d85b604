"""Leads of the demo network: open at every intent, won with their order, lost with a reason."""

from datetime import timedelta

from .catalogue import MODELS
from .words import COMPETITORS, CONCERNS, LOST_REASONS, PLACES

_OWNERS, _STRANGERS, _LOST, _WON_DAYS = 26, 14, 24, 210
# Days until the expected order; None for leads without a date.
_INTENTS = (
    ("H", (-4, -1)), ("H", (0, 7)), ("H", (1, 7)), ("A", (8, 15)), ("A", (8, 15)), ("B", (16, 30)),
    ("B", (16, 30)), ("C", (31, 120)), ("C", (31, 120)), ("C", (190, 330)), ("C", None),
)
_STAGES = {
    "H": ("qualified", "proposition"), "A": ("qualified", "proposition"),
    "B": ("new", "qualified"), "C": ("new", "new", "qualified"),
}
_TAKES = (5, 50)  # days until it is won or lost
_OPEN_DAYS = (0, 1, 2, 4, 6, 9, 13, 18, 24, 35)
_REASONS = ("walk_in", "advertisement", "internet", "exhibition", "recommended", "invited")


class Showroom:
    """Draws the leads; one call of ``draw`` for each plan."""

    def __init__(self, rng, today, crowd, vehicles, orders):
        self.rng = rng
        self.today = today
        self.crowd = crowd
        self.people = crowd.rows
        self.vehicles = vehicles
        self.orders = orders
        self.rows = []

    def draw(self):
        """Return the leads."""
        prospects = [person for person in self.people if person["pattern"] == "prospect"]
        for number, person in enumerate(prospects):
            if number % 6 == 5:
                self._lost(self._of(person, "new"))
            else:
                self._open(self._of(person, "new"))
        for person, purchase in self._owners():
            self._open(self._of(person, purchase))
        for number in range(_STRANGERS + _LOST):
            lead = self._stranger(number)
            self._open(lead) if number < _STRANGERS else self._lost(lead)
        for order in self.orders:
            if order["vehicle_model"] and (self.today - order["date"].date()).days < _WON_DAYS:
                self._won(order)
        for key, row in enumerate(self.rows):
            row["key"] = key
            row["opened"] = self._opened(row)
        return self.rows

    def _opened(self, row):
        """The day of the first call or visit; some came just now."""
        if row["closed"]:
            return row["closed"] - timedelta(self.rng.randint(*_TAKES))
        since = row["customer"] is not None and self.people[row["customer"]]["since"]
        day = self.today - timedelta(self.rng.choice(_OPEN_DAYS))
        return max(day, since) if since else day

    def _owners(self):
        """Owners who think of another or a newer vehicle."""
        owners = {}
        for vehicle in self.vehicles:
            owner = vehicle["owners"][-1]["customer"]
            if not vehicle["scrapped"] and vehicle["pattern"] != "new":
                age = (self.today - vehicle["delivery_date"]).days
                owners[owner] = "replace_same" if age > 1300 else "additional"
        chosen = self.rng.sample(sorted(owners), _OWNERS)
        return [(self.people[key], owners[key]) for key in chosen]

    def _lead(self, dealer, user, purchase, model=None, **row):
        rng = self.rng
        names = [name for name, model_ in MODELS.items() if model_.weight]
        model = model or rng.choices(names, [MODELS[name].weight for name in names])[0]
        return {
            "dealer": dealer,
            "user": user,
            "model": model,
            "purchase_type": purchase,
            "customer": None,
            "contact": None,
            "phone": None,
            "quantity": 1,
            "channel": "outlet",
            "reason": rng.choice(_REASONS),
            "concerns": rng.choice(CONCERNS),
            "competitor": rng.choice(COMPETITORS),
            "test_drive": rng.choice(("none", "offered", "done", "done", "declined")),
            "deadline": None,
            "closed": None,
            "lost_reason": None,
            "order": None,
            "priority": "0",
            **row,
        }

    def _of(self, person, purchase):
        row = self._lead(person["dealer"], person["seller"], purchase, customer=person["key"])
        row["channel"] = person["channel"]
        if person["is_company"]:
            row["quantity"] = self.rng.randint(2, 5)
        if purchase != "new":
            row["reason"] = "owner"
        return row

    def _stranger(self, number):
        """Somebody who called or left a name on the website, not yet a customer."""
        dealer = list(PLACES)[number % len(PLACES)]
        gender = self.rng.choice(("male", "female"))
        return self._lead(
            dealer,
            PLACES[dealer].staff[0],
            self.rng.choice(("new", "new", "replace_other")),
            contact=self.crowd.name(gender),
            phone=self.crowd.phone(),
            channel=self.rng.choice(("web_call_centre", "exhibition", "media")),
        )

    def _open(self, row):
        intent, days = _INTENTS[len(self.rows) % len(_INTENTS)]
        if days:
            row["deadline"] = self.today + timedelta(self.rng.randint(*days))
        row["stage"] = self.rng.choice(_STAGES[intent])
        row["priority"] = {"H": "3", "A": "2", "B": "1"}.get(intent, "0")
        self.rows.append(row)

    def _lost(self, row):
        closed = self.today - timedelta(self.rng.randint(4, 200))
        row.update(
            stage="qualified",
            closed=closed,
            deadline=closed + timedelta(self.rng.randint(0, 30)),
            lost_reason=self.rng.choice(LOST_REASONS),
        )
        if row["lost_reason"] == "lost_competitor" and not row["competitor"]:
            row["competitor"] = self.rng.choice([name for name in COMPETITORS if name])
        self.rows.append(row)

    def _won(self, order):
        person = self.people[order["customer"]]
        model = order["vehicle_model"]
        row = self._lead(
            order["dealer"],
            order["user"],
            "additional" if person["is_company"] else "new",
            model,
            customer=person["key"],
            quantity=order["lines"][0][1],
            channel=person["channel"],
            stage="won",
            closed=order["date"].date(),
            deadline=order["date"].date(),
            test_drive="done",
            order=order["key"],
        )
        row["concerns"] = ""
        self.rows.append(row)
