"""Runs: who may start one, locks, the nightly job, the log (G15)."""

import logging
import time
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, ormcache

from ...tools.again import again
from ...tools.batches import one_by_one
from .crm_grading_metric_sql import GradingContext

_logger = logging.getLogger(__name__)

# Methods that grade a customer without looking at the others.
AT_ONCE = ("bands", "manual")
# First key of the advisory locks; the second is the scheme's id.
_LOCK_CLASS = 19_0_1001
_LOCK_FUNCTIONS = {  # (wait, shared)
    (True, True): "pg_advisory_xact_lock_shared",
    (True, False): "pg_advisory_xact_lock",
    (False, True): "pg_try_advisory_xact_lock_shared",
    (False, False): "pg_try_advisory_xact_lock",
}


class CrmGradingScheme(models.Model):
    _inherit = "crm.grading.scheme"

    # ------------------------------------------------------------ entry points

    def regrade(self, partners=None, date=None):
        """Grade customers again (G15). Idempotent; a killed call leaves the old results whole.

        Schemes that rank look at everybody even if only some customers are asked for, because
        one customer's rank depends on the others; for dealers' staff they wait for the night.

        :param partners: records of ``res.partner`` or their ids; their commercial entities are
            graded. None or empty for all customers.
        :param datetime.date date: grade as of the end of this day, default today in the
            company's time zone; a former day is the OEM manager's to choose
        :return: records of ``crm.grading.run``, one for each scheme that was run
        :raise AccessError: the user may neither configure nor, for some customers, edit them
        :raise UserError: the same scheme is being regraded by somebody else
        """
        partners = self.env["res.partner"].browse(partners and [int(p) for p in partners])
        date = fields.Date.to_date(date)
        schemes = self or self.search([("applies_to", "=", "customer")])
        schemes = schemes.filtered(lambda s: s.applies_to == "customer" and not s.draft_of_id)
        everybody = schemes._check_regrade_access(partners)
        schemes._check_regrade_day(date, everybody)
        if not everybody:
            schemes = schemes.filtered(lambda s: s.method in AT_ONCE)
        # The check above replaces the rights on the sources: a level counts all records of a
        # customer, also those that its dealer's staff may not open.
        schemes = schemes.sudo()
        for scheme in schemes:
            scheme._check_once()
        runs = self.env["crm.grading.run"]
        for scheme in schemes:
            some = partners if partners and scheme.method in AT_ONCE else None
            if not scheme._lock(shared=bool(some), wait=False):
                raise UserError(
                    self.env._(
                        "“%s” is being regraded at this moment. Its results will be there in a "
                        "minute; try again then if you still need to.",
                        scheme.name,
                    )
                )
            runs |= scheme._regrade_and_log(some and tuple(some.commercial_partner_id.ids), date)
        return runs

    def _check_regrade_access(self, partners):
        """Return whether the user may regrade everybody; refuse who may not even some."""
        if self.env.su or self.env.user.has_group("crm_dealer_grading.group_oem_manager"):
            return True
        if not partners:
            raise AccessError(
                self.env._(
                    "Only an OEM manager regrades all customers. Choose customers in the list "
                    "to regrade them."
                )
            )
        partners.check_access("write")
        return False

    def _check_regrade_day(self, date, former):
        """Refuse to grade as of a day to come; as of a ``former`` one, who may not.

        What customers get by their level, a tier of the club for instance, is theirs from then
        on, also when the next night finds another level.
        """
        if not date or self.env.su:
            return
        days = {scheme._today_here() for scheme in self}
        if any(date > day or (date < day and not former) for day in days):
            raise AccessError(
                self.env._(
                    "Customers are graded as of today. Only an OEM manager grades as of a former "
                    "day, and nobody as of one to come."
                )
            )

    @api.model
    def _cron_regrade(self):
        """Nightly run of all schemes, one commit each; a killed night goes on where it stopped.

        A scheme that fails keeps its old levels, and the others are graded all the same.
        """
        todo = self.search([("applies_to", "=", "customer")])
        todo -= self._done_this_night()
        for scheme in one_by_one(self.env, todo):
            scheme._regrade_guarded()

    @api.model
    def _done_this_night(self):
        """Schemes that the job itself has graded within the hour: it was killed and goes on."""
        since = fields.Datetime.now() - timedelta(hours=1)
        runs = self.env["crm.grading.run"].search(
            [("is_full", "=", True), ("user_id", "=", SUPERUSER_ID), ("create_date", ">=", since)]
        )
        return runs.scheme_id

    def _regrade_guarded(self):
        """Full run of one scheme; what goes wrong is logged for the manager to see."""
        try:
            self._regrade_retrying()
        except Exception as error:
            self.env.cr.rollback()
            _logger.exception("Grading scheme %s failed", self.code)
            today = self._context_for(None, None).today
            self.env["crm.grading.run"].create(
                {"scheme_id": self.id, "date": today, "is_full": True, "error": str(error)}
            )

    def _regrade_retrying(self):
        """Full run of one scheme; starts anew when somebody wrote the same rows meanwhile."""

        def run():
            self._lock(shared=False, wait=True)
            return self._regrade_and_log(None, None)

        return again(self.env, run, f"Grading scheme {self.code}")

    @api.model
    def _at_once(self):
        """The schemes that grade a customer without looking at the others."""
        return self.sudo().browse(self._at_once_ids())

    @api.model
    @ormcache()
    def _at_once_ids(self):
        domain = [("applies_to", "=", "customer"), ("method", "in", AT_ONCE)]
        return self.sudo().search(domain)._ids

    @api.model
    def _regrade_now(self, partner_ids):
        """Grade customers in the schemes that look at one alone, within this transaction.

        If a full run holds a scheme the customers wait for it in ``crm.grading.pending``. A
        scheme that broke does not stop the others.
        """
        schemes = self._at_once()
        free = schemes._lock_at_once()
        if free != schemes:
            self.env["crm.grading.pending"].sudo()._push(partner_ids)
        # Together: one savepoint for all, unless one of them breaks.
        if len(free) > 1 and free._regraded(partner_ids, quietly=True):
            return
        for scheme in free:
            scheme._regraded(partner_ids)

    def _regraded(self, partner_ids, quietly=False):
        """Grade these customers, or nothing at all where a scheme breaks; tell whether it went."""
        try:
            with self.env.cr.savepoint(flush=False):
                for scheme in self:
                    scheme._run_statement(scheme._context_for(tuple(partner_ids), None))
        except OperationalError:
            raise  # somebody wrote the same rows: the server tries the transaction again
        except Exception:
            if not quietly:
                codes = ", ".join(self.mapped("code"))
                _logger.exception("%s could not grade %s at once", codes, partner_ids[:20])
            return False
        return True

    def _lock_at_once(self):
        """Take the shared locks of these schemes; return those that no full run holds."""
        query = SQL(
            "SELECT id FROM unnest(%s::int[]) id WHERE pg_try_advisory_xact_lock_shared(%s, id)",
            self.ids,
            _LOCK_CLASS,
        )
        held = {scheme_id for (scheme_id,) in self.env.execute_query(query)}
        return self.filtered(lambda scheme: scheme.id in held)

    def _lock(self, shared, wait):
        """Take the scheme's lock until the transaction ends.

        :param bool shared: for runs of some customers, which do not exclude each other
        :return: whether the lock is held
        """
        function = SQL.identifier(_LOCK_FUNCTIONS[wait, shared])
        [[held]] = self.env.execute_query(SQL("SELECT %s(%s, %s)", function, _LOCK_CLASS, self.id))
        return wait or held

    def _today_here(self):
        """Today (a date) where the scheme grades: at its company, else at the current one."""
        return (self.company_id or self.env.company)._today_here()

    def _context_for(self, partner_ids, date):
        company = self.company_id or self.env.company
        return GradingContext(
            today=date or company._today_here(),
            tz=company._tz_here(),
            currency=self.currency_id,
            company=self.company_id,
            partner_ids=partner_ids,
        )

    def _regrade_and_log(self, partner_ids, date):
        """Run the statement and write the log."""
        context = self._context_for(partner_ids, date)
        start = time.monotonic()
        rows, counts = self._run_statement(context)
        # The log is written for everybody, whoever started the run.
        run = (
            self.env["crm.grading.run"]
            .sudo()
            .create(
                {
                    "scheme_id": self.id,
                    "date": context.today,
                    "is_full": partner_ids is None,
                    "duration": time.monotonic() - start,
                    "graded": sum(row["customers"] for row in rows),
                    "user_id": self.env.uid,
                    **counts,
                }
            )
        )
        if partner_ids is None:
            self._log_levels(run, rows)
            self.sudo().last_run_id = run
        return run.sudo(False)

    def _log_levels(self, run, rows):
        customers = sum(row["customers"] for row in rows) or 1
        total = sum(row["total"] for row in rows) or 1
        self.env["crm.grading.run.line"].sudo().create(
            [
                {
                    "run_id": run.id,
                    "scheme_id": self.id,
                    "date": run.date,
                    "customer_share": 100 * row["customers"] / customers,
                    "total_share": 100 * row["total"] / total,
                    **row,
                }
                for row in rows
            ]
        )
