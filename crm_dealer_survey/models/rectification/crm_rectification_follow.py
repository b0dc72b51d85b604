"""What follows a step: to-dos, the mail to the dealer, the deadline (S4)."""

from datetime import datetime, time, timedelta

import pytz

from odoo import models

from .crm_rectification import WITH_DEALER
from .crm_rectification_guard import DEALER_MANAGER, OEM_MANAGER
from .crm_rectification_step import STEPS

_TODO = "mail.mail_activity_data_todo"


class CrmRectification(models.Model):
    _inherit = "crm.rectification"

    def _deadline(self, day):
        """The last of ``working_days`` working days of the company after ``day`` (a date)."""
        calendar = self.company_id.resource_calendar_id
        if calendar:
            # Days of work are those of the calendar, wherever its clock is.
            zone = pytz.timezone(calendar.tz)
            begin = zone.localize(datetime.combine(day + timedelta(1), time()))
            planned = calendar.plan_days(self.working_days, begin, compute_leaves=True)
            if planned:
                return planned.astimezone(zone).date()
        return day + timedelta(self.working_days)

    def _after_step(self, step):
        """With all rights; the user is still who took the step."""
        self.activity_unlink([_TODO])
        if step in ("send_back", "dissatisfied", "recall", "close", "cancel"):
            self._end_recall()
        if step in ("issue", "insist"):
            self._mail_dealer()
        to_issuer = step in ("refuse", "recall")
        if step == "report":
            to_issuer = not self._order_recall()
        if to_issuer:
            self._plan_for_issuer(step)
        elif self.state in WITH_DEALER:
            self._plan_for_dealer(step)
        if STEPS[step][3]:
            self.message_post(
                body=self.reason,
                author_id=self.env.user.partner_id.id,
                subtype_xmlid="mail.mt_note",
            )

    def _todo_words(self, step):
        """What is to do after a step, in the reader's language."""
        if step in ("issue", "insist"):
            return self.env._("Accept the notice of rectification")
        if step == "accept":
            return self.env._("Put it right and report")
        if step == "refuse":
            return self.env._("Insist on the notice, or cancel it")
        if step == "report":
            return self.env._("Check the report and close the notice")
        if step == "recall":
            return self.env._("The customer was called again: close the notice")
        if step == "uncalled":
            return self.env._("Nobody called the customer again: call, and enter the result")
        if step == "overdue":
            return self.env._("Overdue: see that it is put right")
        if step == "dissatisfied":
            return self.env._("The customer is not satisfied: put it right")
        return self.env._("Opened again: read the reason")

    # ------------------------------------------------------------ people

    def _dealer_people(self):
        """Who is told at the dealer: its managers, and who is responsible; all work there."""
        managers = self.env["res.users"].search(
            [
                ("all_group_ids", "in", self.env.ref(DEALER_MANAGER).id),
                ("dealer_ids", "in", self.dealer_id.ids),
                ("share", "=", False),
            ],
            order="id",
        )
        first = self.dealer_id.manager_id & managers
        return first | managers | (self.responsible_id & self.dealer_id.user_ids)

    def _manufacturer_people(self):
        """Managers of the manufacturer."""
        domain = [
            ("all_group_ids", "in", self.env.ref(OEM_MANAGER).id),
            ("share", "=", False),
            ("id", "!=", self.env.ref("base.user_root").id),
        ]
        return self.env["res.users"].search(domain, order="id")

    def _decider(self):
        """The issuer; a manager of the manufacturer where the issuer has left."""
        issuer = self.issuer_id.filtered(lambda user: user.active and self._issues(user))
        return issuer or self._manufacturer_people()[:1]

    def _plan_for_dealer(self, step):
        for user in self._dealer_people()[:1]:
            self._plan(user, step, self.deadline_on)

    def _plan_for_issuer(self, step):
        for user in self._decider():
            self._plan(user, step, self.company_id._today_here())

    def _plan(self, user, step, day):
        # Of these the person hears by a message already.
        quiet = step in ("issue", "insist", "overdue")
        worded = self.with_context(lang=user.lang, mail_activity_quick_update=quiet)
        worded.activity_schedule(_TODO, day, user_id=user.id, summary=worded._todo_words(step))

    # ------------------------------------------------------------ mail

    def _mail_dealer(self):
        """Each of the dealer's people reads the notice in the own language."""
        template = self.env.ref(
            "crm_dealer_survey.mail_template_rectification_issued", raise_if_not_found=False
        )
        people = self._dealer_people().filtered("email")
        self.message_subscribe(partner_ids=(people | self.issuer_id).partner_id.ids)
        if not template:
            return
        for lang, users in people.grouped("lang").items():
            template.with_context(lang=lang).send_mail(
                self.id, email_values={"recipient_ids": [(6, 0, users.partner_id.ids)]}
            )
