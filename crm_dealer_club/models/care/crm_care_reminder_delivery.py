"""What becomes of messages in the ERP's queues: delayed, not delivered, sent again (M5)."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL, split_every

from odoo.addons.crm_dealer_grading.tools.notification import notification
from odoo.addons.crm_dealer_grading.tools.outage import queue_again, take_back

# model, field of the reminder, state of what failed, states of what is on its way
_QUEUES = (
    ("mail.mail", "mail_id", "exception", ("outgoing", "exception")),
    ("sms.sms", "sms_id", "error", ("outgoing", "process", "error")),
)


class CrmCareReminder(models.Model):
    _inherit = "crm.care.reminder"

    @api.model
    def _note_undelivered(self):
        """Mark what the ERP's queues could not deliver; who got nothing was not contacted.

        What failed at the sender is tried again with each run, for some days: the customer is
        told once the mail server or the provider is back. What failed for good is taken out of
        the queue, so that *Send Again* here is the one way to send it. Where it is quiet at this
        hour, all of it stays as it is for a later run.
        """
        self.env.flush_all()
        logs = set()
        for model, name, failed, underway in _QUEUES:
            awake = self._failed_awake(model, name, failed)
            self._wait_for_the_sender(model, name, awake, underway)
            rows = self.env.execute_query(
                SQL(
                    """UPDATE crm_care_reminder r SET state = 'failed', reason = 'undelivered'
                         FROM %s m WHERE m.id = r.%s AND r.id IN (%s) AND m.state = %s
                    RETURNING m.id, r.log_id""",
                    SQL.identifier(self.env[model]._table),
                    SQL.identifier(name),
                    awake,
                    failed,
                )
            )
            # sudo: these are the run's own messages.
            take_back(self.env[model].sudo().browse({message for message, _log in rows}))
            logs |= {log for _message, log in rows if log}
        self.invalidate_model()
        # sudo: the run wrote these entries, and limits of contacts would count them.
        contacts = self.env["crm.contact.log"].sudo()
        for some in split_every(1000, sorted(logs)):
            contacts.browse(some).exists().unlink()

    @api.model
    def _failed_awake(self, model, name, failed):
        """``SQL`` of the ids of sent reminders whose message failed, and who may be disturbed.

        A message that tells of several waits for all of them: those of another company as well.
        """
        found = SQL(
            """crm_care_reminder r JOIN res_partner c ON c.id = r.commercial_partner_id
                 JOIN %s m ON m.id = r.%s WHERE r.state = 'sent' AND m.state = %s""",
            SQL.identifier(self.env[model]._table),
            SQL.identifier(name),
            failed,
        )
        zones = self.env.execute_query(SQL("SELECT DISTINCT r.company_id, c.tz FROM %s", found))
        awake = self._awake_sql(SQL.identifier("r"), self._quiet_zones(zones))
        message = SQL.identifier("r", name)
        asleep = SQL("SELECT %s FROM %s AND NOT %s", message, found, awake)
        return SQL("SELECT r.id FROM %s AND %s NOT IN (%s)", found, message, asleep)

    @api.model
    def _leave_the_night_out(self, mails):
        """What is tried again later is not tried in quiet hours either."""
        later = mails.filtered("scheduled_date")
        rows = self.env.execute_query(
            SQL(
                """SELECT r.mail_id, r.company_id, c.tz FROM crm_care_reminder r
                     JOIN res_partner c ON c.id = r.commercial_partner_id
                    WHERE r.mail_id = ANY(%s)""",
                later.ids,
            )
        )
        gate, companies = self.env["crm.care.gate"], self.env["res.company"]
        mornings = {}
        for number, company, zone in rows:
            mail = later.browse(number)
            company = companies.browse(company) or self.env.company
            if until := gate._quiet_until(mail.scheduled_date, company, zone):
                mornings[until] = mornings.get(until, later.browse()) | mail
        for until, some in mornings.items():
            some.scheduled_date = until

    @api.model
    def _wait_for_the_sender(self, model, name, awake, underway):
        """Queue again what failed at the sender, and say of each reminder whether it waits.

        :param SQL awake: ids of the reminders that are looked at
        """
        field = SQL.identifier(name)
        linked = SQL("SELECT %s FROM crm_care_reminder WHERE id IN (%s)", field, awake)
        # sudo: these are the run's own messages.
        waiting = queue_again(self.sudo().env, model, linked)
        if model == "mail.mail":
            self._leave_the_night_out(waiting)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE crm_care_reminder SET reason = 'delayed'
                    WHERE state = 'sent' AND reason IS NULL AND %s = ANY(%s)""",
                field,
                waiting.ids,
            )
        )
        channel = {"mail_id": "email", "sms_id": "sms"}[name]
        self.env.cr.execute(
            SQL(
                """UPDATE crm_care_reminder r SET reason = NULL
                    WHERE state = 'sent' AND reason = 'delayed' AND channel = %s
                      AND NOT EXISTS (SELECT FROM %s m WHERE m.id = r.%s AND m.state IN %s)""",
                channel,
                SQL.identifier(self.env[model]._table),
                field,
                underway,
            )
        )
        self.invalidate_model()

    def action_send_again(self):
        """Plan failed reminders once more; they go out with the next run, to today's address (M5).

        :raise AccessError: the user may not run these rules
        :raise UserError: none of these has failed
        """
        self.rule_id._check_may_run()
        failed = self.filtered(lambda reminder: reminder.state == "failed")
        if not failed:
            raise UserError(
                self.env._(
                    "Only failed reminders are sent again. Choose some with the filter “Failed”."
                )
            )
        # sudo: nobody writes the ledger by hand; who may run the rule may have it send.
        failed = failed.sudo()
        for reminder in failed:
            reminder.date = reminder.rule_id._today()
        failed.write(
            {"state": "planned", "reason": False, "date_sent": False, "merged_into_id": False,
             "mail_id": False, "sms_id": False, "activity_id": False, "log_id": False}
        )  # fmt: skip
        self.env.ref("crm_dealer_club.ir_cron_care").sudo()._trigger()
        message = self.env._(
            "%s reminders go out within a minute, unless quiet hours hold or they are "
            "not due any more.",
            len(failed),
        )
        return notification(message)
