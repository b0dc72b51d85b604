from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL


class CrmClubPointEntry(models.Model):
    """What a document did to the points of a card (M3)."""

    _inherit = "crm.club.point.entry"

    @api.model
    def _card_of(self, origin, kinds):
        """The card on which ``origin`` was booked last, whatever company asks; may be empty."""
        return self.search(self._by_origin(origin, kinds), order="id desc", limit=1).card_id

    @api.model
    def _taken(self, origin, card, kinds):
        """How many points of the card ``origin`` took and has not given back."""
        domain = [*self._by_origin(origin, kinds), ("card_id", "=", card.id)]
        return -round(sum(self.search_fetch(domain, ["points"]).mapped("points")), 2)

    def _by_origin(self, origin, kinds):
        return [
            ("origin_model", "=", origin._name),
            ("origin_id", "in", origin.ids),
            ("kind", "in", kinds),
        ]

    @api.model
    def _away(self, origin, card, kinds):
        """Points that ``origin`` took and has not given back, by the credit they came from.

        :return: ``[(credit id, its last day, points)]``
        """
        away = defaultdict(float)
        last = {}
        rows = self.env.execute_query(
            SQL(
                """SELECT u.credit_id, c.expires_on, u.points::float8
                     FROM crm_club_point_use u
                     JOIN crm_club_point_entry e ON e.id = u.entry_id
                     JOIN crm_club_point_entry c ON c.id = u.credit_id
                    WHERE e.origin_model = %s AND e.origin_id = %s AND e.card_id = %s
                      AND e.kind = ANY(%s)""",
                origin._name,
                origin.id,
                card.id or None,
                list(kinds),
            )
        )
        for credit_id, expires_on, points in rows:
            away[credit_id] += points
            last[credit_id] = expires_on
        return [(number, last[number], points) for number, points in away.items() if points > 0]
