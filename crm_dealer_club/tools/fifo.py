"""The arithmetic of points that lapse: the oldest are used first. No ORM.

Points are whole numbers of hundredths here, so that nothing is lost in rounding.
"""

from dataclasses import dataclass, field
from datetime import date

_NEVER = date.max


class NotEnough(Exception):
    """More is to be taken than there is; ``missing`` says how much, in hundredths."""

    def __init__(self, missing):
        super().__init__(missing)
        self.missing = missing


def hundredths(points):
    """``points`` (a number with up to two decimals) as a whole number."""
    return round(points * 100)


@dataclass
class Credit:
    """Points that came in, and how many of them are left."""

    ref: object
    expires_on: date | None
    remaining: int

    @property
    def place(self):
        return (self.expires_on or _NEVER, self.ref)


@dataclass
class Pot:
    """The credits of one card, and what the member owes.

    ``ref`` of a credit is its number in the order of coming; those with the same last day are
    used in that order.
    """

    credits: list = field(default_factory=list)
    owed: int = 0

    def __post_init__(self):
        self.credits.sort(key=lambda credit: credit.place)
        self.by_ref = {credit.ref: credit for credit in self.credits}

    @property
    def balance(self):
        return sum(credit.remaining for credit in self.credits)

    def put(self, ref, points, expires_on):
        """Add a credit."""
        credit = Credit(ref, expires_on, points)
        self.by_ref[ref] = credit
        self.credits.append(credit)
        self.credits.sort(key=lambda known: known.place)

    def take(self, points, owe=False):
        """Take points, the oldest first.

        :param owe: whether what is missing is owed, instead of refused
        :return: ``(taken, owed, [(ref, points)])``
        :raise NotEnough: there are fewer, and they are not owed
        """
        missing = points - self.balance
        if missing > 0 and not owe:
            raise NotEnough(missing)
        left, uses = min(points, self.balance), []
        taken = left
        for credit in self.credits:
            part = min(credit.remaining, left)
            if part:
                credit.remaining -= part
                left -= part
                uses.append((credit.ref, part))
        self.owed += max(missing, 0)
        return taken, max(missing, 0), uses

    def give_back(self, points, uses, today):
        """Return points to where they came from, the last taken first.

        :param uses: ``[(ref, expires_on, points)]`` that were taken and are still away
        :return: ``(lapsed, [(ref, points)])``: what came back to its credit, and how much
            belongs to credits whose last day is past
        """
        lapsed, returned = 0, []
        order = sorted(uses, key=lambda use: (use[1] or _NEVER, use[0]), reverse=True)
        for ref, expires_on, away in order:
            part = min(away, points)
            points -= part
            if part and expires_on and expires_on < today:
                lapsed += part
            elif part:
                if ref not in self.by_ref:
                    self.put(ref, 0, expires_on)
                self.by_ref[ref].remaining += part
                returned.append((ref, part))
        return lapsed, returned

    def settle(self):
        """Pay what is owed from what is there; return ``(paid, [(ref, points)])``."""
        part = min(self.owed, self.balance)
        if not part:
            return 0, []
        _taken, _owed, uses = self.take(part)
        self.owed -= part
        return part, uses
