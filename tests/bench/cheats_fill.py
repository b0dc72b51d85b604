"""A network with honest dealers and cheats of each kind, whose truth is known (S9).

Reproducible: one seed. Honest people look like cheats at times: couples and families share a phone,
some buy with their company's number, staff buy cars, some click through without reading, delighted
customers give tens throughout, excellent dealers get many of them, careless ones lose phones, and
the unhappy want no contact more often than others.
"""

import random
from datetime import datetime, timedelta

DEALERS = 100
ANSWERS = 50  # of a dealer in the quarter
VISITORS = 120  # customers of a dealer with a visit in the quarter; the first ones answer
CHEATS = 3  # dealers of each kind
KINDS = (
    "same_phone",
    "staff_phone",
    "straight_line",
    "fast",
    "succession",
    "changed",
    "tens",
    "unreachable",
)
EXCELLENT, CARELESS = 6, 6
_SECONDS = 6.5  # median of honest people for a question


class Seeds:
    """Rows of the network; ``cheats_store`` inserts them."""

    def __init__(self, dealers, staff, questions, since, first=0):
        """
        :param dealers: ids, ``staff`` ``{dealer: (user id, phone)}``
        :param questions: ``(id, kind, lowest, highest)`` of the version
        :param since: first day of a quarter that is over
        :param first: where phone numbers begin
        """
        self.rng = random.Random(11)
        self.dealers, self.staff, self.questions = dealers, staff, questions
        self.since = datetime.combine(since, datetime.min.time())
        self.partners, self.answers, self.changes, self.complaints = [], [], [], []
        self.truth = {kind: set() for kind in KINDS}  # numbers of answers, or dealers
        self.numbers = iter(range(first, 10**8))
        kinds = [kind for kind in KINDS for _n in range(CHEATS)]
        self.kind = dict(zip(dealers, kinds, strict=False))
        rest = [dealer for dealer in dealers if dealer not in self.kind]
        self.excellent = set(rest[:EXCELLENT])
        self.careless = set(rest[EXCELLENT : EXCELLENT + CARELESS])

    def make(self):
        for dealer in self.dealers:
            self._dealer(dealer)
        return self

    # -- Honest people -----------------------------------------------------------------------

    def _phone(self):
        return f"+86139{next(self.numbers):08}"

    def _dealer(self, dealer):
        rng = self.rng
        level = rng.gauss(9.0, 0.15) if dealer in self.excellent else rng.gauss(7.8, 0.45)
        people = [self._person(dealer) for _n in range(VISITORS)]
        self._share_phones(people)
        asked = people[:ANSWERS]
        mailed = self.since + timedelta(days=20, hours=2)
        for number, person in enumerate(asked):
            self._honest_answer(dealer, person, level, mailed + timedelta(days=number % 6))
        self._lose_contacts(dealer, people)
        if kind := self.kind.get(dealer):
            getattr(self, f"_cheat_{kind}")(dealer, asked, people)

    def _person(self, dealer):
        person = {
            "number": len(self.partners),
            "dealer": dealer,
            "phone": self._phone(),
            "company": False,
            "opt_out": False,
            "bad": self.rng.random() < 0.14,
        }
        self.partners.append(person)
        return person

    def _share_phones(self, people):
        """Whoever they are, and whether they are asked or not."""
        rng = self.rng
        some = iter(rng.sample(people, len(people)))
        for _couple in range(6):
            next(some)["phone"] = next(some)["phone"]
        if rng.random() < 0.2:  # a family
            phone = self._phone()
            for _member in range(3):
                next(some)["phone"] = phone
        if rng.random() < 0.2:  # an employee who bought a car at the own dealer
            next(some)["phone"] = self.staff[people[0]["dealer"]][1]
        if rng.random() < 0.3:  # people who buy with the number of the company they work for
            company = next(some)
            company["company"] = True
            for _employee in range(4):
                next(some)["phone"] = company["phone"]

    def _honest_answer(self, dealer, person, level, mailed):
        rng = self.rng
        channel = rng.choices(("sms", "email", "phone"), (11, 3, 6))[0]
        own = rng.gauss(level, 1.1)
        if rng.random() < 0.02:  # in no mood to think
            said = self._all(max(1, min(10, round(own))))
            pace = rng.uniform(1.5, 5)
        else:
            said = {q: self._figure(q, own + rng.gauss(0, 0.8)) for q in self.questions}
            pace = _SECONDS * rng.lognormvariate(0, 0.4)
        if rng.random() < 0.004:  # clicks through
            pace = rng.uniform(0.5, 1.5)
        if channel == "phone":
            pace = max(pace, 3)
        delay = timedelta(hours=rng.lognormvariate(1.1, 1.2))
        self._answer(dealer, person, said, mailed + delay, pace, channel)
        if rng.random() < 0.005:  # a correction after the visit
            self._change(person, mailed)

    @staticmethod
    def _figure(question, level):
        _id, kind, low, high = question
        if kind == "compliance":
            return int(level > 6.2)
        return max(low, min(high, round(level)))

    def _all(self, figure):
        return {q: self._figure(q, figure) for q in self.questions}

    def _answer(self, dealer, person, said, begun, pace, channel="sms"):
        answer = {
            "number": len(self.answers),
            "dealer": dealer,
            "person": person,
            "said": said,
            "begun": begun.replace(microsecond=0),
            "seconds": max(1, round(pace * len(said))),
            "channel": channel,
            "drawn": begun - timedelta(hours=3),
        }
        self.answers.append(answer)
        person["answer"] = answer
        return answer

    def _change(self, person, drawn):
        day = drawn - timedelta(days=self.rng.uniform(0.5, 10))
        self.changes.append((person["number"], self.staff[person["dealer"]][0], day))

    def _lose_contacts(self, dealer, people):
        """The unhappy want no contact half as often again as the others."""
        lost = 0.25 if dealer in self.careless else 0.05
        for person in people[ANSWERS:]:
            if self.rng.random() < lost * (1.5 if person["bad"] else 1):
                person["opt_out" if self.rng.random() < 0.5 else "phone"] = True
            if person["phone"] is True:
                person["phone"] = None
            if person["bad"]:
                self.complaints.append((person["number"], dealer))

    # -- Cheats ------------------------------------------------------------------------------

    def _fake(self, kind, people):
        for person in people:
            self.truth[kind].add(person["answer"]["number"])

    def _cheat_same_phone(self, _dealer, asked, _people):
        for group in (asked[20:24], asked[24:29]):
            phone = self._phone()
            for person in group:
                person["phone"] = phone
            self._fake("same_phone", group)

    def _cheat_staff_phone(self, dealer, asked, _people):
        for person in asked[20:26]:
            person["phone"] = self.staff[dealer][1]
        self._fake("staff_phone", asked[20:26])

    def _cheat_straight_line(self, _dealer, asked, _people):
        for person in asked[20:30]:
            figure = self.rng.choice((9, 10, 10))
            person["answer"]["said"] = self._all(figure)
            self._at_pace(person, self.rng.uniform(1.2, 2.8))
        self._fake("straight_line", asked[20:30])

    def _cheat_fast(self, _dealer, asked, _people):
        for person in asked[20:28]:
            self._at_pace(person, self.rng.uniform(0.3, 1.05))
        self._fake("fast", asked[20:28])

    def _at_pace(self, person, pace):
        answer = person["answer"]
        answer["seconds"] = max(1, round(pace * len(answer["said"])))
        answer["channel"] = "sms"

    def _cheat_succession(self, _dealer, asked, _people):
        begun = self.since + timedelta(days=27, hours=12)
        for person in asked[20:32]:
            answer = person["answer"]
            answer.update(begun=begun, channel="sms", drawn=begun - timedelta(days=2))
            # Sometimes somebody looks after the shop meanwhile.
            pause = 120 if self.rng.random() < 0.1 else self.rng.randrange(4, 40)
            begun += timedelta(seconds=answer["seconds"] + pause)
        self._fake("succession", asked[20:32])

    def _cheat_changed(self, _dealer, asked, _people):
        for person in asked[20:26]:
            self._change(person, person["answer"]["drawn"])
        self._fake("changed", asked[20:26])

    def _cheat_tens(self, dealer, asked, _people):
        """Most answers are filled in with care: slowly, and not all the same."""
        for person in self.rng.sample(asked, 38):
            person["answer"]["said"] = {
                q: self._figure(q, 10 if self.rng.random() < 0.9 else 9) for q in self.questions
            }
        self.truth["tens"].add(dealer)

    def _cheat_unreachable(self, dealer, _asked, people):
        for person in people[ANSWERS:]:
            if person["bad"] and self.rng.random() < 0.75:
                person["phone"] = None
        self.truth["unreachable"].add(dealer)
