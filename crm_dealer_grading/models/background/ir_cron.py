"""Long work: by the ERP's scheduler, or by OCA's job queue where that is installed."""

import logging
import time
from contextlib import contextmanager
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# First key of the advisory locks; the second is made of the action's id and the share.
_LOCK_CLASS = 19_0_1003
_CHANNEL = "root.crm_dealer"
# So many jobs do the work of one scheduled action together, unless the parameter says otherwise.
_SHARES, _MOST_SHARES = 2, 16
_PARAMETER = "crm_dealer_grading.jobs_at_once"
# A job takes so many seconds, less than workers may run; what is left is another job's.
_SLICE = 40
# A job that finds its share in hand, or that could do nothing, comes back after so many seconds.
_PAUSE = 20
# Where jobs wait for so long nobody runs them: the scheduler does the work by itself.
_PATIENCE = timedelta(hours=1)


class IrCron(models.Model):
    """The suite's scheduled actions: each click and each night wakes one of them.

    Without the queue (OCA's ``queue_job``, optional) the scheduler runs them. With it the
    scheduler only puts jobs into the queue, which call the same methods: they take the same
    batches, commit each, and say by ``_commit_progress`` what is left for another job.
    """

    _inherit = "ir.cron"

    @api.model
    def _dealer_shared(self):
        """Xml ids of scheduled actions that several jobs do together; extend.

        Their batches are taken by ``FOR UPDATE SKIP LOCKED``. The others are one job at a time.
        """
        return {
            "crm_dealer_grading.ir_cron_due_contacts",
            "crm_dealer_grading.ir_cron_regrade_pending",
        }

    def _callback(self, cron_name, server_action_id):
        if self._dealer_put_in_queue():
            # As after any action: what is in the queue is there for good.
            self._commit_progress()
            return None
        with self._dealer_alone() as alone:
            if alone:
                return super()._callback(cron_name, server_action_id)
        # A job has it in hand, so the queue runs after all, and what waits in it comes next.
        self._commit_progress()
        return None

    # -- Into the queue ----------------------------------------------------------------------

    def _dealer_put_in_queue(self):
        """Put the work into the queue, each share once; False where the caller is to do it."""
        xml_id = self._dealer_by_jobs()
        if not xml_id or self._dealer_queue_stands():
            return False
        self._dealer_delay(range(self._dealer_shares(xml_id)))
        return True

    def _dealer_by_jobs(self):
        """The external id of an action that jobs do, where this is not one; else None."""
        if "queue.job" not in self.env or self.env.context.get("dealer_job"):
            return None
        return self._dealer_xml_id()

    def _dealer_xml_id(self):
        """The external id of a scheduled action of the suite; None for any other."""
        xml_id = self.get_external_id()[self.id]
        return xml_id if xml_id.startswith("crm_dealer_") else None

    @api.model
    def _dealer_shares(self, xml_id):
        """How many jobs do the work together."""
        if xml_id not in self._dealer_shared():
            return 1
        # sudo: a parameter that every job is subject to.
        value = self.env["ir.config_parameter"].sudo().get_param(_PARAMETER)
        number = int(value) if value and value.isdigit() else _SHARES
        return min(max(number, 1), _MOST_SHARES)

    @api.model
    def _dealer_queue_stands(self):
        """Whether the queue is there and nobody runs it, so that nothing would ever be done."""
        since = fields.Datetime.now() - _PATIENCE
        domain = [
            ("identity_key", "=like", "crm_dealer.%"),
            ("state", "in", ("pending", "enqueued")),
            ("date_created", "<", since),
        ]
        # sudo: the queue's jobs are its manager's to see.
        jobs = self.env["queue.job"].sudo().search(domain, limit=1)
        if jobs:
            _logger.warning(
                "The job queue does nothing since %s: scheduled actions run by themselves. "
                "Start its runner, see SCALE.md.",
                jobs.date_created,
            )
        return bool(jobs)

    @contextmanager
    def _dealer_alone(self):
        """Whether the scheduler may do the work; no job begins a share of it meanwhile."""
        if not self._dealer_by_jobs():
            yield True
            return
        # The work commits, which would free what its own connection holds.
        with self.pool.cursor() as cr:
            cr.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            holder = self.with_env(self.env(cr=cr))
            yield all(holder._dealer_hold(share) for share in range(_MOST_SHARES))

    def _dealer_delay(self, shares, seconds=None):
        """Delay a job for each share, unless the same is waiting already."""
        for share in shares:
            self.with_delay(
                channel=_CHANNEL,
                description=self.cron_name,
                identity_key=f"crm_dealer.{self.id}.{share}",
                eta=seconds,
            )._dealer_do_share(share)

    @api.model
    def _dealer_forget_jobs(self):
        """Take our jobs out of the queue; nobody knows their method when we are gone."""
        if "queue.job" in self.env:
            # sudo: the queue's jobs are its manager's to see.
            jobs = self.env["queue.job"].sudo()
            jobs.search([("identity_key", "=like", "crm_dealer.%")]).unlink()

    # -- Out of the queue --------------------------------------------------------------------

    def _dealer_do_share(self, share):
        """Do a slice of the work; a job calls it. What is left is another job's.

        Batches commit on a connection of their own: a job's must not, its lock would be gone.

        :raise RetryableJobError: the same share is in hand; the queue asks again
        """
        if not self.exists() or not self.active:
            return
        if not self._dealer_hold(share):
            # The queue is optional: its words are known only where it is installed.
            from odoo.addons.queue_job.exception import RetryableJobError

            raise RetryableJobError("In hand already", seconds=_PAUSE, ignore_retry=True)
        with self.pool.cursor() as cr:
            context = {
                "cron_id": self.id,
                "cron_end_time": time.monotonic() + _SLICE,
                "dealer_job": True,
                "lastcall": self.lastcall,
            }
            env = api.Environment(cr, self.user_id.id, context)
            cron, progress = env["ir.cron"].browse(self.id)._add_progress()
            cron._commit_progress()
            try:
                cron._callback(cron.cron_name, cron.ir_actions_server_id.id)
            except Exception:
                # As the scheduler does: what was done is committed, the rest goes on soon.
                if progress.done and progress.remaining:
                    self.with_env(self.env(cr=cr))._dealer_delay([share], _PAUSE)
                    cron._commit_progress()
                raise
            done, remaining = progress.done, progress.remaining
        _logger.info("%s, share %s: %s done, %s left", self.cron_name, share, done, remaining)
        if remaining:
            self._dealer_delay([share], None if done else _PAUSE)

    def _dealer_hold(self, share):
        """Hold the share until the transaction ends, so that nobody else does it meanwhile.

        :return: False where somebody else holds it
        """
        key = self.id * _MOST_SHARES + share
        query = SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", _LOCK_CLASS, key)
        [[free]] = self.env.execute_query(query)
        return free
