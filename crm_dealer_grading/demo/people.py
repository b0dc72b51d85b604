"""Customers of the demo network: persons, firms, fleets, and their contacts."""

from datetime import timedelta

from stdnum.cn import ric

from .words import (
    CHANNELS,
    CHARACTERS,
    CONTACTS,
    EDUCATIONS,
    EMPLOYERS,
    FAMILIES,
    FIRM_TRADES,
    FIRM_WORDS,
    FLEETS,
    GIVEN,
    INTERESTS,
    JOBS,
    NATIVE_PLACES,
    PLACES,
    SMALL_FIRMS,
    SURNAMES,
    WESTERN,
    WESTERN_FIRMS,
)

# How the persons are: share in percent. "prospect" has no vehicle, "used" buys second-hand.
PATTERNS = {
    "active": 29, "swinging": 24, "at_risk": 12, "lost": 12, "new": 9, "used": 4, "prospect": 10,
}
_PHONES = ("130", "135", "138", "150", "159", "176", "186", "189")


class People:
    """Draws customers; one call of ``draw`` for each plan."""

    def __init__(self, rng, today):
        self.rng = rng
        self.today = today
        self.rows = []
        self.contacts = []
        self._names = set()
        self._months = {}
        self._phone = 0

    def draw(self):
        """Return the customers and the contacts of the firms among them."""
        western = list(WESTERN)
        self.rng.shuffle(western)
        for dealer, place in PLACES.items():
            patterns = self._patterns(place.customers)
            for number, pattern in enumerate(patterns):
                foreign = western.pop() if number % 11 == 5 and western else None
                self._person(dealer, pattern, foreign)
        for fleet in FLEETS:
            self._firm(*fleet)
        self._small_firms()
        for row in sorted(self.rows, key=lambda row: row["since"]):
            row["number"] = self._number(row["since"])
        return self.rows, self.contacts

    def _patterns(self, count):
        """Exact shares rather than drawn ones, so that a small dealer is like a big one."""
        total = sum(PATTERNS.values())
        patterns, reached = [], 0
        for pattern, share in PATTERNS.items():
            reached += share
            patterns += [pattern] * (round(count * reached / total) - len(patterns))
        self.rng.shuffle(patterns)
        return patterns

    def _since(self, pattern):
        """When the customer came to the dealer."""
        days = {"new": (5, 80), "prospect": (3, 150), "used": (90, 330)}.get(pattern)
        days = days or ((900, 2300) if pattern == "lost" else (420, 2400))
        return self.today - timedelta(self.rng.randint(*days))

    def _number(self, since):
        """Customer number as it was issued then; the present month's come from the sequence."""
        month = f"{since:%Y%m}"
        if month == f"{self.today:%Y%m}":
            return None
        self._months[month] = self._months.get(month, 0) + 1
        return f"CRM-{month}-{self._months[month]:04d}"

    def phone(self):
        """Return a number that nobody has: the block 0000 is not given out."""
        self._phone += 1
        prefix = _PHONES[self._phone % len(_PHONES)]
        return f"+86 {prefix} 0000 {1000 + 7 * self._phone % 9000:04d}"

    def name(self, gender):
        while True:
            name = self.rng.choice(SURNAMES) + self.rng.choice(GIVEN[gender])
            if name not in self._names:
                self._names.add(name)
                return name

    def _base(self, dealer, since, **row):
        place = PLACES[dealer]
        street = self.rng.choice(place.streets)
        key = len(self.rows)
        return {
            "key": key,
            "dealer": dealer,
            "since": since,
            "phone": self.phone(),
            "street": f"{street}{self.rng.randint(3, 980)}号",
            "zip": place.zip,
            "channel": self.rng.choice(CHANNELS),
            "seller": self._seller(dealer),
            **row,
        }

    def _seller(self, dealer):
        """The user in charge: at each dealer one has most of the customers."""
        first, manager, advisor = PLACES[dealer].staff
        return self.rng.choices((first, manager, advisor), (6, 1, 3))[0]

    def _person(self, dealer, pattern, foreign):
        gender = foreign[1] if foreign else self.rng.choice(("male", "male", "female"))
        name = foreign[0] if foreign else self.name(gender)
        born = self.today - timedelta(self.rng.randint(23 * 365, 66 * 365))
        row = self._base(
            dealer,
            self._since(pattern),
            name=name,
            pattern=pattern,
            is_company=False,
            gender=gender,
            birthdate=born,
        )
        mailbox = name.lower().replace("'", "").replace(" ", ".") if foreign else "customer"
        number = "" if foreign else f"{row['key'] + 1:03d}"
        row["email"] = f"{mailbox}{number}@example.com"
        row["need"] = "clear" if pattern == "prospect" else self.rng.choice(("solved", "clear"))
        if pattern in ("at_risk", "lost"):
            row["need"] = self.rng.choice(("following", "unclear"))
        row.update(self._details(gender, foreign))
        row["id_number"] = None if foreign else self._id_number(dealer, born, gender)
        self.rows.append(row)

    def _details(self, gender, foreign):
        """What only some customers have told."""
        rng = self.rng
        row = {"function": rng.choice(JOBS), "employer": rng.choice(EMPLOYERS)}
        if foreign:
            row["employer"] = "Consulate General"
        if rng.random() < 0.6:
            row["education"] = rng.choice(EDUCATIONS)
            row["interests"] = ", ".join(rng.sample(INTERESTS, 2))
        if rng.random() < 0.35:
            row["family"] = rng.choice(FAMILIES)
            row["personality"] = rng.choice(CHARACTERS)
            row["native_place"] = False if foreign else rng.choice(NATIVE_PLACES)
        if rng.random() < 0.1:
            row["height_cm"] = rng.randint(*((166, 188) if gender == "male" else (155, 174)))
            row["blood_type"] = rng.choice(("a", "b", "ab", "o"))
        return row

    def _id_number(self, dealer, born, gender):
        """An identity number with a valid check digit and a serial that is not given out."""
        if self.rng.random() < 0.5:
            return None
        serial = "999" if gender == "male" else "000"
        number = f"{PLACES[dealer].area}{born:%Y%m%d}{serial}"
        return number + ric.calc_check_digit(number + "0")

    def _small_firms(self):
        for name, dealer in WESTERN_FIRMS:
            self._firm(name, dealer, None, self.rng.randint(1, 3), "company", "Services", "small")
        dealers = list(PLACES)
        words = list(FIRM_WORDS) * 2
        for number in range(SMALL_FIRMS - len(WESTERN_FIRMS)):
            dealer = dealers[number % len(dealers)]
            trade, english = self.rng.choice(FIRM_TRADES)
            city = PLACES[dealer].city.removesuffix("市")
            name = f"{city}{words[number]}{trade}有限公司"
            size = self.rng.choice(("micro", "small", "small", "medium"))
            self._firm(name, dealer, None, number % 4, "company", english, size)

    def _firm(self, name, dealer, model, vehicles, usage, business, size):
        rng = self.rng
        row = self._base(
            dealer,
            self.today - timedelta(rng.randint(500, 2600) if vehicles else rng.randint(10, 200)),
            name=name,
            is_company=True,
            pattern=("fleet" if model else rng.choice(("active", "active", "swinging", "lost")))
            if vehicles else "prospect",
            vehicles=vehicles,
            model=model,
            usage=usage,
            line_of_business=business,
            company_size=size,
            legal_form="Limited company",
            founding_date=self.today - timedelta(rng.randint(3000, 9500)),
            asset_amount=rng.randint(2, 90) * {"large": 1_000_000, "medium": 300_000}.get(
                size, 60_000
            ),
            need="clear",
        )
        row["email"] = f"office{row['key'] + 1:03d}@example.com"
        self.rows.append(row)
        people = 4 if model else rng.choice((1, 2, 2, 3))
        for role, job in CONTACTS[:people]:
            self._contact(row, role, job)

    def _contact(self, firm, role, job):
        gender = self.rng.choice(("male", "female"))
        self.contacts.append(
            {
                "customer": firm["key"],
                "name": self.name(gender),
                "gender": gender,
                "function": job,
                "decision_role": role,
                "phone": self.phone(),
                "email": f"contact{len(self.contacts) + 1:03d}@example.com",
            }
        )
