"""The daily run: find what is due, send it (M5)."""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import mute_logger

from odoo.addons.crm_dealer_grading.tools.again import again
from odoo.addons.crm_dealer_grading.tools.notification import notification

_logger = logging.getLogger(__name__)
_OEM_MANAGER = "crm_dealer_grading.group_oem_manager"


class CrmCareRule(models.Model):
    _inherit = "crm.care.rule"

    def run(self, date=None):
        """Find what is due by these rules, or all, and send what is planned (M5).

        Each customer gets each due date of a rule once, whatever runs twice, at the same time or
        is killed. Batches are committed.

        :param date: the day to run for (a date or its ISO text); default today at the company
        :raise AccessError: the user may not run these rules
        :raise UserError: a user asks for another day than today: limits are those of the day
        """
        self._check_may_run()
        day = fields.Date.to_date(date)
        if day and not self.env.su and any(day != rule._today() for rule in self or [self]):
            raise UserError(
                self.env._("Rules run for today. Use the preview to see what another day brings.")
            )
        # sudo: who may run a rule may have done what it says for all of its audience.
        rules = self.sudo() or self.sudo().search([("active", "=", True)])
        rules._find_all(day)
        # Whoever runs some rules does not send what others have planned for other customers.
        reminders = self.env["crm.care.reminder"].sudo()
        return reminders._send_all(day or self[:1]._today(), rules=self)

    def _check_may_run(self):
        if self.env.su or self.env.user.has_group(_OEM_MANAGER):
            return
        if not self:
            raise AccessError(
                self.env._("Choose the rules to run: only the manufacturer's manager runs all.")
            )
        self.check_access("write")

    def _today(self):
        """Today at the rule's company."""
        return (self.company_id or self.env.company)._today_here()

    def _find_all(self, date=None):
        """Find what is due by each rule and commit, rule by rule."""
        for rule in self.filtered("active"):
            rule._find_guarded(date or rule._today())
            self.env["ir.cron"]._commit_progress(remaining=0)

    def _find_guarded(self, day):
        """Find; where another worker just did so, it has found the same."""
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                count = self._find(day)
            _logger.info("Care rule %s: %s reminders for %s", self.id, count, day)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            self.env.cr.rollback()
            _logger.info("Care rule %s: another worker looks for what is due", self.id)
        except Exception:
            # One rule that cannot be computed does not stop the others.
            self.env.invalidate_all(flush=False)
            _logger.exception("Care rule %s: what is due for %s cannot be found", self.id, day)

    @api.model
    def _cron_run(self):
        """Every hour: find once a day what is due, send what is allowed at this hour."""
        rules = self.search([("active", "=", True)])
        todo = rules.filtered(lambda rule: not rule.last_run or rule.last_run < rule._today())
        todo._find_all()
        reminders = self.env["crm.care.reminder"]
        again(self.env, reminders._note_undelivered, "Care")
        self.env["ir.cron"]._commit_progress(remaining=0)
        reminders._send_all(self._today())

    def action_run_now(self):
        """Run these rules in the background."""
        self._check_may_run()
        if not self.filtered("active"):
            raise UserError(self.env._("An archived rule does not run. Unarchive it first."))
        # sudo: who may run the rule may have the job called. Days that were missed are caught up.
        for rule in self.sudo().filtered("last_run"):
            rule.last_run = min(rule.last_run, rule._today() - timedelta(days=1))
        self.env.ref("crm_dealer_club.ir_cron_care").sudo()._trigger()
        message = self.env._("The rule runs within a minute. Quiet hours hold: see its reminders.")
        return notification(message, then=None)

    def write(self, vals):
        """A rule that rested does not catch up on what was due meanwhile."""
        if vals.get("active") and (rested := self.filtered(lambda rule: not rule.active)):
            super(CrmCareRule, rested).write({**vals, "last_run": False})
            return super(CrmCareRule, self - rested).write(vals)
        return super().write(vals)

    def action_open_reminders(self):
        """Open the reminders of the rule."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_club.crm_care_reminder_action"
        )
        action.update(domain=[("rule_id", "=", self.id)], context={"create": False})
        return action
