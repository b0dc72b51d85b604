from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.again import again

from .crm_club_point_book import Request

_BATCH = 500


class CrmClubPointEntry(models.Model):
    """Points expire after their last day, each once (M3)."""

    _inherit = "crm.club.point.entry"

    @api.model
    def _cron_expire(self):
        """Nightly: expire what is past, in batches; a killed run goes on where it stopped."""
        progress = self.env["ir.cron"]._commit_progress
        # Looked for once: asked for each batch anew, cards that are done would be passed by again.
        cards = self._overdue_card_ids()
        progress(remaining=len(cards))
        while cards:
            some, cards = cards[:_BATCH], cards[_BATCH:]
            again(self.env, lambda some=some: self._expire_batch(card_ids=some), "Expiry of points")
            if not progress(len(some)):
                break

    @api.model
    def _overdue_card_ids(self, limit=None):
        """Ids of the cards with points past their last day, in order."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT card_id FROM crm_club_point_entry
                    WHERE remaining > 0 AND expires_on < %s ORDER BY card_id LIMIT %s""",
                self.env["crm.club.membership"]._today(),
                limit,
            )
        )
        return [card_id for (card_id,) in rows]

    @api.model
    def _expire_batch(self, limit=_BATCH, card_ids=None):
        """Expire the points of these cards, or of ``limit``; return how many cards there were.

        Cards that somebody else is booking on are left for the next run.
        """
        if card_ids is None:
            card_ids = self._overdue_card_ids(limit)
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """WITH free AS (
                       SELECT id FROM loyalty_card WHERE id = ANY(%s) ORDER BY id
                          FOR NO KEY UPDATE SKIP LOCKED)
                   SELECT e.card_id, e.id FROM crm_club_point_entry e
                     JOIN free ON free.id = e.card_id
                    WHERE e.remaining > 0 AND e.expires_on < %s
                    ORDER BY e.card_id, e.expires_on, e.id""",
                list(card_ids),
                self.env["crm.club.membership"]._today(),
            )
        )
        # sudo: the job's cards.
        cards = self.env["loyalty.card"].sudo().browse({card_id for card_id, _number in rows})
        by_id = {card.id: card for card in cards}
        self._book([self._expiry_request(by_id[card_id], number) for card_id, number in rows])
        return len(cards)

    def _expiry_request(self, card, number):
        return Request(
            card=card,
            kind="expiry",
            points=0,
            key=f"expiry:{number}",
            description=card._in_members_words().env._("Points past their last day."),
            credit_id=number,
        )
