"""The steps of an assessment: draft → computed → shown to dealers → published (S9)."""

from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.crm_dealer_grading.tools.dialog import ask
from odoo.addons.crm_dealer_grading.tools.steps import check_at, reason_of, take
from odoo.addons.crm_dealer_grading.tools.touch import touch

from ...tools.canonical import canonical

# Step: (states it follows on, state it leads to, whether it needs a reason).
STEPS = {
    "compute": (("draft", "computed"), "computed", False),
    "show": (("computed",), "shown", False),
    "take_back": (("shown",), "computed", True),
    "publish": (("shown",), "published", False),
    "cancel": (("draft", "computed", "shown"), "cancelled", True),
}


class CrmAssessment(models.Model):
    _inherit = "crm.assessment"

    def action_show(self):
        """Show dealers their own results; from now on they may appeal."""
        return self._step("show")

    def action_publish(self):
        """Publish: nothing of it changes any more."""
        return self._step("publish")

    def action_take_back(self):
        """Take what was shown back, with a reason, to compute it anew."""
        return self._ask("take_back")

    def action_cancel(self):
        """Cancel with a reason."""
        return self._ask("cancel")

    def _ask(self, kind):
        self.ensure_one()
        self._check_manager()
        return ask("crm.assessment.dialog", self.env._("Reason"), assessment_id=self.id, kind=kind)

    @api.private
    def _step(self, step, reason=None):
        """Take assessments a step further; two at once meet at the rows.

        :param str step: a key of ``STEPS`` but ``compute``, which is ``compute()``
        :raise AccessError: the user is no manager of the manufacturer
        :raise UserError: the state or a condition does not fit; says what to do
        """
        self.check_access("read")
        self._check_manager()
        self._take(step)
        reason = reason_of(self, reason, STEPS[step][2])
        for assessment in self:
            values = getattr(assessment, f"_values_to_{step}")(reason)
            assessment._stepping().write({**values, "state": STEPS[step][1]})
            if reason:
                # sudo: a note about the user's own step.
                assessment.sudo().message_post(body=reason)
            if step in ("show", "publish"):
                assessment._tell_dealers(step)
        return True

    def _take(self, step):
        """Lock the rows, and refuse what the state does not allow."""
        take(self)
        for assessment in self:
            check_at(assessment, STEPS[step][0])

    def _values_to_show(self, _reason):
        touch(self.policy_id)  # who edits it at this instant is repeated
        # sudo: what it was computed by, for whoever shows it.
        if canonical(self.policy_id.sudo()._as_data()) != self.sudo().policy_json:
            raise UserError(
                self.env._(
                    "“%s” was changed since this was computed. Compute it anew.",
                    self.policy_id.display_name,
                )
            )
        today = self.company_id._today_here()
        days = self.policy_id.appeal_days
        return {"shown_on": today, "appeal_until": today + timedelta(days=days or -1)}

    def _values_to_take_back(self, _reason):
        if self.appeal_ids.filtered(lambda appeal: appeal.state == "filed"):
            raise UserError(self._open_appeals())
        # Another result is appealed against anew.
        self.appeal_ids._stepping().write({"is_current": False})
        return {"shown_on": False, "appeal_until": False}

    def _values_to_publish(self, _reason):
        today = self.company_id._today_here()
        if self.appeal_ids.filtered(lambda appeal: appeal.state == "filed"):
            raise UserError(self._open_appeals())
        if self.appeal_until and today <= self.appeal_until:
            raise UserError(
                self.env._(
                    "Dealers may appeal until %s. Publish the day after.",
                    format_date(self.env, self.appeal_until),
                )
            )
        if found := self._differences():
            raise UserError(
                self.env._(
                    "What is stored is not what the inputs give. Take it back and compute it "
                    "anew.\n%s",
                    "\n".join(found[:5]),
                )
            )
        # sudo: what was used is frozen by whoever publishes.
        self.policy_id.sudo()._mark_used()
        return {"published_on": self.env.cr.now(), "published_by_id": self.env.uid}

    def _values_to_cancel(self, reason):
        if self.appeal_ids.filtered(lambda appeal: appeal.state == "filed"):
            raise UserError(self._open_appeals())
        return {"cancel_reason": reason}

    def _open_appeals(self):
        return self.env._(
            "Appeals against “%s” are open: answer them first.", self.display_name
        )

    def _tell_dealers(self, step):
        """The manager of each dealer hears of the own result, in the own language."""
        # sudo: mails to managers of dealers, one for each result that they may read.
        for line in self.sudo().line_ids:
            manager = line.dealer_id._present_manager()
            if not manager:
                continue
            worded = line.with_context(lang=manager.lang)
            worded.message_notify(
                partner_ids=manager.partner_id.ids,
                subject=worded.display_name,
                body=worded._words_told(step),
            )

    # -- Job -------------------------------------------------------------------------------------

    @api.model
    def _cron_draft(self):
        """Make the drafts of the periods that have ended, where policies ask for it."""
        policies = self.env["crm.assessment.policy"].search(
            [
                ("auto_draft", "=", True),
                ("component_ids.role", "=", "part"),
                ("trial_of_id", "=", False),
            ]
        )
        made = self.browse()
        for policy in policies:
            here = self.with_company(policy.company_id)
            begin = here._last_period(policy.period_kind)
            same = [
                ("policy_code", "=", policy.code),
                ("company_id", "=", policy.company_id.id),
                ("period_kind", "=", policy.period_kind),
                ("begin", "=", begin),
            ]
            if not self.search_count(same, limit=1):
                made |= here._stepping().create({"policy_id": policy.id, "begin": begin})
        return made
