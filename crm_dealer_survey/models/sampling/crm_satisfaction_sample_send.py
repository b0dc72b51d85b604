"""Asking those who were drawn: e-mails, text messages, calls, the portal; in batches (S2)."""

from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.again import again
from odoo.addons.crm_dealer_grading.tools.alone import alone, each_alone

BATCH = 200
_JOB = "Samples"
_QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True}


class CrmSatisfactionSample(models.Model):
    _inherit = "crm.satisfaction.sample"

    @api.model
    def _cron_field(self, batch=BATCH):
        """Follow who was asked, fill up from the reserve, ask, remind, close; resumes if killed.

        Each batch commits, and what was sent says so in the same transaction.
        """
        cron = self.env["ir.cron"]
        again(self.env, self._follow_up, _JOB)
        cron._commit_progress(remaining=self._to_send_count())
        samples = self.search([("state", "=", "field")], order="sent_at, id")
        for sample in samples.filtered(lambda s: s._may_send_now()):
            for work in (sample._send_batch, sample._remind_batch):
                one_more = partial(sample._work_alone, work, batch)
                while done := again(self.env, one_more, _JOB):
                    if not cron._commit_progress(done):
                        return
        again(self.env, self._close_finished, _JOB)
        cron._commit_progress(remaining=0)

    def _work_alone(self, work, batch):
        """What ``work`` returns; a sample at which it fails is left to the next run."""
        done = []
        alone(self.env, lambda: done.append(work(batch)), f"Sample {self.id} does not go on")
        return done[0] if done else 0

    @api.model
    def _to_send_count(self):
        lines = self.env["crm.satisfaction.sample.line"]
        return lines.search_count([("state", "=", "drawn"), ("sample_id.state", "=", "field")])

    def _take_lines(self, condition, limit):
        """Lines of the sample that nobody else is working on, their rows taken."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM crm_satisfaction_sample_line
                    WHERE sample_id = %s AND %s ORDER BY place, id LIMIT %s
                      FOR UPDATE SKIP LOCKED""",
                self.id,
                condition,
                limit,
            )
        )
        return self.env["crm.satisfaction.sample.line"].browse(row[0] for row in rows)

    def _send_batch(self, limit=BATCH):
        """Ask some of those who were drawn.

        :return: how many were dealt with
        """
        self.ensure_one()
        if self.version_id.state != "current":
            return self._give_up_waiting()
        lines = self._take_lines(SQL("state = 'drawn'"), limit).with_context(**_QUIET)
        if not lines:
            return 0
        ways = self._channels_now(lines.partner_id.ids, self._channels())
        unwanted = lines.filtered(lambda line: line.partner_id.id not in ways)
        unwanted.write({"state": "skipped", "reason": "contact"})
        gone = (lines - unwanted).filtered("event_is_gone")
        gone.write({"state": "skipped", "reason": "event"})
        lines = lines - unwanted - gone
        failed = each_alone(self.env, partial(self._ask, ways), lines, "Samples: cannot ask")
        failed.write({"state": "failed", "reason": "error"})
        if unwanted or gone or failed:
            self._replace_lost()
        return len(lines) + len(unwanted) + len(gone)

    @api.model
    def _ask(self, ways, lines):
        """Ask ``lines``, each by the way that ``ways`` says for its person."""
        for line in lines:
            line.channel = ways[line.partner_id.id]
        lines._invite()
        for channel in set(lines.mapped("channel")):
            some = lines.filtered(lambda line, channel=channel: line.channel == channel)
            getattr(some, f"_ask_by_{channel}")()
        lines.write({"state": "sent", "asked": True, "sent_at": fields.Datetime.now()})

    def _give_up_waiting(self):
        """The questionnaire went out of use: who waits is asked nothing, other samples go on.

        :return: how many were waiting
        """
        waiting = self._leave_out_waiting()
        if waiting:
            self.message_post(
                body=self.env._(
                    "%(version)s is not in use any more: %(count)s customers were not asked. "
                    "Draw a sample by the questionnaire in use.",
                    version=self.version_id.display_name,
                    count=len(waiting),
                )
            )
        return len(waiting)

    def _remind_batch(self, limit=BATCH):
        """Remind some of those who have not answered, once.

        :return: how many were reminded or must not be
        """
        self.ensure_one()
        if not self.reminder_days:
            return 0
        before = fields.Datetime.subtract(fields.Datetime.now(), days=self.reminder_days)
        lines = self._take_lines(
            SQL(
                "state = 'sent' AND reminded_at IS NULL AND channel IN ('sms', 'email')"
                " AND sent_at <= %s",
                before,
            ),
            limit,
        ).with_context(**_QUIET)
        for channel in ("sms", "email"):
            some = lines.filtered(lambda line, channel=channel: line.channel == channel)
            allowed = self._channels_now(some.partner_id.ids, [channel]) if some else {}
            some = some.filtered(lambda line, allowed=allowed: line.partner_id.id in allowed)
            each_alone(
                self.env,
                lambda part, channel=channel: getattr(part, f"_ask_by_{channel}")(reminder=True),
                some,
                "Samples: cannot remind",
            )
        lines.reminded_at = fields.Datetime.now()
        return len(lines)


class CrmSatisfactionSampleLine(models.Model):
    _inherit = "crm.satisfaction.sample.line"

    event_is_gone = fields.Boolean(compute="_compute_event_is_gone")

    @api.depends("visit_id.stage", "visit_id.partner_id", "lead_id", "vehicle_id", "stratum")
    def _compute_event_is_gone(self):
        """Whether what the customer is asked about holds no more: a visit or a delivery was taken
        back, a vehicle was sold on, who was lost is back.
        """
        for line in self:
            kind = line.event_key.partition(":")[0]
            visit = line.visit_id
            if kind in ("visit", "last"):
                done = visit.active and visit.stage in ("delivered", "followed_up")
                gone = not done or visit.partner_id != line.partner_id
                line.event_is_gone = gone or kind == "last" and line._came_back()
            elif kind == "vehicle":
                line.event_is_gone = line.vehicle_id.partner_id != line.partner_id
            elif line.stratum == "lost_lead":
                line.event_is_gone = line.lead_id.won_status != "lost"
            else:
                line.event_is_gone = kind == "delivery" and not line.lead_id.delivered_on

    def _came_back(self):
        """Whether the customer has come again since the visit that had been the last one."""
        return bool(
            self.env["crm.service.visit"].search_count(
                [
                    ("commercial_partner_id", "=", self.commercial_partner_id.id),
                    ("date", ">", self.visit_id.date),
                    ("stage", "!=", "cancelled"),
                ],
                limit=1,
            )
        )

    def _invite(self):
        """Make the links, one for each; answers know their lines by them."""
        for version, lines in self.grouped(lambda line: line.sample_id.version_id).items():
            answers = version._invite([line._request() for line in lines])
            for line, answer in zip(lines, answers, strict=True):
                line.answer_id = answer

    def _request(self):
        request = {
            "visit_id": self.visit_id.id,
            "satisfaction_lead_id": self.lead_id.id,
            "vehicle_id": self.vehicle_id.id,
            "partner_id": self.partner_id.id,
            "dealer_id": self.dealer_id.id,
            "satisfaction_channel": self.channel,
        }
        return {name: value for name, value in request.items() if value}

    def _ask_by_email(self, reminder=False):
        """E-mails in the ERP's queue, in the customers' languages."""
        name = "mail_template_sample_reminder" if reminder else "mail_template_sample"
        template = self.env.ref(f"crm_dealer_survey.{name}")
        company = self.company_id
        # Of the company, not of the job's user; a sender named in the template holds.
        values = {"author_id": company.partner_id.id}
        if not template.email_from and company.email_formatted:
            values["email_from"] = company.email_formatted
        mails = template.send_mail_batch(self.ids, email_values=values)
        for line, mail in zip(self, mails, strict=True):
            line.mail_id = mail

    def _ask_by_sms(self, reminder=False):
        """Text messages in the ERP's queue, in the customers' languages."""
        name = "sms_template_sample_reminder" if reminder else "sms_template_sample"
        template = self.env.ref(f"crm_dealer_survey.{name}")
        bodies = template._render_field("body", self.ids, compute_lang=True)
        messages = self.env["sms.sms"].create(
            [
                {
                    "number": line.partner_id.phone_sanitized,
                    "partner_id": line.partner_id.id,
                    "body": bodies[line.id],
                }
                for line in self
            ]
        )
        for line, message in zip(self, messages, strict=True):
            line.sms_id = message

    def _ask_by_portal(self):
        """Nothing goes out: the questionnaire is on the pages of who signs in."""

    def _ask_by_phone(self):
        """A call for the call centre, with the questionnaire on the caller's screen."""
        calls = self.env["crm.followup.call"]
        for line in self:
            line.call_id = calls._call_for_sample(line)
