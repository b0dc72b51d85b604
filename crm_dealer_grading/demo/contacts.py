"""What people said on the phone: the contact log of the last months, and who is to be called."""

from datetime import datetime, time, timedelta

_LOGGED = 150  # customers with an entry or two
_PLANNED = 36
# Way, what it was about, feedback, need afterwards.
_TALKS = (
    ("phone", "Asked how the car drives after the service", "Brakes are quiet again", None),
    ("phone", "Reminded of the inspection", "Comes next week, wants a loan car", "following"),
    ("wechat", "Sent the offer for the longer warranty", "Compares with his insurance", "clear"),
    ("wechat", "Sent photos of the new colours", "Likes the grey one, wife decides", "following"),
    ("visit", "Tea at the showroom, talked about the trade-in", "Wants more money", "following"),
    ("visit", "Visited the fleet manager about next year's vehicles", "Budget in March", "clear"),
    ("sms", "Invited to the test drive day", "", None),
    ("phone", "Explained the bill of the last repair", "Understands it now", "solved"),
    ("email", "Sent the maintenance plan of the fleet", "Asks for a fixed price", "clear"),
    ("event", "Met at the auto show", "Looks for a car for the daughter", "unclear"),
    ("phone", "Called about the waiting time of the last visit", "Was annoyed, apologised", None),
    ("mail", "Sent a card for the Spring Festival", "", None),
)
_STEPS = (
    "Send the offer", "Ask whether the family has decided", "Agree on a day for the service",
    "Invite to a test drive", "Bring the contract", "Ask about the trade-in",
)  # fmt: skip
_REASONS = ("Invite to the test drive day", "Offer the winter check", "Ask about the next car")


class Telephone:
    """Draws the contacts; one call of ``draw`` for each plan."""

    def __init__(self, rng, today, customers):
        self.rng = rng
        self.today = today
        self.customers = customers

    def draw(self):
        """Return the log by date, and who is to be contacted, each customer once."""
        rng = self.rng
        chosen = rng.sample(self.customers, _LOGGED)
        log = []
        for customer in chosen:
            age = (self.today - customer["since"]).days
            for _turn in range(rng.choice((1, 1, 2))):
                log.append(self._talk(customer, rng.randint(1, max(min(age, 150), 1))))
        for row in rng.sample(log, len(log) // 4):
            row["next_date"] = self.today + timedelta(rng.randint(-2, 12))
            row["next_step"] = rng.choice(_STEPS)
        planned = rng.sample([c for c in self.customers if c not in chosen], _PLANNED)
        plans = [
            {
                "customer": customer["key"],
                "date": self.today + timedelta(rng.randint(-3, 9)),
                "way": rng.choice(("phone", "phone", "wechat", "visit")),
                "note": rng.choice(_REASONS),
            }
            for customer in planned
        ]
        return sorted(log, key=lambda row: row["date"]), plans

    def _talk(self, customer, days):
        way, summary, feedback, need = self.rng.choice(_TALKS)
        moment = time(self.rng.randint(1, 9), self.rng.choice((0, 10, 25, 40, 55)))
        return {
            "customer": customer["key"],
            "user": customer["seller"],
            "date": datetime.combine(self.today - timedelta(days), moment),
            "way": way,
            "summary": summary,
            "feedback": feedback,
            "need": need,
            "deep": way == "visit",
            "satisfaction": self.rng.choice((0, 0, 0, 6, 8, 9, 10)),
            "next_date": None,
            "next_step": None,
        }
