"""The steps of an audit: planned → in progress → done → released (S9)."""

from odoo import SUPERUSER_ID, Command, api, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_dealer_grading.tools.steps import check_at, reason_of, take
from odoo.addons.crm_dealer_grading.tools.touch import touch

from .crm_audit_guard import STEP

_TODO = "mail.mail_activity_data_todo"
# Step: (states it follows on, state it leads to, who takes it, whether it needs a reason).
STEPS = {
    "start": (("planned",), "in_progress", "mine", False),
    "finish": (("in_progress",), "done", "mine", False),
    "release": (("done",), "done", "releaser", False),
    "reopen": (("done",), "in_progress", "manager", True),
    "cancel": (("planned", "in_progress"), "cancelled", "mine", True),
}


class CrmAudit(models.Model):
    _inherit = "crm.audit"

    # ------------------------------------------------------------ buttons

    def action_start(self):
        """Begin: the items of the checklist are there to be scored."""
        self._step("start")
        return self.action_next_item() if len(self) == 1 else True

    def action_finish(self):
        """All items are scored: the audit is kept as it is."""
        return self._step("finish")

    def action_release(self):
        """The dealer's manager reads the result from now on."""
        return self._step("release")

    def action_reopen(self):
        """The manufacturer's manager opens an audit again that is not released."""
        return self._ask("reopen")

    def action_cancel(self):
        """The audit does not take place."""
        return self._ask("cancel")

    def _ask(self, step):
        self.ensure_one()
        self._check_may_step(step)
        return self.env["crm.audit.dialog"]._open(self, step)

    # ------------------------------------------------------------ the one method

    @api.private
    def _step(self, step, reason=None):
        """Take audits a step further; two at once: the second sees what the first one did.

        :param str step: a key of ``STEPS``
        :param str reason: in words, where the step needs it
        :raise AccessError: it is not the user's step, superuser or not
        :raise UserError: the state or a condition does not fit; says what to do
        """
        self._check_may_step(step)
        take(self)
        before, state, _who, needs_reason = STEPS[step]
        reason = reason_of(self, reason, needs_reason)
        for audit in self.sudo():  # sudo: the right to the step was checked
            check_at(audit, before)
            if state != before[0] and audit.released_on:
                raise UserError(
                    self.env._(
                        "“%s” is not in the state for this any more. Reload the page.",
                        audit.display_name,
                    )
                )
            getattr(audit, f"_before_{step}")()
            audit._store({**audit._step_values(step), "state": state})
            audit.activity_unlink([_TODO])
            if reason:
                audit.message_post(body=reason, author_id=self.env.user.partner_id.id)
            if step == "release":
                audit._tell_dealer()
        return True

    def _check_may_step(self, step):
        """:raise AccessError: for everybody but those whose step it is"""
        self._check_audits()
        self.check_access("write")
        who = STEPS[step][2]
        if who == "mine":
            self._check_mine()
        elif who == "manager" and not self._manages():
            raise AccessError(self.env._("The manufacturer's manager does that. Ask that person."))
        elif who == "releaser":
            self._check_releases()

    def _check_releases(self):
        """A mystery visit is released by the manager, who reads it first."""
        if self._manages():
            return
        self._check_mine()
        if any(audit.sudo().kind == "mystery" for audit in self):
            raise AccessError(
                self.env._("The manufacturer's manager releases mystery visits. Tell that person.")
            )

    def _step_values(self, step):
        today = self.company_id._today_here()
        return {
            "start": {"started_on": today},
            "finish": {"done_on": today},
            "release": {"released_on": today, "released_by_id": self.env.uid},
            "reopen": {"done_on": False},
        }.get(step, {})

    # ------------------------------------------------------------ conditions

    def _before_start(self):
        """Write the answers that are to be given; the checklist is frozen."""
        touch(self.checklist_id)
        items = self.checklist_id.item_ids.sorted(
            lambda i: (i.section_id.sequence, i.section_id.id, i.sequence, i.id)
        )
        if not items:
            raise UserError(
                self.env._(
                    "“%s” has no items. Let the manufacturer's manager complete it, or choose "
                    "another checklist.",
                    self.checklist_id.display_name,
                )
            )
        if not self.dealer_id.active:
            raise UserError(
                self.env._("%s is archived. Cancel the audit.", self.dealer_id.name)
            )
        self.checklist_id._use(self.company_id._today_here())
        self.with_context(crm_audit_step=STEP).write(
            {
                "score_ids": [Command.create({"section_id": s.id}) for s in items.section_id],
                "answer_ids": [
                    Command.create({"item_id": item.id, "place": place})
                    for place, item in enumerate(items, 1)
                ],
            }
        )

    def _before_finish(self):
        """:raise UserError: an item is open, or a photo that is required is missing"""
        unscored = self.answer_ids.filtered(lambda answer: answer.state == "open")
        if unscored:
            raise UserError(
                self.env._(
                    "%(count)s items are still open, the first one: “%(item)s”. Score them or mark "
                    "them as not applicable.",
                    count=len(unscored),
                    item=unscored.sorted("place")[0].name,
                )
            )
        if bare := self.answer_ids.filtered("photo_missing").sorted("place"):
            raise UserError(
                self.env._(
                    "%(count)s photos are missing, the first one for “%(item)s”. Take them.",
                    count=len(bare),
                    item=bare[0].name,
                )
            )
        if not self.has_score:
            raise UserError(
                self.env._("Nothing of the checklist applies. Cancel the audit instead.")
            )

    def _before_release(self):
        if self.released_on:
            raise UserError(self.env._("“%s” is released already.", self.display_name))

    def _before_reopen(self):
        """Released results are not taken back: ``_step`` has checked that."""

    def _before_cancel(self):
        """Nothing to check: what was noted stays for the manufacturer to read."""

    def _tell_dealer(self):
        """A to-do for the dealer's manager, by nobody in particular: who it was stays unsaid."""
        manager = self.dealer_id._present_manager()
        if not manager:
            return
        dealer = self.dealer_id.with_user(SUPERUSER_ID).with_context(lang=manager.lang)
        dealer.activity_schedule(
            _TODO,
            self.company_id._today_here(),
            user_id=manager.id,
            summary=dealer.env._("Read the audit result %s", self.name),
        )
