"""Invitation, test and certificate of a participant (S7)."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

_TODO = "mail.mail_activity_data_todo"


class CrmTrainingParticipant(models.Model):
    _inherit = "crm.training.participant"

    # ------------------------------------------------------------ told

    def _invite(self):
        """Write to who is registered and was not written to yet, each in the own language."""
        todo = self.filtered(lambda p: p.state == "registered" and not p.invited_on)
        todo._store({"invited_on": fields.Datetime.now()})
        todo._mail("mail_template_training_invited")
        for one in todo:
            one._plan(one.person_id.user_id, "come", one.day)

    def _call_off(self):
        """The session was cancelled: tell who was invited."""
        self.activity_unlink([_TODO])
        self.filtered("invited_on")._mail("mail_template_training_cancelled")
        self.filtered(lambda p: p.state == "registered")._store({"state": "cancelled"})

    def _mail(self, template):
        template = self.env.ref(f"crm_dealer_survey.{template}", raise_if_not_found=False)
        for one in self if template else ():
            lang = one.partner_id.lang or self.env.lang
            if one.partner_id.email:
                # On no record: whoever reads the participation would read the link of the test.
                values = {"recipient_ids": [(6, 0, one.partner_id.ids)], "model": False,
                          "res_id": False}  # fmt: skip
                template.with_context(lang=lang).send_mail(one.id, email_values=values)

    def _todo_words(self, kind):
        """What is to do, in the reader's language."""
        words = {
            "come": lambda: self.env._("Training: %s", self.training_id.name),
            "test": lambda: self.env._("Take the test: %s", self.training_id.name),
            "failed": lambda: self.env._("%s failed the test: plan another training", self.name),
            "practice": lambda: self.env._("Did the work of %s change?", self.name),
            "expiry": lambda: self.env._(
                "Certificate of %(person)s ends: %(course)s",
                person=self.name,
                course=self.training_id.name,
            ),
        }  # fmt: skip
        return words[kind]()

    def _plan(self, user, kind, day):
        if user and day:
            worded = self.with_context(lang=user.lang, mail_activity_quick_update=True)
            worded.activity_schedule(
                _TODO, day, user_id=user.id, summary=worded._todo_words(kind)
            )

    # ------------------------------------------------------------ test

    def action_send_test(self):
        """Send the link of the test to who attended; once more to who lost it."""
        self._take()
        for one in self:
            if not one.session_id._leads() and not one._is_managed():
                raise AccessError(one._write_refusal())
            if one.sudo().state != "attended" or one.session_state not in ("held", "closed"):
                raise UserError(self.env._("%s did not attend: there is no test.", one.name))
            if not one.has_test:
                raise UserError(self.env._("“%s” has no test.", one.training_id.name))
            if one.sudo().test_state == "passed":
                raise UserError(self.env._("%s has passed the test already.", one.name))
        # sudo: links and mails are made for whoever may send them; that was checked.
        ours = self.sudo()
        ours.filtered(lambda p: p.test_state == "none")._send_tests()
        for one in ours.filtered(lambda p: p.test_state != "none"):
            if one.session_id.with_user(self.env.user)._leads():
                one._prolong_test()
            one._mail("mail_template_training_test")
        return True

    def _send_tests(self):
        """Give each a link of the own, with as many attempts as the survey says; once."""
        for one in self.filtered(lambda p: p.has_test and p.test_state == "none"):
            attempt = one._new_attempt(one._test_deadline())
            one._store(
                {
                    "test_state": "sent",
                    "test_token": attempt.invite_token,
                    "test_until": attempt.deadline,
                }
            )
            one._mail("mail_template_training_test")
            one._plan(one.person_id.user_id, "test", one.test_until.date())

    def _test_deadline(self):
        return fields.Datetime.add(fields.Datetime.now(), days=self.training_id.test_days)

    def _new_attempt(self, deadline):
        token = self.test_token or self.env["survey.user_input"]._generate_invite_token()
        return self.training_id.survey_id._create_answer(
            partner=self.partner_id, check_attempts=False, deadline=deadline, invite_token=token,
            training_participant_id=self.id,
        )  # fmt: skip

    def _prolong_test(self):
        """A new term for who has let it pass."""
        if self.test_until and self.test_until < fields.Datetime.now():
            deadline = self._test_deadline()
            self.test_input_ids.filtered(lambda a: a.state != "done").deadline = deadline
            self._store({"test_until": deadline})

    def _end_test(self):
        """Who was not there takes no test: links that were sent lead nowhere."""
        past = fields.Datetime.subtract(fields.Datetime.now(), minutes=1)
        for one in self.filtered("test_until"):
            one.test_input_ids.filtered(lambda a: a.state != "done").deadline = past
            one._store({"test_until": past})

    def _attempts_left(self):
        survey = self.training_id.survey_id
        if not survey.is_attempts_limited:
            return True
        return self.attempts < survey.attempts_limit

    def _open_attempt(self):
        """The attempt to go on with; a new one where all are finished and some are left."""
        self.ensure_one()
        attempt = self.test_input_ids.filtered(lambda a: a.state != "done")[:1]
        if not attempt and self._attempts_left():
            attempt = self._new_attempt(self.test_until)
        return attempt

    def _test_url(self):
        """The link in the person's own mail; empty where no attempt is left."""
        attempt = self.sudo()._open_attempt()  # sudo: the mail goes to the person alone
        return attempt and attempt.get_base_url() + attempt.get_start_url()

    def action_take_test(self):
        """Open the own test.

        :raise AccessError: somebody else's
        :raise UserError: no link was sent, its time is over, or no attempt is left
        """
        self._take()
        one = self.sudo()
        if one.partner_id != self.env.user.partner_id:
            raise AccessError(self.env._("Everybody takes the own test. Ask %s.", one.name))
        if one.test_state not in ("sent", "failed"):
            raise UserError(self.env._("There is no test to take here."))
        if one.test_until < fields.Datetime.now():
            raise UserError(
                self.env._("The time for the test is over. Ask who led the session for more.")
            )
        attempt = one._open_attempt()
        if not attempt:
            raise UserError(
                self.env._("No attempt is left. Ask your manager for another training.")
            )
        return {"type": "ir.actions.act_url", "url": attempt.get_start_url(), "target": "self"}

    @api.private
    def _take_results(self):
        """What the finished attempts say. From all of them each time: twice is the same as once.

        The first attempt that passed gives the certificate, and no later one changes it.
        """
        self._take()
        for one in self.sudo():
            done = one.test_input_ids.filtered(lambda a: a.state == "done" and not a.test_entry)
            done = done.sorted(lambda a: (a.end_datetime, a.id))
            if not done or one.state != "attended":
                continue
            passed = done.filtered("scoring_success")[:1]
            best = passed or done.sorted("scoring_percentage", reverse=True)[:1]
            said = {
                "attempts": len(done),
                "score": best.scoring_percentage,
                "test_state": "passed" if passed else "failed",
                "tested_on": one._day_of((passed or done[:1]).end_datetime),
            }
            one._store(said)
            one._after_attempt(passed)

    def _day_of(self, moment):
        zone = (self.company_id or self.env.company)._tz_here()
        return fields.Datetime.context_timestamp(self.with_context(tz=zone), moment).date()

    def _after_attempt(self, passed):
        if passed:
            if not self.certified_on:
                self.activity_unlink([_TODO])
                self._certify(self.tested_on)
        elif not self._attempts_left():
            self.activity_unlink([_TODO])
            today = (self.company_id or self.env.company)._today_here()
            self._plan(self.dealer_id._training_manager(), "failed", today)

    def _certify(self, day):
        """Give the certificate as of a day, for as long as the course says; take it for none."""
        months = self.training_id.valid_months
        until = day + relativedelta(months=months) if day and months else False
        self._store({"certified_on": day, "valid_until": until, "expiry_told": False})

    def action_certificate(self):
        """Print the certificate of a passed test."""
        self.ensure_one()
        self.check_access("read")
        if self.test_state != "passed":
            raise UserError(
                self.env._("The certificate comes with the passed test of the course.")
            )
        return {
            "type": "ir.actions.act_url",
            "url": f"/training/certificate/{self.id}",
            "target": "new",
        }

    # ------------------------------------------------------------ follow-up

    def _plan_follow_up(self):
        """The day on which the manager says whether practice changed."""
        for one in self.filtered(lambda p: not p.follow_up_on):
            days = one.training_id.follow_up_days
            if days:
                one._store({"follow_up_on": one.day + relativedelta(days=days)})
