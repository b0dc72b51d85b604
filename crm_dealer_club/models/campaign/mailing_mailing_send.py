import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, mute_logger

from odoo.addons.crm_dealer_grading.tools.touch import touch

_logger = logging.getLogger(__name__)
# The database itself refuses some filters, such as numbers out of its range.
_BROKEN_FILTER = (
    AccessError, UserError, ValidationError, ValueError, TypeError,
    psycopg2.DataError, psycopg2.ProgrammingError,
)  # fmt: skip

# What was sent, once for each mailing and person. Failed and cancelled messages are no contact.
_SENT = """
SELECT DISTINCT ON (t.res_id) t.res_id AS partner_id
  FROM mailing_trace t
 WHERE t.mass_mailing_id = %(mailing)s AND t.model = 'res.partner'
   AND t.is_test_trace IS NOT TRUE
   AND t.trace_status NOT IN ('cancel', 'error', 'bounce')
   AND EXISTS (SELECT FROM res_partner p WHERE p.id = t.res_id)
   AND NOT EXISTS (SELECT FROM crm_contact_log c
                    WHERE c.mailing_id = %(mailing)s AND c.partner_id = t.res_id)"""


class MailingMailing(models.Model):
    """Sending a mailing of a customer campaign (M11): by the ERP, after the group is frozen.

    Who gets it is asked once more where messages are made, in the two composers, so that no
    button and no list of ids over RPC gets round it.
    """

    _inherit = "mailing.mailing"

    @api.model
    def _process_mass_mailing_queue(self):
        """The ERP's job: ours are made ready before it, or wait for the end of quiet hours."""
        ours = self.search(
            [
                ("is_dealer_mailing", "=", True),
                ("state", "in", ("in_queue", "sending")),
                "|",
                ("schedule_date", "<", fields.Datetime.now()),
                ("schedule_date", "=", False),
            ]
        )
        for mailing in ours:
            if not mailing._wait_for_morning():
                mailing._make_ready()
        return super()._process_mass_mailing_queue()

    def _quiet_until(self):
        """When this mailing may go out again, in UTC; None: now."""
        company = self.dealer_id.sudo().company_id or self.env.company
        return self.env["crm.care.gate"]._quiet_until(fields.Datetime.now(), company)

    def _wait_for_morning(self):
        """Put the mailing off to the end of the quiet hours; return whether it was."""
        until = self._quiet_until()
        if until:
            self.write({"schedule_type": "scheduled", "schedule_date": until})
            self.env.ref("mass_mailing.ir_cron_mass_mailing_queue")._trigger(until)
        return bool(until)

    def _make_ready(self):
        """Freeze the groups; a filter that does not work is no reason to hold the others up."""
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self._assign_subjects()
        except _BROKEN_FILTER as error:
            _logger.info("Mailing %s goes back to draft: %s", self.id, error)
            self.write({"state": "draft"})
            self.message_post(
                body=self.env._(
                    "Not sent: the recipients' filter does not work (%s). Correct it, then send "
                    "again.",
                    error,
                )
            )

    def _action_send_mail(self, res_ids=None):
        ours = self.filtered("is_dealer_mailing")
        for mailing in ours:
            mailing._check_may_go_out()
            mailing._assign_subjects()
        return super()._action_send_mail(res_ids=res_ids)

    def action_send_sms(self, res_ids=None):
        """A button of the ERP: the same for ours, whoever calls it."""
        for mailing in self.filtered("is_dealer_mailing"):
            mailing._check_may_go_out()
            mailing._assign_subjects()
        return super().action_send_sms(res_ids=res_ids)

    def _check_may_go_out(self):
        self._check_own_mailings()
        until = self._quiet_until()
        if until and not self.env.su:
            raise UserError(
                self.env._(
                    "These are quiet hours, until %s. Press “Send”: the mailing waits in the "
                    "queue and goes out then.",
                    fields.Datetime.context_timestamp(self, until).strftime("%Y-%m-%d %H:%M"),
                )
            )

    def _note_sent(self):
        """Log what was sent as contacts, by one statement a mailing; what is logged stays."""
        # sudo: whoever sent it, the contact took place.
        for mailing in self.sudo().filtered("is_dealer_mailing"):
            touch(mailing)  # of two at the same instant the second finds it logged
            self.env.flush_all()
            noted = self.env["crm.care.gate"]._note(
                SQL(
                    """SELECT sent.partner_id, %(way)s, %(summary)s, NULL::int, NULL::int,
                              %(user)s::int, NULL::timestamp
                         FROM (%(sent)s) sent""",
                    way="sms" if mailing.mailing_type == "sms" else "email",
                    summary=mailing.subject,
                    user=mailing.user_id.id or None,
                    sent=SQL(_SENT, mailing=mailing.id),
                )
            )
            self.env.execute_query(
                SQL(
                    "UPDATE crm_contact_log SET mailing_id = %s WHERE id = ANY(%s) RETURNING id",
                    mailing.id,
                    noted,
                )
            )
