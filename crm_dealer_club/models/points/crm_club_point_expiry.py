from odoo import api, models
from odoo.tools import SQL

from .crm_club_point_book import Request

_BATCH = 500


class CrmClubPointEntry(models.Model):
    """Points expire after their last day, each once (M3)."""

    _inherit = "crm.club.point.entry"

    @api.model
    def _cron_expire(self):
        """Nightly: expire what is past, in batches; a killed run goes on where it stopped."""
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=self._overdue_count())
        while done := self._expire_batch():
            if not progress(done):
                break

    @api.model
    def _overdue_count(self):
        today = self.env["crm.club.membership"]._today()
        [(count,)] = self.env.execute_query(
            SQL(
                """SELECT count(DISTINCT card_id) FROM crm_club_point_entry
                    WHERE remaining > 0 AND expires_on < %s""",
                today,
            )
        )
        return count

    @api.model
    def _expire_batch(self, limit=_BATCH):
        """Expire the points of up to ``limit`` cards; return how many cards there were.

        Cards that somebody else is booking on are left for the next run.
        """
        self.flush_model()
        today = self.env["crm.club.membership"]._today()
        rows = self.env.execute_query(
            SQL(
                """WITH due AS (
                       SELECT c.id FROM loyalty_card c
                        WHERE EXISTS (SELECT FROM crm_club_point_entry e
                                       WHERE e.card_id = c.id AND e.remaining > 0
                                         AND e.expires_on < %(today)s)
                        ORDER BY c.id LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED)
                   SELECT e.card_id, e.id FROM crm_club_point_entry e
                     JOIN due ON due.id = e.card_id
                    WHERE e.remaining > 0 AND e.expires_on < %(today)s
                    ORDER BY e.card_id, e.expires_on, e.id""",
                today=today,
                limit=limit,
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
