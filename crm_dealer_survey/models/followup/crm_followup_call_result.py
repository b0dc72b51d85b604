"""What came of a call (S3)."""

from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .crm_followup_call import RESULTS

_DISTANT = timedelta(minutes=1)


class CrmFollowupCall(models.Model):
    _inherit = "crm.followup.call"

    @api.private
    def _record(self, result, note=None, later_at=None, no_more=False, verdict=None, **asked):
        """Note an attempt, and close the call or plan the next attempt; all in one.

        :param str result: a value of ``RESULTS``
        :param later_at: naive UTC, for ``later``
        :param bool no_more: this person, not all of a company, wants no calls at all any more
        :param str verdict: ``satisfied`` or ``dissatisfied``, where the customer said so
        :param asked: the questionnaire, when reached; see :meth:`_keep_answer`
        :return: the attempt
        :raise AccessError: for everybody but those whose call it is
        :raise UserError: it is closed, somebody else's, or the result lacks something
        """
        self.ensure_one()
        self._check_may_call()
        self._lock_open()
        if result not in dict(RESULTS):
            raise UserError(self.env._("Choose one of the results."))
        if result == "later":
            self._check_later(later_at)
        self.sudo()._check_result(result, verdict)  # sudo: what the call is about
        # sudo: no role writes calls, attempts and answers; who may make this call was checked,
        # and all of it is about this call.
        call = self.sudo()
        attempt = call._note_attempt(result, note, later_at if result == "later" else False)
        call.write({**call._values_after(result, later_at), "verdict": False})
        if result == "reached":
            call.verdict = verdict
            call._keep_answer(**asked)
            call._visit_is_followed_up()
        elif result == "wrong_number":
            call._phone_is_wrong()
        elif result == "refused":
            call._respect_refusal()
        if no_more:
            call.partner_id.contact_opt_out = True
        self._after_followup(call)
        return attempt

    @api.model
    def _after_followup(self, call):
        """Called with all rights after each attempt; extend, e.g. to issue a notice."""

    def _check_result(self, result, verdict):
        """Hook: whether the result is whole; extend, and raise a ``UserError`` that says more."""

    def _check_later(self, later_at):
        if not later_at or later_at < fields.Datetime.now() - _DISTANT:
            raise UserError(
                self.env._(
                    "Fill in “Call Again At” with the time, still to come, at which the customer "
                    "wants to be called."
                )
            )
        call = self.sudo()  # sudo: the rule and the company of the user's call
        last = call.lapses_on
        if call.rule_id._local(later_at, call.company_id or self.env.company).date() > last:
            raise UserError(
                self.env._(
                    "The call is valid until %s. Agree on an earlier time, or note a next step "
                    "in the contact log.",
                    format_date(self.env, last),
                )
            )

    def _values_after(self, result, later_at):
        now = fields.Datetime.now()
        values = {
            "last_result": result,
            "last_date": now,
            "attempt_count": self.attempt_count + 1,
            "holder_id": False,
            "held_until": False,
        }
        if result == "later":
            return {**values, "date_next": later_at}
        if result == "no_answer":
            missed = self.missed_count + 1
            values["missed_count"] = missed
            if missed < self.rule_id.attempts:
                pause = timedelta(hours=self.rule_id.retry_hours)
                return {**values, "date_next": now + pause}
        done = result in ("reached", "refused")
        return {**values, "state": "done" if done else "unreachable"}

    def _note_attempt(self, result, note, later_at):
        log = self._log_attempt(result, note)
        return self.env["crm.followup.attempt"].create(
            {
                "call_id": self.id,
                "user_id": self.env.uid,
                "result": result,
                "later_at": later_at,
                "note": note,
                "log_id": log.id,
                "dealer_id": self.dealer_id.id,
                "caller": self.caller,
                "company_id": self.company_id.id,
            }
        )

    def _log_attempt(self, result, note):
        """The entry of the contact log that tells of an attempt."""
        words = dict(self._fields["last_result"]._description_selection(self.env))[result]
        # Nobody was spoken to: what was to be said to the customer is still to be said.
        spoken = result in ("reached", "refused", "later")
        return self.env["crm.contact.log"].create(
            {
                "partner_id": self.partner_id.id,
                "dealer_id": self.dealer_id.id,
                "way": "phone",
                "missed": not spoken,
                "summary": f"{self.rule_id.name}: {words}",
                "feedback": note,
                "user_id": self.env.uid,
                "visit_id": self.visit_id.id,
                "lead_id": self.lead_id.id,
                "vehicle_id": self.vehicle_id.id,
            }
        )

    def _asked_version(self):
        """The questionnaire that is filled in during the call, or none; extend for others."""
        return self.rule_id.programme_id.current_version_id

    def _version_to_ask(self):
        """Of that, what a call that begins now asks; extend to spare customers."""
        return self._asked_version()

    def _keep_answer(self, said=None, started=None, version=None):
        """Store what was said; to what was begun, whatever is asked by now.

        :param dict said: ``{question: figure or text}``
        :param started: naive UTC, when the questionnaire was begun
        :param version: the questionnaire that was begun; empty: the one in use
        """
        version = version or self._asked_version()
        if not said or not version:
            return
        request = {
            "visit_id": self.visit_id.id,
            "satisfaction_lead_id": self.lead_id.id,
            "vehicle_id": self.vehicle_id.id,
            "partner_id": self.partner_id.id,
            "dealer_id": self.dealer_id.id,
            "satisfaction_channel": "phone",
            "start_datetime": started or fields.Datetime.now(),
        }
        request = {key: value for key, value in request.items() if value}
        [answer] = version._invite([request], begun=True)
        answer._submit_satisfaction(said)
        self.answer_id = answer

    def _visit_is_followed_up(self):
        visits = self.visit_id.filtered(lambda visit: visit.stage == "delivered")
        visits._set_stage("followed_up")

    def _phone_is_wrong(self):
        """The number on file is wrong until it changes (C2).

        Verified are customers; of a contact with a number of its own the dealer is told.
        """
        customer = self.commercial_partner_id
        numbers = {who.phone_sanitized or who.phone for who in self.partner_id | customer}
        if len(numbers) > 1:
            self._tell_wrong_phone()
            return
        if "phone" not in customer._key_field_names():
            return
        self.env["crm.customer.verification"].create(
            {
                "partner_id": customer.id,
                "user_id": self.env.uid,
                "note": self.rule_id.name,
                "line_ids": [Command.create({"field_name": "phone", "verdict": "wrong"})],
            }
        )

    def _tell_wrong_phone(self):
        """A to-do for the customer's dealer to correct the contact, once."""
        dealer = self.commercial_partner_id.dealer_id
        manager = dealer and dealer._present_manager()
        if not manager:
            return
        contact = self.partner_id.with_context(lang=manager.lang)
        summary = contact.env._("Correct this contact's phone")
        if summary in contact.activity_ids.mapped("summary"):
            return
        contact.activity_schedule(
            "mail.mail_activity_data_todo",
            (self.company_id or self.env.company)._today_here(),
            user_id=manager.id,
            summary=summary,
            note=contact.env._(
                "%(phone)s was a wrong number in the call “%(rule)s”.",
                phone=contact.phone,
                rule=self.rule_id.with_env(contact.env).name,
            ),
        )

    def _respect_refusal(self):
        """Nobody calls once more about what the customer would not talk about."""
        others = self.search(
            [
                ("event_key", "=", self.event_key),
                ("partner_id", "=", self.partner_id.id),
                ("state", "=", "due"),
            ]
        )
        others._withdraw("refused")

    def action_try_again(self):
        """Open an unreachable call once more, e.g. when the number was corrected.

        :raise UserError: it is not unreachable, or its time has passed
        """
        self._check_may_call()
        # sudo: nobody writes calls by hand; who may make these was checked.
        for call in self.sudo():
            today = (call.company_id or self.env.company)._today_here()
            if call.state != "unreachable" or call.lapses_on < today:
                raise UserError(
                    self.env._(
                        "Only a customer who was not reached is called again, and only while the "
                        "call is valid. Log a contact instead."
                    )
                )
            call.write(
                {"state": "due", "missed_count": 0, "date_next": fields.Datetime.now()}
            )
