"""What became of those who were asked, and who takes the place of the lost ones (S2)."""

from psycopg2.errors import ExclusionViolation

from odoo import api, fields, models
from odoo.tools import SQL, mute_logger

from odoo.addons.crm_dealer_grading.tools.alone import each_alone
from odoo.addons.crm_dealer_grading.tools.outage import queue_again, take_back

from ...tools.sampling_rest import ASKED, OPEN_NOW
from .crm_satisfaction_sample_line import HOLDS

# A reminder that does not arrive changes nothing: the question itself did, or was lost before.
_UNDELIVERED = """
    UPDATE crm_satisfaction_sample_line l
       SET state = 'failed', reason = 'bounced', asked = FALSE, write_date = %(now)s
      FROM %(table)s m
     WHERE m.id = l.%(link)s AND l.state = 'sent' AND l.reminded_at IS NULL
       AND m.state = ANY(%(failed)s)
 RETURNING m.id"""
_EXPIRED = """
    UPDATE crm_satisfaction_sample_line l SET state = 'expired', write_date = %(now)s
      FROM survey_user_input i
     WHERE i.id = l.answer_id AND l.state = 'sent' AND i.state <> 'done'
       AND i.deadline < %(now)s
       AND NOT EXISTS (SELECT FROM crm_followup_call c WHERE c.id = l.call_id AND c.state = 'due')
 RETURNING l.id"""
_CALLED = """
    UPDATE crm_satisfaction_sample_line l
       SET state = CASE c.state WHEN 'lapsed' THEN 'expired' ELSE 'skipped' END,
           reason = CASE c.state WHEN 'withdrawn' THEN CASE c.withdrawn_why
                    WHEN 'event' THEN 'event' ELSE 'contact' END END,
           asked = c.attempt_count > 0, write_date = %(now)s
      FROM crm_followup_call c
     WHERE c.id = l.call_id AND l.state = 'sent' AND c.state IN ('lapsed', 'withdrawn')"""
# The next ones of the same group, in the order of the seed, who are not resting by now.
_REPLACE = """
    WITH asked (customer) AS MATERIALIZED (%(asked)s),
    lost AS (
        SELECT l.stratum_id, count(*) AS missing, array_agg(l.id) AS ids
          FROM crm_satisfaction_sample_line l JOIN crm_satisfaction_sample s ON s.id = l.sample_id
         WHERE l.sample_id = %(sample)s AND s.state = 'field' AND l.replaced IS NOT TRUE
           AND l.state IN ('refused', 'failed', 'skipped')
         GROUP BY l.stratum_id),
    next AS (
        SELECT l.id, row_number() OVER (PARTITION BY l.stratum_id ORDER BY l.place) AS turn,
               o.missing
          FROM crm_satisfaction_sample_line l JOIN lost o USING (stratum_id)
         WHERE l.state = 'reserve'
           AND NOT EXISTS (SELECT FROM asked a WHERE a.customer = l.commercial_partner_id)),
    done AS (
        UPDATE crm_satisfaction_sample_line l SET replaced = TRUE
          FROM lost o WHERE l.id = ANY(o.ids))
    UPDATE crm_satisfaction_sample_line l
       SET state = 'drawn', asked_on = %(day)s, write_date = %(now)s
      FROM next n WHERE n.id = l.id AND n.turn <= n.missing
 RETURNING l.id"""


class CrmSatisfactionSample(models.Model):
    _inherit = "crm.satisfaction.sample"

    @api.model
    def _follow_up(self):
        """Note what could not be delivered, has expired or was not called; fill up."""
        self.env.flush_all()
        now = fields.Datetime.now()
        for model, link, failed in (
            ("mail.mail", "mail_id", ["exception", "cancel"]),
            ("sms.sms", "sms_id", ["error", "canceled"]),
        ):
            self._note_undelivered(model, link, failed, now)
        self.env.cr.execute(SQL(_CALLED, now=now))
        rows = self.env.execute_query(SQL(_EXPIRED, now=now))
        lines = self.env["crm.satisfaction.sample.line"]
        lines.invalidate_model()
        each_alone(
            self.env,
            lambda expired: expired._log_contacts(),
            lines.browse(row[0] for row in rows),
            "Samples: no contact is logged of",
        )
        samples = self.search([("state", "=", "field")])
        each_alone(self.env, self._replace_each, samples, "Samples: nobody steps in at")

    @api.model
    def _note_undelivered(self, model, link, failed, now):
        """Note which questions did not arrive.

        What failed at the sender waits for the mail server or the provider, some days: nobody
        steps in for whoever will be asked after all. What failed for good leaves the queue, so
        that nobody sends it to somebody whose place was taken.
        """
        # sudo: these are the job's own messages.
        messages = self.env[model].sudo()
        link = SQL.identifier(link)
        sent = SQL(
            "SELECT %s FROM crm_satisfaction_sample_line WHERE state = 'sent' AND %s IS NOT NULL",
            link,
            link,
        )
        queue_again(messages.env, model, sent)
        self.env.flush_all()
        table = SQL.identifier(messages._table)
        rows = self.env.execute_query(
            SQL(_UNDELIVERED, table=table, link=link, failed=failed, now=now)
        )
        take_back(messages.browse({message for (message,) in rows}))

    @api.model
    def _replace_each(self, samples):
        for sample in samples:
            sample._replace_lost()

    def _replace_lost(self):
        """Let the reserve take the places of those who refused or were not reached.

        :return: ids of those who will be asked instead
        """
        self.ensure_one()
        self.env.flush_all()
        now = fields.Datetime.now()
        values = {
            "sample": self.id,
            "cooling": self.cooling_days,
            "since": fields.Datetime.subtract(now, days=self.cooling_days),
            "now": now,
            "known": SQL("TRUE"),
            "open": SQL(OPEN_NOW),
            "day": self.company_id._today_here(),
        }
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                rows = self.env.execute_query(
                    SQL(_REPLACE, asked=SQL(ASKED, **values), **values)
                )
        except ExclusionViolation:
            # Another draw takes one of them at this instant: the next run sees it.
            return []
        self.env["crm.satisfaction.sample.line"].invalidate_model()
        return [row[0] for row in rows]

    @api.model
    def _close_finished(self):
        """Close samples in which nobody is waited for any more."""
        open_lines = self.env["crm.satisfaction.sample.line"]._search(
            [("state", "in", ("drawn", "sent"))]
        )
        finished = self.search(
            [("state", "=", "field"), ("line_ids", "not any", [("id", "in", open_lines)])]
        )
        each_alone(self.env, lambda samples: samples._close(), finished, "Samples: cannot close")


class CrmSatisfactionSampleLine(models.Model):
    _inherit = "crm.satisfaction.sample.line"

    def _lose(self, state, reason):
        """Note that somebody refused or was not reached; the reserve steps in with the next run.

        :param str state: ``refused``, ``failed`` or ``skipped``
        """
        lines = self.filtered(lambda line: line.state in ("drawn", "sent"))
        if lines:
            lines.write({"state": state, "reason": reason})
            if reason == "bounced":
                lines.asked = False  # nobody read the question
            lines.sample_id._wake()

    def _mark_answered(self):
        """Somebody answered, in time or after all while the link works."""
        lines = self.filtered(lambda line: line.state != "answered")
        before = lines.filtered(lambda line: line.state == "expired")
        # The rest of those who had been given up may be another sample's by now.
        given_up = lines.filtered(lambda line: line.state not in HOLDS)
        given_up.asked_on = False
        lines.write({"state": "answered", "reason": False, "asked": True})
        (lines - before)._log_contacts()

    def _log_contacts(self):
        """Tell the contact log of messages that went out, as of when they did.

        Written when nobody is waited for any more: until then dealers, who read the log, must not
        learn whom they might coach. Calls log themselves, the portal contacts nobody.
        """
        lines = self.filtered(lambda line: line.channel in ("sms", "email") and line.sent_at)
        words = self.env._("Asked about satisfaction: %s")
        self.env["crm.contact.log"].create(
            [
                {
                    "partner_id": line.partner_id.id,
                    "dealer_id": line.dealer_id.id,
                    "date": line.sent_at,
                    "way": line.channel,
                    "summary": words % line.programme_id.code,
                    "user_id": False,
                    "visit_id": line.visit_id.id,
                    "lead_id": line.lead_id.id,
                    "vehicle_id": line.vehicle_id.id,
                }
                for line in lines
            ]
        )

    def _message_receive_bounce(self, email, partner):
        """The mail server of the customer sent the message back; a reminder asked nothing new."""
        result = super()._message_receive_bounce(email, partner)
        self.filtered(lambda line: not line.reminded_at)._lose("failed", "bounced")
        return result
