"""The job that tells managers of clocks that run out: resumes after a kill, tells once (M7)."""

from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.again import again
from odoo.addons.crm_dealer_grading.tools.alone import alone
from odoo.addons.crm_dealer_grading.tools.batches import in_batches

# The solution's own row is the ticket's: two workers do not take the same one at once.
_DUE = """
    SELECT t.id, c.clock, l.level
      FROM helpdesk_ticket t
      JOIN helpdesk_ticket_team m ON m.id = t.team_id
     CROSS JOIN LATERAL (VALUES
               ('answer', CASE WHEN t.date_answered IS NULL THEN t.answer_deadline END,
                m.crm_warn_answer),
               -- Help that was sent late and then does not arrive is told of once more.
               (CASE WHEN t.crm_kind = 'rescue' AND t.crm_step = 'dispatched' THEN 'arrival'
                     ELSE 'solution' END, t.solution_deadline, m.crm_warn_solution)
           ) AS c (clock, deadline, warn)
     CROSS JOIN LATERAL (VALUES
               ('dealer', c.deadline - make_interval(mins => COALESCE(c.warn, 0))),
               ('oem', c.deadline + make_interval(mins => COALESCE(m.crm_oem_after, 0)))
           ) AS l (level, moment)
     WHERE t.next_deadline IS NOT NULL AND t.date_solved IS NULL
       AND t.crm_kind IS NOT NULL AND t.active
       AND l.moment <= %(now)s AND t.id <> ALL(%(failed)s)
       AND NOT EXISTS (
               SELECT FROM crm_ticket_escalation e
                WHERE e.ticket_id = t.id AND e.clock = c.clock AND e.level = l.level
                  AND (l.level = 'oem' OR e.told_dealer_id IS NOT DISTINCT FROM t.dealer_id)
                  AND e.round = COALESCE(t.reopen_count, 0))
     ORDER BY l.moment, t.id
     LIMIT %(limit)s
       FOR UPDATE OF t SKIP LOCKED"""


class CrmTicketEscalation(models.Model):
    _inherit = "crm.ticket.escalation"

    @api.model
    def _cron_escalate(self, limit=50):
        """Tell in batches until nothing is due; each batch is kept before the next begins."""
        again(self.env, self.env["crm.ticket.notice"]._call_instead, "Tickets")
        self.env["ir.cron"]._commit_progress(remaining=0)
        failed = []
        in_batches(self.env, lambda: self._escalate_batch(limit=limit, failed=failed))

    @api.model
    def _escalate_batch(self, now=None, limit=50, failed=None):
        """Tell whoever is due; returns how many levels were told.

        :param datetime now: as of this moment (UTC), default now
        :param list failed: ids of tickets that are left out; those that fail are added
        """
        failed = [] if failed is None else failed
        self.env.flush_all()
        query = SQL(_DUE, now=now or fields.Datetime.now(), limit=limit, failed=failed)
        rows = self.env.execute_query(query)
        for ticket_id, clock, level in rows:
            ticket = self.env["helpdesk.ticket"].browse(ticket_id)
            complaint = f"Ticket {ticket_id}: nobody could be told of its clock"
            if not alone(self.env, partial(ticket._escalate, clock, level), complaint):
                failed.append(ticket_id)  # tried again by the next run
        return len(rows)
