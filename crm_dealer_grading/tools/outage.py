"""Messages that an outage of the mail server or of the SMS provider stopped: they wait, and none
is lost.

The ERP tries a message once. When its server is away for an hour, whatever was to go out in that
hour stays failed until somebody finds it; nothing of that is the customer's fault.
"""

from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

# States of mails and of text messages that failed, and of all that has not gone out and may still:
# what an outage stopped is tried again.
FAILED = ("exception", "error")
WAITING = ("outgoing", *FAILED)
# An outage may last so long; what is older is told as not delivered. What may be no outage is
# tried less and less often within the same time.
DAYS = 3
# What failed at the sender. The ERP notes no type where the mail server could not be reached, and
# does not know what happened where it hung up; what the server refuses for good has a code that
# begins with 5 (RFC 5321). The provider does not answer, or wants to be paid.
_AT_THE_SENDER = {
    "mail.mail": r"""m.state = 'exception' AND (
        m.failure_type IS NULL AND m.failure_reason <> ''
        OR m.failure_type = 'mail_smtp'
        OR m.failure_type = 'unknown' AND m.failure_reason !~ '\(5[0-9][0-9], ')""",
    "sms.sms": "m.state = 'error' AND m.failure_type IN ('sms_server', 'sms_credit', 'sms_acc')",
}


def queue_again(env, model, linked):
    """Put messages that failed at the sender back into the ERP's queue; call it as superuser.

    :param str model: ``mail.mail`` or ``sms.sms``
    :param SQL linked: a query of their ids
    :return: those that are in the queue again
    """
    messages = env[model]
    messages.flush_model(["state", "failure_type"])
    now = fields.Datetime.now()
    rows = env.execute_query(
        SQL(
            "SELECT m.id FROM %(table)s m WHERE m.id IN (%(linked)s) AND %(failed)s"
            " AND m.create_date >= CASE WHEN m.failure_type = 'unknown'"
            " THEN %(unclear_since)s ELSE %(since)s END",
            table=SQL.identifier(messages._table),
            linked=linked,
            failed=SQL(_AT_THE_SENDER[model]),
            since=now - timedelta(days=DAYS),
            unclear_since=now - timedelta(days=DAYS) / 2,
        )
    )
    waiting = messages.browse(number for (number,) in rows)
    if not waiting:
        return waiting
    if model == "mail.mail":
        unclear = waiting.filtered(lambda mail: mail.failure_type == "unknown")
        again = {"state": "outgoing", "failure_type": False, "failure_reason": False}
        waiting.write({**again, "scheduled_date": False})
        # Each time as late again as it is old: what fails for good is tried some times only.
        for mail in unclear:
            mail.scheduled_date = now + (now - mail.create_date)
        env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
    else:
        waiting.action_set_outgoing()
        env.ref("sms.ir_cron_sms_scheduler_action")._trigger()
    return waiting


def take_back(messages, states=FAILED):
    """Let nobody send these messages any more: what they told is told another way, or not at all.

    :param messages: ``mail.mail`` or ``sms.sms``
    :param states: of those that are taken back
    :return: those that were
    """
    found = messages.filtered(lambda message: message.state in states)
    if messages._name == "mail.mail":
        found.cancel()
    else:
        found.action_set_canceled()
    return found
