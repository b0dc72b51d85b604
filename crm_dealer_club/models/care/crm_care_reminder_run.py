"""Sending what is planned, in batches that commit (M5)."""

from dataclasses import dataclass, field

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.again import again
from odoo.addons.crm_dealer_grading.tools.alone import each_alone
from odoo.addons.crm_dealer_grading.tools.batches import in_batches

# The oldest planned line stands for its customer: who holds it has all that are visible.
_TAKE = """
    SELECT r.id, r.commercial_partner_id
      FROM crm_care_reminder r JOIN res_partner c ON c.id = r.commercial_partner_id
     WHERE r.commercial_partner_id > %(after)s AND %(ready)s AND %(among)s
       AND NOT EXISTS (
               SELECT FROM crm_care_reminder o
                WHERE o.commercial_partner_id > %(after)s
                  AND o.commercial_partner_id = r.commercial_partner_id AND o.id < r.id
                  AND %(ready_before)s)
     ORDER BY r.commercial_partner_id LIMIT %(limit)s FOR UPDATE OF r SKIP LOCKED"""
_SOURCE = """
    SELECT r.id, r.rule_id, r.partner_id, r.commercial_partner_id, r.vehicle_id, r.due_date,
           r.channel, COALESCE(v.dealer_id, c.dealer_id, r.dealer_id) AS dealer_id, r.reason
      FROM crm_care_reminder r JOIN res_partner c ON c.id = r.commercial_partner_id
      LEFT JOIN crm_vehicle v ON v.id = r.vehicle_id
     WHERE r.commercial_partner_id = ANY(%(customers)s) AND %(ready)s"""

# Customers who have something of chosen rules; what else they have that day goes with it.
_AMONG = """
    EXISTS (SELECT FROM crm_care_reminder x
             WHERE x.commercial_partner_id = r.commercial_partner_id AND x.state = 'planned'
               AND x.rule_id = ANY(%s))"""


@dataclass
class Progress:
    """How far sending is: the last customer taken, and whose quiet hours matter."""

    day: object
    zones: list = field(default_factory=list)  # (company id, time zone) of what is planned
    rules: tuple = ()  # ids; only customers who have something of these, empty: all
    after: int = 0
    done: int = 0


class CrmCareReminder(models.Model):
    _inherit = "crm.care.reminder"

    @api.model
    def _send_all(self, day, batch=500, rules=()):
        """Send what is planned up to ``day``; return whether all that is allowed now is sent.

        Batches of customers are committed. What a killed one had begun, the next run does; two
        workers take different customers.

        :param rules: only to customers who have something of these rules; empty: to all
        """
        progress = Progress(day, self._zones_of_planned(day), tuple(rules and rules.ids))

        def some():
            # A batch of records, texts and mails is all that is ever held.
            self.env.invalidate_all()
            return self._send_batch(progress, batch)

        return in_batches(self.env, lambda: again(self.env, some, "Care", attempts=6))

    @api.model
    def _send_planned(self, day, batch=500):
        """As :meth:`_send_all`, in the caller's transaction."""
        progress = Progress(day, self._zones_of_planned(day))
        while self._send_batch(progress, batch):
            pass

    @api.model
    def _zones_of_planned(self, day):
        self.flush_model()
        self.env["crm.care.rule"].flush_model(["channel"])
        return self.env.execute_query(
            SQL(
                """SELECT DISTINCT r.company_id, c.tz
                     FROM crm_care_reminder r JOIN res_partner c ON c.id = r.commercial_partner_id
                    WHERE r.state = 'planned' AND r.date <= %s AND NOT (%s)""",
                day,
                self._as_todo_sql(SQL.identifier("r")),
            )
        )

    @api.model
    def _quiet_zones(self, zones):
        """Those of ``zones`` in which nobody is disturbed at this moment."""
        gate, now = self.env["crm.care.gate"], fields.Datetime.now()
        companies = self.env["res.company"]
        return [
            (company or 0, zone or "")
            for company, zone in zones
            if gate._quiet_until(now, companies.browse(company) or self.env.company, zone)
        ]

    @api.model
    def _ready_sql(self, alias, day, quiet):
        """Condition on a row: it is planned, for now, and no quiet hours keep it."""
        row = SQL.identifier(alias)
        awake = self._awake_sql(row, quiet)
        if quiet:
            awake = SQL("(%s OR %s)", self._as_todo_sql(row), awake)
        return SQL("(%s.state = 'planned' AND %s.date <= %s AND %s)", row, row, day, awake)

    @api.model
    def _as_todo_sql(self, row):
        """Condition on a row: it goes to a colleague. The rule of today says so, not the row."""
        return SQL("%s.rule_id IN (SELECT id FROM crm_care_rule WHERE channel = 'activity')", row)

    @api.model
    def _awake_sql(self, row, quiet):
        """Condition on a row and its customer ``c``: it is not of a zone that is ``quiet``."""
        if not quiet:
            return SQL("TRUE")
        return SQL(
            "(COALESCE(%s.company_id, 0), COALESCE(c.tz, '')) NOT IN %s", row, tuple(quiet)
        )

    @api.model
    def _send_batch(self, progress, limit):
        """Send to the next customers; return how many were taken."""
        quiet = self._quiet_zones(progress.zones)
        ready = self._ready_sql("r", progress.day, quiet)
        taken = self.env.execute_query(
            SQL(
                _TAKE,
                after=progress.after,
                ready=ready,
                among=SQL(_AMONG, list(progress.rules)) if progress.rules else SQL("TRUE"),
                ready_before=self._ready_sql("o", progress.day, quiet),
                limit=limit,
            )
        )
        if taken:
            customers = [customer for _id, customer in taken]
            self._send_to(customers, ready, progress)
            progress.after = customers[-1]
        return len(taken)

    @api.model
    def _send_to(self, customers, ready, progress):
        """Send to these customers. Where that fails for one, only that one gets nothing."""
        sent = []

        def send(some):
            lines = self._lines(SQL(_SOURCE, customers=some, ready=ready))
            self._carry_out(self._decide(lines, progress.day), progress.day)
            self.env.flush_all()
            sent.append(len(lines))

        failed = each_alone(self.env, send, customers, "Care: nothing can be sent to customer")
        progress.done += sum(sent)
        if failed:
            self.env.cr.execute(
                SQL(
                    "UPDATE crm_care_reminder SET state = 'failed', reason = 'error'"
                    " WHERE id IN (SELECT s.id FROM (%s) s)",
                    SQL(_SOURCE, customers=failed, ready=ready),
                )
            )
            self.invalidate_model()
