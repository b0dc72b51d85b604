"""The steps of a plan: draft → submitted → approved → running → closed (S8)."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_dealer_grading.tools.dialog import ask
from odoo.addons.crm_dealer_grading.tools.steps import check_at, reason_of, take

# Step: (states it follows on, state it leads to, who takes it, whether it needs a reason).
STEPS = {
    "submit": (("draft",), "submitted", "author", False),
    "withdraw": (("submitted",), "draft", "author", False),
    "approve": (("submitted",), "approved", "approver", False),
    "return": (("submitted",), "draft", "manager", True),
    "start": (("approved",), "running", "author", False),
    "amend": (("approved", "running"), "draft", "manager", True),
    "close": (("running",), "closed", "manager", False),
}


class CrmYearPlan(models.Model):
    _inherit = "crm.year.plan"

    # ------------------------------------------------------------ buttons

    def action_submit(self):
        """The author hands the plan to the manufacturer's manager."""
        return self._step("submit")

    def action_withdraw(self):
        """The author takes a submitted plan back."""
        return self._step("withdraw")

    def action_approve(self):
        """The manufacturer's manager approves; the targets hold from now on."""
        return self._step("approve")

    def action_return(self):
        """The manufacturer's manager gives the plan back, and says why."""
        return self._ask("return")

    def action_start(self):
        """The year begins: the plan is carried out."""
        return self._step("start")

    def action_amend(self):
        """The manufacturer's manager opens a plan in force again, and says why."""
        return self._ask("amend")

    def action_close(self):
        """The year was reviewed: the plan is closed."""
        return self._step("close")

    def action_review(self):
        """Ask for the period that is reviewed."""
        self.ensure_one()
        self._check_may_review()
        return self._open_dialog("review", self.env._("Review"))

    def _ask(self, kind):
        self._check_may_step(kind)
        kinds = self.env["crm.year.plan.dialog"]._fields["kind"]
        return self._open_dialog(kind, dict(kinds._description_selection(self.env))[kind])

    def _open_dialog(self, kind, name):
        self.ensure_one()
        return ask("crm.year.plan.dialog", name, plan_id=self.id, kind=kind)

    # ------------------------------------------------------------ the one method

    @api.private
    def _step(self, step, reason=None):
        """Take plans a step further.

        Two at once: the second is repeated by the server, and sees what the first one did.

        :param str step: a key of ``STEPS``
        :param str reason: why, in words, where the step needs it
        :raise AccessError: it is not the user's step, superuser or not
        :raise UserError: the state or a condition does not fit; says what to do
        """
        self._check_may_step(step)
        take(self)
        before, state, _who, needs_reason = STEPS[step]
        reason = reason_of(self, reason, needs_reason)
        for plan in self:
            check_at(plan, before)
            if refusal := plan.sudo()._refusal(step):
                raise UserError(refusal)
        for plan in self:
            known = {"reason": reason} if needs_reason else {}
            plan._store({**plan._step_values(step), **known, "state": state})
            # sudo: to-dos and targets follow the step whoever took it.
            plan.sudo()._after_step(step)
        return True

    # ------------------------------------------------------------ who

    def _check_may_step(self, step):
        """:raise AccessError: for everybody but those whose step it is"""
        self.check_access("read")
        who = STEPS[step][2]
        for plan in self:
            if not getattr(plan, f"_is_{who}")():
                raise AccessError(plan._step_refusal(who))

    def _step_refusal(self, who):
        if who == "author":
            return self._not_yours()
        if self._is_manager():
            return self.env._(
                "You wrote in “%s” yourself: another manager of the manufacturer approves it.",
                self.sudo().name,
            )
        return self.env._("A manager of the manufacturer does this. Tell that person.")

    # ------------------------------------------------------------ conditions

    def _refusal(self, step):
        """Why the plan may not take the step, in words that say what to do; else None."""
        check = getattr(self, f"_refuse_to_{step}", None)
        return check() if check else None

    def _refuse_to_submit(self):
        if self.target_ids:
            return None
        return self.env._(
            "“%s” has no target yet. Use “Propose Targets”, or enter them.", self.name
        )

    def _refuse_to_start(self):
        if self.company_id._today_here().year >= self.year:
            return None
        return self.env._("%s has not begun. Start the plan in January.", self.year)

    def _refuse_to_close(self):
        if any(review.phase == "year" and review.confirmed_on for review in self.review_ids):
            return None
        return self.env._(
            "Review the whole year first: “Review”, period “Year”, and confirm the review."
        )

    # ------------------------------------------------------------ what follows a step

    def _step_values(self, step):
        today = self.sudo().company_id._today_here()
        return {
            "submit": {"submitted_on": today, "submitted_by_id": self.env.uid, "reason": False},
            "approve": {"approved_on": today, "approved_by_id": self.env.uid},
            "close": {"closed_on": today},
        }.get(step, {})

    def _after_step(self, step):
        """Tell whose turn it is; approved targets hold. Called with all rights."""
        if step == "approve":
            self._put_in_force()
        self.activity_unlink(["mail.mail_activity_data_todo"])
        writer = self.submitted_by_id
        # In the language of who has the to-do.
        worded = self.with_context(lang=writer.lang).env
        summary = {
            "return": worded._("Plan returned: work it over"),
            "approve": worded._("Plan approved: carry it out"),
            "amend": worded._("Plan opened again: change and submit it"),
        }.get(step)
        if summary and writer.active:
            self.activity_schedule(
                "mail.mail_activity_data_todo", summary=summary, note=self.reason or "",
                user_id=writer.id,
            )  # fmt: skip
