from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.again import again
from odoo.addons.crm_dealer_grading.tools.touch import touch

_BATCH = 500

_OVERDUE = """
SELECT c.id, p.lang FROM loyalty_card c LEFT JOIN res_partner p ON p.id = c.partner_id
 WHERE c.id = ANY(%(cards)s)
   AND EXISTS (SELECT FROM crm_club_point_entry e
                WHERE e.card_id = c.id AND e.remaining > 0 AND e.expires_on < %(today)s)
 ORDER BY c.id"""
# Whoever booked on a card wrote its row: one that is free has not changed since the snapshot.
_FREE = f"{_OVERDUE} FOR NO KEY UPDATE OF c SKIP LOCKED"
# All that is left of a credit expires, once; who has points owes nothing.
_EXPIRED = """
SELECT nextval('crm_club_point_entry_id_seq'::regclass)::int AS id, x.*
  FROM (SELECT e.card_id, e.id AS credit_id, 'expiry' AS kind, 'expiry:' || e.id AS key,
               -e.remaining AS points, 0 AS remaining, 0 AS owed, 0 AS origin_id,
               free.words AS description, %(now)s::timestamp AS date
          FROM unnest(%(cards)s::int[], %(words)s::varchar[]) AS free(card_id, words)
          JOIN crm_club_point_entry e ON e.card_id = free.card_id
         WHERE e.remaining > 0 AND e.expires_on < %(today)s AND NOT EXISTS (
               SELECT FROM crm_club_point_entry k WHERE k.key = 'expiry:' || e.id)
         ORDER BY e.card_id, e.expires_on, e.id) x"""
_TAKEN = "SELECT id AS entry_id, credit_id, -points AS points, 1 AS place FROM booked"


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
        self._flush_ledger()
        self.env["res.partner"].flush_model(["lang"])
        today = self.env["crm.club.membership"]._today()
        free = dict(self.env.execute_query(SQL(_FREE, cards=card_ids, today=today)))
        if free:
            self._expire_of(free, today)
        return len(free)

    @api.model
    def _take_in_hand(self, cards):
        """Write the cards' rows and expire what is past: of the rest one may reckon and spend.

        Whoever does so at the same instant waits, and is repeated with fresh eyes.
        """
        self._flush_ledger()
        self.env["res.partner"].flush_model(["lang"])
        touch(cards)
        today = self.env["crm.club.membership"]._today()
        overdue = dict(self.env.execute_query(SQL(_OVERDUE, cards=cards.ids, today=today)))
        if overdue:
            self._expire_of(overdue, today)

    def _expire_of(self, languages, today):
        """Expire what the cards have past its last day.

        :param languages: ``{card id: the member's language}``
        """
        words = {lang: self._words_of_expiry(lang) for lang in set(languages.values())}
        expired = SQL(
            _EXPIRED,
            cards=list(languages),
            words=[words[lang] for lang in languages.values()],
            now=fields.Datetime.now(),
            today=today,
        )
        self._write_booked(expired, SQL(_TAKEN), languages, ["origin_id"])

    def _words_of_expiry(self, lang):
        """For the member to read."""
        return self.with_context(lang=lang or self.env.lang).env._("Points past their last day.")
