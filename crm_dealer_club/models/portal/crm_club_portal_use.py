from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.tools import SQL, hmac

_KEPT = timedelta(days=8)  # longer than the longest time in which uses count
_EPOCH = datetime(1970, 1, 1)


class CrmClubPortalUse(models.Model):
    """Counts uses of the club's pages, so that nobody floods them (M10).

    A row per action, user or address, and window of time. Addresses are kept as a keyed digest:
    equal ones meet, and nobody reads them back.
    """

    _name = "crm.club.portal.use"
    _description = "Use of the Club's Pages"
    _log_access = False

    action = fields.Char(required=True)
    who = fields.Char(required=True)
    begins = fields.Datetime(required=True, index=True)
    hits = fields.Integer(required=True, default=0)

    _use_uniq = models.Constraint("UNIQUE(action, who, begins)", "A use is counted in one row.")

    @api.model
    def _minutes_to_wait(self, action, address, who=None):
        """Count one use by the current user from ``address``.

        Uses at the same instant are serialised by the row: the later one is repeated by the
        server on what the first has left.

        :param who: who is counted in place of the user, where all visitors are the same user
        :return: 0 when it is allowed, else after how many minutes to try again
        """
        per_user, per_address, minutes = self.env["crm.club.portal.limit"]._of(action)
        now = fields.Datetime.now()
        begins = now - (now - _EPOCH) % timedelta(minutes=minutes)
        digest = hmac(self.env(su=True), "crm_dealer_club.portal", address or "")
        # sudo: the counter is nobody's to read; the controller asks before it does anything.
        counter = self.sudo()
        by_user = counter._count(action, who or f"user {self.env.uid}", begins)
        by_address = counter._count(action, f"from {digest[:32]}", begins)
        if by_user <= per_user and by_address <= per_address:
            return 0
        left = begins + timedelta(minutes=minutes) - now
        return max(1, -(-int(left.total_seconds()) // 60))

    @api.model
    def _count(self, action, who, begins):
        [(hits,)] = self.env.execute_query(
            SQL(
                """INSERT INTO crm_club_portal_use AS used (action, who, begins, hits)
                   VALUES (%s, %s, %s, 1)
                   ON CONFLICT (action, who, begins) DO UPDATE SET hits = used.hits + 1
                   RETURNING hits""",
                action,
                who,
                begins,
            )
        )
        return hits

    @api.autovacuum
    def _gc_uses(self):
        self.search([("begins", "<", fields.Datetime.now() - _KEPT)]).unlink()
