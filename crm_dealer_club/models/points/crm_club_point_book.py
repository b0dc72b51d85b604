from datetime import date
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.fifo import NotEnough, Pot, hundredths
from .crm_club_point_write import BOOKED

# Credits that are not in the database yet come after all that are.
_NEW = 1 << 62


class Request(NamedTuple):
    """What is to be booked on a card; ``points`` positive or negative, with two decimals."""

    card: object
    kind: str
    points: float
    key: str
    origin: object = None
    description: str = ""
    expires_on: date | None = None
    owe: bool = False  # a debit that finds too little: the rest is owed
    values: dict = {}  # further fields of the entry
    uses: tuple = ()  # of points given back: (credit id, its last day, points)


class CrmClubPointEntry(models.Model):
    """The one way into the ledger (M3)."""

    _inherit = "crm.club.point.entry"

    @api.model
    def _book(self, requests):
        """Book ``requests`` in their order; change balances and ledger together.

        Requests whose key is in the ledger already are left out: nothing is booked twice. What
        is past its last day expires first. The rights are the caller's business.

        :param requests: list of ``Request``
        :return: the new entries, in superuser mode
        :raise UserError: a card has not enough points
        """
        # sudo: nobody has rights to the ledger; callers checked what the user may do.
        self = self.sudo()
        cards = self.env["loyalty.card"].union(*(request.card for request in requests)).sudo()
        self._take_in_hand(cards)
        requests = self._unbooked(requests)
        pots = self._pots(cards)
        booking = Booking(self, pots)
        for request in requests:
            booking.add(request)
        return booking.finish() if booking.entries else self.browse()

    def _flush_ledger(self):
        for name in ("loyalty.card", "crm.club.point.entry", "crm.club.point.use"):
            self.env[name].flush_model()

    @api.model
    def _unbooked(self, requests):
        known = {
            key
            for (key,) in self.env.execute_query(
                SQL(
                    "SELECT key FROM crm_club_point_entry WHERE key = ANY(%s)",
                    [request.key for request in requests],
                )
            )
        }
        found = {}
        for request in requests:
            if request.key not in known:
                found.setdefault(request.key, request)
        return list(found.values())

    @api.model
    def _pots(self, cards):
        """Return ``{card id: Pot}`` as the ledger stands."""
        owed = dict(
            self.env.execute_query(
                SQL("SELECT id, points_owed FROM loyalty_card WHERE id = ANY(%s)", cards.ids)
            )
        )
        pots = {number: Pot(owed=hundredths(debt or 0)) for number, debt in owed.items()}
        rows = self.env.execute_query(
            SQL(
                """SELECT card_id, id, remaining, expires_on FROM crm_club_point_entry
                    WHERE remaining > 0 AND card_id = ANY(%s)""",
                cards.ids,
            )
        )
        for card_id, number, remaining, expires_on in rows:
            pots[card_id].put(number, hundredths(remaining), expires_on)
        return pots


class Booking:
    """Entries and uses in the making; collected first, written at once."""

    def __init__(self, ledger, pots):
        self.ledger, self.env, self.pots = ledger, ledger.env, pots
        self.today = self.env["crm.club.membership"]._today()
        self.now = fields.Datetime.now()
        self.entries, self.uses = [], []

    def add(self, request):
        pot = self.pots[request.card.id]
        points = hundredths(request.points)
        if request.uses:
            self._add_given_back(request, pot, points)
        elif points < 0:
            self._add_debit(request, pot, -points)
        else:
            number = self._entry(request, points, remaining=points)
            if points:
                pot.put(number, points, request.expires_on)
        self._settle(request, pot)

    def _add_debit(self, request, pot, points):
        try:
            taken, owed, uses = pot.take(points, owe=request.owe)
        except NotEnough as error:
            raise UserError(
                self.env._(
                    "%(member)s has %(balance)s points, %(points)s are needed. Use fewer, or wait "
                    "for more.",
                    member=request.card.sudo().partner_id.name,
                    balance=f"{(points - error.missing) / 100:g}",
                    points=f"{points / 100:g}",
                )
            ) from error
        self._entry(request, -taken, uses=uses, owed=owed)

    def _add_given_back(self, request, pot, points):
        """Back to the credits they were taken from; what expired meanwhile gets some days."""
        away = [(number, last, hundredths(part)) for number, last, part in request.uses]
        lapsed, returned = pot.give_back(points, away, self.today)
        negative = [(number, -part) for number, part in returned]
        number = self._entry(request, points, uses=negative, remaining=lapsed)
        if lapsed:
            pot.put(number, lapsed, request.expires_on)

    def _settle(self, request, pot):
        """Deduct what the member owes from what just came in."""
        paid, uses = pot.settle()
        if paid:
            words = request.card._in_members_words().env
            debt = request._replace(
                kind="owed",
                key=f"owed:{request.key}",
                description=words._("Deduction of points that were spent before."),
                expires_on=None,
                values={},
            )
            self._entry(debt, -paid, uses=uses, owed=-paid)

    def _entry(self, request, points, uses=(), owed=0, remaining=0):
        """Collect an entry; return its number among credits."""
        index = len(self.entries)
        self.entries.append(
            {
                "card_id": request.card.id,
                "date": self.now,
                "kind": request.kind,
                "points": points / 100,
                "remaining": remaining / 100,
                "owed": owed / 100,
                "expires_on": request.expires_on if remaining else False,
                "origin_model": request.origin._name if request.origin else False,
                "origin_id": request.origin.id if request.origin else False,
                "key": request.key,
                "description": request.description,
                **request.values,
            }
        )
        self.uses += [(_NEW + index, ref, part) for ref, part in uses]
        return _NEW + index

    def deduct_owed(self, card, key):
        """Deduct what the member owes from what is there, without anything coming in."""
        self._settle(Request(card=card, kind="owed", points=0, key=key), self.pots[card.id])

    def finish(self):
        """Write entries, uses, what is left of credits, and the balances; return the entries."""
        ids = self.ledger._next_numbers(len(self.entries))
        number = {_NEW + index: entry_id for index, entry_id in enumerate(ids)}
        new = [{**vals, "id": entry_id} for vals, entry_id in zip(self.entries, ids, strict=True)]
        for pot in self.pots.values():
            for ref, credit in pot.by_ref.items():
                if ref >= _NEW:
                    new[ref - _NEW]["remaining"] = credit.remaining / 100
        taken = SQL(
            """SELECT * FROM unnest(%s::int[], %s::int[], %s::numeric[])
                 WITH ORDINALITY AS t(entry_id, credit_id, points, place)""",
            [number[entry] for entry, _ref, _part in self.uses],
            [number.get(ref, ref) for _entry, ref, _part in self.uses],
            [part / 100 for _entry, _ref, part in self.uses],
        )
        further = sorted(set().union(*new) - BOOKED)
        self.ledger._write_booked(self.ledger._as_rows(new), taken, self.pots, further)
        return self.ledger.browse(ids)
