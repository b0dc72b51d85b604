"""The steps of a plan: plan → do → check → act → closed; or cancelled (S6)."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_dealer_grading.tools.dialog import ask
from odoo.addons.crm_dealer_grading.tools.steps import check_at, take

from .crm_improvement_plan import CONCLUSIONS, RUNNING

# Step: (stages it follows on, stage it leads to, whether it needs words).
STEPS = {
    "start": (("plan",), "do", False),
    "check": (("do",), "check", False),
    "act": (("check",), "act", False),
    "close": (("act",), "closed", True),
    "cancel": (RUNNING, "cancelled", True),
}


class CrmImprovementPlan(models.Model):
    _inherit = "crm.improvement.plan"

    # ------------------------------------------------------------ buttons

    def action_start(self):
        """The measures are carried out."""
        return self._step("start")

    def action_check(self):
        """The measures are carried out; see what came of them."""
        return self._step("check")

    def action_act(self):
        """The effect is known; decide what follows."""
        return self._step("act")

    def action_close(self):
        """Standardise, another round, or give up."""
        return self._ask("close")

    def action_cancel(self):
        """Not to be carried out."""
        return self._ask("cancel")

    def _ask(self, kind):
        self.ensure_one()
        self._check_may_step(kind)
        return ask(
            "crm.improvement.dialog",
            self.env._("Close the Plan")
            if kind == "close"
            else self.env._("Cancel the Plan"),
            plan_id=self.id,
            kind=kind,
        )

    # ------------------------------------------------------------ the one method

    @api.private
    def _step(self, step, reason=None, conclusion=None):
        """Take plans a step further.

        Two at once: the second is repeated by the server, and sees what the first one did.

        :param str step: a key of ``STEPS``
        :param str reason: the words that *close* and *cancel* need
        :param str conclusion: of ``CONCLUSIONS``, for *close*
        :return: the plan of the next round where there is one, else True
        :raise AccessError: it is not the user's step, superuser or not
        :raise UserError: the stage or a condition does not fit; says what to do
        """
        self._check_may_step(step)
        take(self)
        _before, stage, needs_words = STEPS[step]
        reason = (reason or "").strip()
        if needs_words and not reason:
            raise UserError(self.env._("Say why, in words."))
        if step == "close" and conclusion not in dict(CONCLUSIONS):
            raise UserError(self.env._("Choose what follows: standard, another round, give up."))
        for plan in self.sudo():  # sudo: conditions hold whoever asks
            plan._check_ready(step)
        for plan in self:
            if step == "close":
                plan.sudo()._measure()  # for the last time
            words = {"reason": reason, "conclusion": conclusion} if needs_words else {}
            plan._store({**words, **plan._step_values(step), "stage": stage})
        for plan in self.sudo():  # sudo: figures and to-dos follow the step whoever took it
            plan._measure()
            plan._after_step(step)
        again = step == "close" and conclusion == "again"
        return self._next_round() if again else True

    def _check_ready(self, step):
        """:raise UserError: the plan is at another stage, or something is missing"""
        check_at(self, STEPS[step][0], "stage")
        refuse = getattr(self, f"_refuse_to_{step}", None)
        if refuse and (missing := refuse()):
            raise UserError(
                self.env._(
                    "“%(plan)s” is not ready for this step. Still missing: %(missing)s.",
                    plan=self.display_name,
                    missing="; ".join(missing),
                )
            )

    def _check_may_step(self, step):
        if step != "cancel":
            return self._check_manages(RUNNING + ("closed", "cancelled"))
        for plan in self:
            if not plan._may_cancel():
                raise AccessError(
                    self.env._(
                        "“%s” is cancelled by the dealer's manager; one that the manufacturer "
                        "asked for by who asked, or the manufacturer's manager.",
                        plan.sudo().display_name,
                    )
                )
        return None

    # ------------------------------------------------------------ conditions: what is missing

    def _refuse_to_start(self):
        missing = []
        if not self.item_ids:
            missing.append(self.env._("a weak item"))
        missing += [
            self.env._("target of “%s”", item.label) for item in self.item_ids if not item.target
        ]
        if not (self.after_from and self.after_until):
            missing.append(self.env._("the period after"))
        if not self.measure_ids:
            missing.append(self.env._("a measure"))
        missing += [
            self.env._("who is in charge of “%s”, begin and deadline", measure.name)
            for measure in self.measure_ids
            if not (measure.user_id and measure.begin_on and measure.deadline_on)
        ]
        return missing

    def _refuse_to_check(self):
        missing = [
            self.env._("“%s” done or dropped", measure.name)
            for measure in self.measure_ids
            if measure.state in ("todo", "doing")
        ]
        self._measure()
        total = self.effect_ids.filtered("is_total")
        needed = self.programme_id.min_answers
        # Where nobody is asked any more none is to come: the verdict is “few”.
        over = self.after_until <= self.company_id._today_here()
        asked = self.version_id.state == "current" or not over
        if asked and total.after_count < needed:
            missing.append(
                self.env._(
                    "answers from %(begin)s to before %(until)s: %(count)s of %(needed)s",
                    begin=self.after_from,
                    until=self.after_until,
                    count=total.after_count,
                    needed=needed,
                )
            )
        return missing

    def _refuse_to_act(self):
        """Looking until the figures please would find an effect by chance."""
        if self.after_until <= self.company_id._today_here():
            return []
        return [
            self.env._(
                "the end of the period after (%s). Wait for it",
                self.after_until,
            )
        ]

    # ------------------------------------------------------------ what is written with a step

    def _step_values(self, step):
        plan = self.sudo()
        today = plan.company_id._today_here()
        if step == "start":
            return {"started_on": today}
        if step in ("close", "cancel"):
            return {"closed_on": today, "closed_by_id": self.env.uid}
        return {}

    def _next_round(self):
        """The plan that goes on where this one ended: its after is the next one's before.

        It is about the questionnaire in use; of another one there are no answers in that period.
        """
        self.ensure_one()
        plan = self.sudo()  # sudo: a copy for the same dealer, by its manager
        version = plan.programme_id.current_version_id or plan.version_id
        items = {item: item._again(version) for item in plan.item_ids}
        vals = {
            "subject": plan.subject,
            "goal": plan.goal,
            "dealer_id": plan.dealer_id.id,
            "company_id": plan.company_id.id,
            "responsible_id": (plan.responsible_id & plan.dealer_id.user_ids).id,
            "version_id": version.id,
            "previous_id": plan.id,
            "round": plan.round + 1,
            "item_ids": [(0, 0, row) for row in items.values() if row],
        }
        if version == plan.version_id:
            vals |= {"before_from": plan.after_from, "before_until": plan.after_until}
        made = self._make([vals])
        plan.message_post(body=self.env._("Goes on in %s.", made.sudo().name))
        if gone := [item.label for item, row in items.items() if not row]:
            made.sudo().message_post(
                body=self.env._(
                    "%(version)s does not ask about “%(items)s” any more.",
                    version=version.display_name,
                    items=", ".join(gone),
                )
            )
        return made
