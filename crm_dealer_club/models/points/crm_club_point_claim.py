import math
from collections import defaultdict
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from .crm_club_point_book import Request

_CLAIMS = ("order", "visit", "refund")
_TOLD = """
SELECT e.origin_id, e.id, e.gross_points, e.base_amount,
       e.points - e.owed - e.lapsed, e.lapsed,
       (SELECT COALESCE(sum(u.points), 0) FROM crm_club_point_use u
          JOIN crm_club_point_entry x ON x.id = u.entry_id
         WHERE u.credit_id = e.id AND x.kind = 'expiry')
       + CASE WHEN e.expires_on < %s THEN e.remaining ELSE 0 END,
       e.card_id
  FROM crm_club_point_entry e
 WHERE e.origin_model = %s AND e.origin_id = ANY(%s) AND e.kind = ANY(%s)
 ORDER BY e.id"""


class Claim(NamedTuple):
    """What a paid document earns a member, as it stands now."""

    card: object
    kind: str  # "order" or "visit"
    origin: object
    gross: float  # points for all of it, by the rules and the tier of today
    base: float  # amount in the program's currency
    share: float  # of it that is paid and not credited: 0 … 1
    reason: str  # why points are taken back, for the member to read


class CrmClubPointEntry(models.Model):
    """Documents are brought to what they have earned, again and again, to the same end (M3)."""

    _inherit = "crm.club.point.entry"

    @api.model
    def _settle_claims(self, claims):
        """Book the difference between what documents earned so far and what they do now.

        Rules and factor are those of the first time: a later credit note takes back its share of
        what was given. A member who is not active then earns nothing, and not later either.
        Queries do not depend on the number of documents.

        :param claims: list of ``Claim``, all of one model of origins
        """
        if not claims:
            return self.browse()
        told = self._told(claims)
        requests = []
        for claim in claims:
            card_id, *before = told.get(claim.origin.id, (None,))
            if card_id:
                # What was earned on a card is given and taken there, whichever counts today.
                claim = claim._replace(card=claim.card.browse(card_id))
            requests += self._claim_request(claim, before)
        entries = self._book(requests)
        entries._forfeit_of_left()
        return entries

    def _forfeit_of_left(self):
        """What comes back to somebody who left meanwhile is forfeited like the rest."""
        came = self.filtered(lambda entry: entry.points > 0)
        came.card_id.filtered(lambda card: card.club_membership_id.state == "left")._forfeit()

    def _claim_request(self, claim, told):
        """Return the request for one claim in a list, or an empty list."""
        if not told:
            if claim.share <= 0 or not claim.base or not claim.gross:
                return []
            active = claim.card.club_membership_id.state == "active"
            gross, net, steps, lapsed = claim.gross if active else 0, 0, 0, 0
        else:
            gross, base, net, steps, lapsed = told
            gross = gross * claim.base / base if base else gross
        difference = round(_floor(gross * claim.share) - net, 2)
        if difference < 0:
            # What expired unused is gone: it is neither taken nor owed.
            gone = min(lapsed, -difference)
            difference, lapsed = difference + gone, gone
        else:
            lapsed = 0
        if told and not difference and not lapsed:
            return []
        return [self._request_of_claim(claim, gross, difference, lapsed, steps)]

    def _request_of_claim(self, claim, gross, difference, lapsed, steps):
        taken_back = difference < 0 or lapsed
        program = claim.card.program_id
        name = claim.origin.display_name
        if taken_back:
            name = f"{name}: {claim.reason}"
        elif not gross:
            words = claim.card._in_members_words().env
            name = words._("%s: no points, the membership was not active.", name)
        origin = claim.origin
        return Request(
            card=claim.card,
            kind="refund" if taken_back else claim.kind,
            points=difference,
            key=f"{claim.kind}:{origin._name}:{origin.id}:{steps}",
            origin=origin,
            description=name,
            expires_on=program._last_day_of_points(self.env["crm.club.membership"]._today()),
            owe=True,
            values={
                "gross_points": _floor(gross),
                "base_amount": claim.base,
                "lapsed": lapsed,
                "source_dealer_id": origin.dealer_id.id,
            },
        )

    @api.model
    def _told(self, claims):
        """Return ``{origin id: (card id, gross, base, net points, entries, expired unused)}``.

        ``net`` counts what was owed or had expired as taken back. What is past its last day is
        expired before anything is booked.
        """
        self.flush_model()
        self.env["crm.club.point.use"].flush_model()
        rows = self.env.execute_query(
            SQL(
                _TOLD,
                self.env["crm.club.membership"]._today(),
                claims[0].origin._name,
                [claim.origin.id for claim in claims],
                list(_CLAIMS),
            )
        )
        found = defaultdict(list)
        cards = {}
        for origin_id, *row, card_id in rows:
            cards.setdefault(origin_id, card_id)
            found[origin_id].append([float(value or 0) for value in row])
        return {
            origin_id: (
                cards[origin_id],
                entries[0][1],
                entries[0][2],
                round(sum(entry[3] for entry in entries), 2),
                len(entries),
                round(sum(entry[5] - entry[4] for entry in entries), 2),
            )
            for origin_id, entries in found.items()
        }


def _floor(points):
    """Down to hundredths, as the ERP does; a trace of binary fractions does not cost one."""
    return math.floor(round(points * 100, 4)) / 100
