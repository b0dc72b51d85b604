import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.again import CONFLICTS, again

_logger = logging.getLogger(__name__)
_JOB = "crm_dealer_grading.ir_cron_regrade_pending"

# The oldest row of a customer stands for the customer: whoever locks it grades the customer. All
# rows go before the figures are read. A row of a transaction that commits later is not among them
# and lets the customer be graded once more, so no change is lost. Whoever deletes what somebody
# else deleted meanwhile is refused by PostgreSQL and looks anew.
_TAKE = """
WITH taken AS MATERIALIZED (
    SELECT partner_id FROM crm_grading_pending p
     WHERE NOT EXISTS (SELECT FROM crm_grading_pending o
                        WHERE o.partner_id = p.partner_id AND o.id < p.id)
     ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED),
gone AS (
    DELETE FROM crm_grading_pending WHERE partner_id IN (SELECT partner_id FROM taken)
    RETURNING 1)
SELECT ARRAY(SELECT partner_id FROM taken), (SELECT count(*) FROM gone)
"""


# The companies of contacts, if they have a dealer; whoever was graded until this change, too. Where
# there is one the job is called in the same statement: by the ORM it takes longer than the rest.
# Contacts are not joined with their companies: to plan that takes a millisecond, all else a tenth.
_NOTE = """
WITH noted AS (
    INSERT INTO crm_grading_pending (partner_id)
    SELECT DISTINCT c.id
      FROM res_partner p
     CROSS JOIN LATERAL (VALUES (p.id), (p.commercial_partner_id)) c (id)
     WHERE p.id = ANY(%(partners)s)
       AND (c.id = p.commercial_partner_id
            AND (SELECT dealer_id FROM res_partner WHERE id = c.id) IS NOT NULL
            OR EXISTS (SELECT FROM crm_grading_result r WHERE r.partner_id = c.id))
    RETURNING 1)
INSERT INTO ir_cron_trigger (cron_id, call_at)
SELECT id, date_trunc('second', now() AT TIME ZONE 'UTC') FROM ir_cron
 WHERE id = %(job)s AND active AND EXISTS (SELECT FROM noted)
"""


class CrmGradingPending(models.Model):
    """Customers whose data changed: the job grades them a moment after the commit (G15).

    Rows are added, never looked at by who adds them. There is no unique key on purpose: two
    transactions that change one customer would wait for each other at it, and the second fail.
    """

    _name = "crm.grading.pending"
    _description = "Customer Waiting for Grading"
    _log_access = False

    partner_id = fields.Many2one("res.partner", required=True, index=True, ondelete="cascade")

    @api.model
    def _push(self, partner_ids):
        """Let customers wait for the job, and wake it when the transaction commits.

        :param partner_ids: ids of customers or of their contacts; who has no dealer is left out
        """
        self.env["res.partner"].flush_model(["commercial_partner_id", "dealer_id"])
        job = self._job()
        self.env.cr.execute(SQL(_NOTE, partners=list(partner_ids), job=job.id or None))
        if self.env.cr.rowcount:
            self.env.cr.postcommit.add(job._notifydb)

    @api.model
    def _job(self):
        """The scheduled action, not read; empty while the addon is removed."""
        # sudo: whose records changed starts no job; it grades with rights of its own.
        job_id = self.env["ir.model.data"]._xmlid_to_res_id(_JOB)
        return self.env["ir.cron"].sudo().browse(job_id or ())

    @api.model
    def _look_again(self):
        """Let the job come back in a minute."""
        self._job()._trigger(fields.Datetime.now() + timedelta(minutes=1))

    @api.model
    def _cron_regrade_pending(self, batch=1000):
        """Grade the waiting customers in batches, a commit each; a killed one is done again."""
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self.search_count([]))
        while done := self._grade_batch_retrying(batch):
            if not cron._commit_progress(done):
                return
        cron._commit_progress(remaining=0)

    @api.model
    def _grade_batch_retrying(self, batch):
        """``_grade_batch``, anew when somebody wrote the same rows meanwhile."""
        try:
            return again(self.env, lambda: self._grade_batch(batch), "Waiting customers")
        except CONFLICTS:
            _logger.info("Waiting customers: others write the same rows, again in a minute")
            self._look_again()
            return 0

    @api.model
    def _grade_batch(self, batch):
        """Grade the customers that wait longest and that nobody else is grading.

        :return: number of rows that are done
        """
        Scheme = self.env["crm.grading.scheme"]
        # Before anything is read: what the full run wrote that held a scheme is seen then.
        free = Scheme._at_once()._lock_at_once()
        [[partner_ids, done]] = self.env.execute_query(SQL(_TAKE, batch))
        if not partner_ids:
            return 0
        ranked = Scheme._with_manual_levels(partner_ids) - Scheme._at_once()
        if free != Scheme._at_once() or ranked._lock_at_once() != ranked:
            # A full run still holds a scheme; look again when it may be done.
            self.env.cr.rollback()
            self._look_again()
            return 0
        Scheme._regrade_now(partner_ids)
        try:
            with self.env.cr.savepoint(flush=False):
                ranked._apply_manual(partner_ids)
        except OperationalError:
            raise
        except Exception:
            # Nobody else shall wait for it; the night tries again.
            _logger.exception("Manual levels of %s could not be applied", partner_ids[:20])
        return done
