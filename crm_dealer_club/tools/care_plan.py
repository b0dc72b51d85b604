"""What becomes of reminders on a day: pure logic, without ORM (M5).

The run and the preview ask it the same, so the preview tells what the run will do.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

_OTHER = {"email": "sms", "sms": "email"}


@dataclass
class Line:
    """A reminder as the plan sees it, and what was decided."""

    id: int  # in the ledger; 0 where it is not written yet
    rule: int
    order: tuple  # the first one's message goes out, and tells the others
    person: int
    customer: int
    vehicle: int
    due: date
    last_day: date  # later the message makes no sense
    channel: str  # activity, email, sms
    purpose: str
    dealer: int = 0
    user: int = 0  # who gets a to-do
    others: tuple = ()  # channels to try where the first has no address
    gone: str = ""  # why it is not to be sent at all, whatever the gate says
    waited: str = ""  # what it waits for since an earlier day
    outcome: str = ""  # send, merged, skip, wait
    reason: str = ""
    leader: "Line" = None
    told: list = field(default_factory=list)  # those that this one's message tells as well

    @property
    def medium(self):
        """To-dos of each dealer are one, messages to a person are one."""
        return ("todo", self.dealer) if self.channel == "activity" else ("message", 0)


def plan(lines, day, refused, room=None, told=()):
    """Decide on ``lines``, all that a customer has for ``day``.

    :param refused: function of (purpose, channel) that returns ``{person: reason}``
    :param dict room: ``{customer: contacts that are still allowed}``; missing: no limit
    :param told: persons who had a message on that day already
    :return: ``lines``, each with its outcome

    >>> today = date(2026, 5, 1)
    >>> def line(number, channel, last=today, **more):
    ...     values = {"person": 7, "customer": 7, "vehicle": 0, "due": today, "purpose": "r"}
    ...     return Line(number, number, (number,), channel=channel, last_day=last, **values, **more)
    >>> def decide(*lines, **more):
    ...     done = plan(lines, today, lambda purpose, channel: {}, **more)
    ...     return [(a.outcome, a.reason) for a in done]
    >>> decide(line(1, "sms"), line(2, "email"))
    [('send', ''), ('merged', '')]
    >>> decide(line(1, "sms", date(2026, 4, 30)))
    [('skip', 'late')]
    >>> decide(line(1, "sms"), line(2, "sms", date(2026, 6, 1)), room={7: 0})
    [('skip', 'cap'), ('wait', 'cap')]
    """
    room = dict(room or {})
    carriers = {}
    for line in sorted(lines, key=lambda line: (line.person, line.order, line.id)):
        _decide(line, day, refused, room, told, carriers)
    return lines


def _decide(line, day, refused, room, told, carriers):
    if line.gone:
        # Who was given up is due nothing any more; that is why, then.
        given_up = refused(line.purpose, line.channel).get(line.person) == "given_up"
        return _end(line, "given_up" if line.gone == "settled" and given_up else line.gone)
    if day > line.last_day:
        return _end(line, line.waited or "late")
    reason = _choose_channel(line, refused)
    if reason:
        return _end(line, reason)
    if line.channel == "activity" and not line.user:
        return _end(line, "no_staff")
    leader = carriers.get((line.person, line.medium))
    if leader:
        return _join(line, leader, day, refused)
    if line.channel != "activity" and line.person in told:
        return _wait(line, "day", day)
    if room.get(line.customer, 1) <= 0:
        return _wait(line, "cap", day)
    if line.customer in room:
        room[line.customer] -= 1
    line.outcome = "send"
    carriers[line.person, line.medium] = line
    return None


def _choose_channel(line, refused):
    """Take the first channel that reaches the person; return why none does."""
    first = refused(line.purpose, line.channel).get(line.person, "")
    if first != "no_address":
        return first
    for channel in line.others:
        if not refused(line.purpose, channel).get(line.person):
            line.channel = channel
            return ""
    return first


def _join(line, leader, day, refused):
    """One message tells all: where the person allows its channel for this purpose too."""
    if line.channel != leader.channel and refused(line.purpose, leader.channel).get(line.person):
        _wait(line, "day", day)
    else:
        line.channel, line.outcome, line.leader = leader.channel, "merged", leader
        leader.told.append(line)


def _wait(line, reason, day):
    """Try again tomorrow, as long as it makes sense then."""
    line.outcome = "wait" if day + timedelta(days=1) <= line.last_day else "skip"
    line.reason = reason


def _end(line, reason):
    line.outcome, line.reason = "skip", reason


def other_channels(channel, fallback):
    """The channels to try where ``channel`` has no address.

    >>> other_channels("email", "other"), other_channels("sms", "none")
    (('sms', 'activity'), ())
    """
    if channel == "activity" or fallback == "none":
        return ()
    return (_OTHER[channel], "activity") if fallback == "other" else ("activity",)
