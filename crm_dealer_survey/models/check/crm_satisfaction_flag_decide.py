from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_dealer_grading.tools.dialog import ask

from ..programme.crm_satisfaction_version_step import MANAGER


class CrmSatisfactionFlag(models.Model):
    """What a person makes of a suspicion; nothing is left out by itself."""

    _inherit = "crm.satisfaction.flag"

    @api.model
    def _is_decider(self):
        return self.env.user.has_group(MANAGER) and not self.env.user.dealer_scoped

    @api.private
    def _confirm(self, reason, told=None):
        """Take the suspicion as proved.

        :param str reason: for whoever looks at the flag later
        :param str told: leave the answers out, with this in their history, which dealers read;
            None leaves them in
        :raise AccessError: by anybody but the manufacturer's manager
        :raise UserError: without a reason, or nothing is left to decide
        """
        self._decide("confirmed", reason)
        if told is not None:
            counted = self.user_input_id.filtered(lambda answer: not answer.satisfaction_excluded)
            if counted:
                counted._exclude(told)

    @api.private
    def _dismiss(self, reason, told=None):
        """Take the suspicion as refuted; the same evidence is not brought up again.

        :param str told: let answers that were left out count again, with this in their history
        """
        self._decide("dismissed", reason)
        if told is not None:
            excluded = self.user_input_id.filtered("satisfaction_excluded")
            if excluded:
                excluded._readmit(told)

    def action_reopen(self):
        """Take decisions back; what is no longer found is withdrawn."""
        self._check_may_decide()
        decided = self.filtered(lambda flag: flag.state in ("confirmed", "dismissed"))
        for flag in decided:
            flag._set("withdrawn" if flag.gone_on else "new", False)
        return True

    def _decide(self, state, reason):
        self._check_may_decide()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why, for whoever looks at the flag later."))
        if done := self.filtered(lambda flag: flag.state in (state, "withdrawn")):
            raise UserError(
                self.env._(
                    "“%s” was decided or withdrawn meanwhile. Reload the page.",
                    done[0].display_name,
                )
            )
        self._set(state, reason.strip())
        self.sudo()._pass_todos()  # sudo: to-dos of the manufacturer's

    def _set(self, state, reason):
        # sudo: nobody writes flags by hand; the right to decide was checked.
        self.sudo().write(
            {
                "state": state,
                "reason": reason,
                "decided_by_id": bool(reason) and self.env.uid,
                "decided_on": bool(reason) and fields.Datetime.now(),
            }
        )

    def _check_may_decide(self):
        self.check_access("read")
        if not self._is_decider():
            raise AccessError(
                self.env._(
                    "Only the manufacturer's manager decides on suspicions. Ask that person."
                )
            )

    # -- Dialogs -----------------------------------------------------------------------------

    def action_leave_out(self):
        """Ask why, then confirm and leave the answers out."""
        return self._ask("leave_out")

    def action_confirm(self):
        """Ask why, then confirm; the answers go on counting."""
        return self._ask("confirm")

    def action_dismiss(self):
        """Ask why, then dismiss."""
        return self._ask("dismiss")

    def action_count_again(self):
        """Ask why, then dismiss and let the answers count again."""
        return self._ask("count_again")

    def _ask(self, decision):
        self._check_may_decide()
        return ask(
            "crm.satisfaction.flag.decision",
            self.env._("Decide on Suspicions"),
            decision=decision,
            flag_ids=self.ids,
        )
