"""What follows a step: to-dos of who carries out, and what the night does (S6)."""

import logging

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .crm_improvement_plan import RUNNING

_logger = logging.getLogger(__name__)
_TODO = "mail.mail_activity_data_todo"


class CrmImprovementPlan(models.Model):
    _inherit = "crm.improvement.plan"

    def _after_step(self, step):
        """With all rights; the user is still who took the step."""
        self.activity_unlink([_TODO])
        if step == "start":
            for measure in self.measure_ids:
                measure._after_step()
        elif step in ("close", "cancel"):
            self.measure_ids.activity_unlink([_TODO])
            self.message_post(
                body=self.reason,
                author_id=self.env.user.partner_id.id,
                subtype_xmlid="mail.mt_note",
            )
        elif step == "check":
            self._plan_todo(self._words_for("check"))

    def _words_for(self, what, **told):
        """In the language of who is in charge."""
        worded = self.with_context(lang=self.responsible_id.lang).env
        if what == "asked":
            return worded._("The manufacturer asks for a plan: choose measures and begin")
        if what == "check":
            return worded._("See what came of the measures, and decide what follows")
        return worded._("Overdue: %(measure)s (%(who)s)", **told)

    def _plan_todo(self, words):
        """A to-do for who is responsible at the dealer."""
        if self.responsible_id:
            self.activity_schedule(
                _TODO,
                self.company_id._today_here(),
                user_id=self.responsible_id.id,
                summary=words,
            )

    # ------------------------------------------------------------ every night

    @api.model
    def _cron_follow(self, limit=100):
        """Measure what runs, and tell who is responsible of measures that run late.

        Those measured longest ago come first, so that a night that is too short starves none.
        """
        followed, cron, stored = [], self.env["ir.cron"], self.sudo()
        today = self.env.company._today_here()
        while plans := stored.search(
            [("stage", "in", RUNNING), ("id", "not in", followed)],
            order="measured_on NULLS FIRST, id",
            limit=limit,
        ):
            for plan in plans:
                plan._follow()
            followed += plans.ids
            left = [("stage", "in", RUNNING), ("id", "not in", followed)]
            left += ["|", ("measured_on", "=", False), ("measured_on", "<", today)]
            if not cron._commit_progress(len(plans), remaining=stored.search_count(left)):
                return
        cron._commit_progress(remaining=0)

    def _follow(self):
        """One plan; what fails is tried again by the next run."""
        try:
            with self.env.cr.savepoint():
                self._measure()
                self._remind()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("Improvement plan %s could not be followed", self.id)

    def _remind(self):
        """Of each overdue measure once a deadline."""
        late = self.measure_ids.filtered(
            lambda m: m.is_overdue and m.reminded_on != m.deadline_on
        )
        for measure in late:
            words = self._words_for("late", measure=measure.name, who=measure.user_id.name)
            self._plan_todo(words)
            measure._store({"reminded_on": measure.deadline_on})
