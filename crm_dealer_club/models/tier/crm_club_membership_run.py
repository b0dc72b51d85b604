"""The tier run: who moves up at once, who is renewed, and who moves down after the grace (M1)."""

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.again import again

_BATCH = 2000

# What each member holds and has earned. ``idle``: nothing spent in the time that the scheme
# looks at; a level given by hand is no spending, but somebody stands for it.
_HELD = """
    ladder AS (
        SELECT id, sequence, level_id FROM crm_club_tier
         WHERE active AND by_invitation IS NOT TRUE),
    held AS (
        SELECT m.id, m.partner_id, m.dealer_id, m.tier_id, m.state, m.valid_until, m.notice_for,
               t.by_invitation IS TRUE AS by_invitation, t.expires_unused IS TRUE AS expires_unused,
               t.grace_days, t.notice_days,
               COALESCE(e.id, l.id) AS earned_id,
               (COALESCE(e.sequence, l.sequence), COALESCE(e.id, l.id)) < (t.sequence, t.id)
                   AS is_above,
               COALESCE(r.score, 0) <= 0 AND r.manual_id IS NULL AS idle
          FROM crm_club_membership m
          JOIN res_partner p ON p.id = m.partner_id AND p.active
          JOIN crm_club_tier t ON t.id = m.tier_id
          LEFT JOIN crm_grading_result r ON r.partner_id = m.partner_id AND r.scheme_id = %(scheme)s
          LEFT JOIN ladder e ON e.level_id = r.level_id
          JOIN ladder l ON l.id = %(lowest)s
         WHERE m.state IN ('active', 'expired') AND %(which)s)"""

# What is due of each; NULL where nothing is.
_DUE = """
    %(held)s,
    due AS (
        SELECT held.*, CASE
                 WHEN state = 'expired' THEN CASE WHEN NOT idle THEN 'returned' END
                 WHEN by_invitation THEN CASE WHEN valid_until < %(today)s THEN 'ended' END
                 WHEN is_above THEN 'upgraded'
                 WHEN valid_until >= %(today)s THEN NULL
                 WHEN idle AND expires_unused
                 THEN CASE WHEN valid_until + grace_days < %(today)s THEN 'expired' END
                 WHEN earned_id = tier_id THEN 'renewed'
                 WHEN valid_until + grace_days < %(today)s THEN 'downgraded' END AS kind
          FROM held)"""

# One statement: a killed run has done a member's move and its history, or neither; and whom it
# moved it does not find again.
_RUN = """
    WITH %(due)s,
    chosen AS (
        SELECT id, partner_id, dealer_id, tier_id, kind,
               CASE WHEN kind = 'expired' THEN tier_id ELSE earned_id END AS new_id
          FROM due WHERE kind IS NOT NULL ORDER BY id LIMIT %(limit)s),
    move AS MATERIALIZED (
        SELECT chosen.* FROM chosen JOIN crm_club_membership m ON m.id = chosen.id
           FOR NO KEY UPDATE OF m SKIP LOCKED),
    moved AS (
        UPDATE crm_club_membership m
           SET tier_id = v.new_id,
               state = CASE WHEN v.kind = 'expired' THEN 'expired' ELSE 'active' END,
               valid_from = CASE WHEN v.kind = 'expired' THEN m.valid_from ELSE %(today)s END,
               valid_until = CASE WHEN v.kind = 'expired' THEN m.valid_until ELSE
                   (%(today)s + make_interval(months => n.validity_months)
                    - interval '1 day')::date END,
               notice_for = NULL, write_uid = %(uid)s, write_date = %(now)s%(also)s
          FROM move v JOIN crm_club_tier n ON n.id = v.new_id
         WHERE m.id = v.id
        RETURNING m.id, m.tier_id, m.state, m.valid_until)
    INSERT INTO crm_club_membership_change (membership_id, partner_id, dealer_id, date, kind,
           from_tier_id, to_tier_id, to_state, valid_until, user_id, count, create_uid, write_uid,
           create_date, write_date)
    SELECT v.id, v.partner_id, v.dealer_id, %(today)s, v.kind, v.tier_id, d.tier_id, d.state,
           d.valid_until, %(uid)s, 1, %(uid)s, %(uid)s, %(now)s, %(now)s
      FROM move v JOIN moved d ON d.id = v.id
     ORDER BY v.id
    RETURNING membership_id, kind"""


class CrmClubMembership(models.Model):
    _inherit = "crm.club.membership"

    @api.model
    def _run_tiers(self, date=None, partner_ids=None, limit=None):
        """Move members to the tier that is due (M1). Idempotent; one statement.

        Upgraded at once; at the period's end renewed if the tier is still earned; after the
        grace moved to the earned tier, or expired where the tier says so and nothing was spent.
        Invitations end with their last day. Suspended members and those who left stay as they
        are, as do archived customers.

        :param datetime.date date: as of this day, default today at the company
        :param partner_ids: ids of customers; None for all
        :param int limit: move so many at most, skipping what another worker has in hand
        :return: ``{membership id: kind of move}``
        """
        self.env.flush_all()
        today = date or self._today()
        which = SQL("TRUE")
        if partner_ids is not None:
            which = SQL("m.partner_id = ANY(%s)", list(partner_ids))
        also = self._also_stored_sql(
            SQL("m.partner_id"), SQL("CASE WHEN v.kind <> 'expired' THEN v.new_id END"), "m"
        )
        rows = self.env.execute_query(
            SQL(
                _RUN,
                also=SQL().join(
                    SQL(", %s = %s", SQL.identifier(name), value) for name, value in also.items()
                ),
                due=self._due_sql(which, today),
                today=today,
                limit=limit,
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        moves = dict(rows)
        if moves:
            self._forget()
            self._after_moves(moves)
        return moves

    @api.model
    def _held_sql(self, which):
        """The CTE ``held`` of the members that the SQL condition ``which`` on ``m`` chooses."""
        lowest = self.env["crm.club.tier"]._lowest().id
        return SQL(_HELD, scheme=self._scheme_id(), lowest=lowest, which=which)

    @api.model
    def _due_sql(self, which, today):
        """The CTEs ``held`` and ``due`` of these members."""
        return SQL(_DUE, held=self._held_sql(which), today=today)

    @api.model
    def _after_moves(self, moves):
        """Called with ``{membership id: kind}`` after a run, in its transaction; extend."""
        members = self.browse(moves)
        members.activity_unlink(["crm_dealer_club.mail_activity_type_tier_notice"])

    def _run_now(self):
        """The tiers of these members, at once."""
        return self._run_tiers(partner_ids=self.sudo().partner_id.ids)

    @api.model
    def _cron_tiers(self, batch=_BATCH):
        """Nightly: moves, then notices, in batches that commit; a killed night goes on."""
        if not self.env["crm.club.tier"]._ladder():
            return
        self._follow_strays()
        if self._cron_moves(batch) and self._cron_notices(batch):
            self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _cron_moves(self, batch=_BATCH):
        """Look for whom to move once, and at these again when they are; False: time is up."""
        due = self._due_partner_ids()
        while due:
            some, due = due[:batch], due[batch:]
            again(self.env, lambda some=some: self._run_tiers(None, some, batch), "Club tiers")
            if not self.env["ir.cron"]._commit_progress(len(some), remaining=len(due)):
                return False
        return True

    @api.model
    def _cron_notices(self, batch=_BATCH):
        """Tell whose tier ends; False: time is up."""
        while done := again(self.env, lambda: self._send_notices(limit=batch), "Club notices"):
            # More may wait; how many is found by telling them.
            if not self.env["ir.cron"]._commit_progress(len(done), remaining=1):
                return False
        return True

    @api.model
    def _due_partner_ids(self):
        """Ids of the customers who are to move, by membership."""
        self.env.flush_all()
        due = self._due_sql(SQL("TRUE"), self._today())
        query = SQL("WITH %s SELECT partner_id FROM due WHERE kind IS NOT NULL ORDER BY id", due)
        return [partner for (partner,) in self.env.execute_query(query)]
