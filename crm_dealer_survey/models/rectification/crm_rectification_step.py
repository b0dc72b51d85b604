"""The steps of a notice: draft → issued → in work → reported → called again → closed (S4).

One method takes each of them, and checks who asks, the state it follows on, and what must hold.
"""

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_dealer_grading.tools.dialog import ask
from odoo.addons.crm_dealer_grading.tools.steps import check_at, reason_of, take

from .crm_rectification import OPEN
from .crm_rectification_guard import CALL_CENTRE, DEALER_MANAGER

# Step: (states it follows on, state it leads to, who takes it, whether it needs a reason).
STEPS = {
    "issue": (("draft",), "issued", "author", False),
    "accept": (("issued",), "in_work", "manager", False),
    "refuse": (("issued",), "refused", "manager", True),
    "insist": (("refused",), "issued", "issuer", True),
    "report": (("in_work",), "reported", "manager", False),
    "send_back": (("reported", "recalled"), "in_work", "issuer", True),
    "recall": (("reported",), "recalled", "caller", False),
    "dissatisfied": (("reported",), "in_work", "caller", True),
    "close": (("reported", "recalled"), "closed", "issuer", False),
    "reopen": (("closed",), "in_work", "issuer", True),
    "cancel": (("draft", *OPEN), "cancelled", "issuer", True),
}


class CrmRectification(models.Model):
    _inherit = "crm.rectification"

    # ------------------------------------------------------------ buttons

    def action_issue(self):
        """Issue a draft: the dealer gets it, with the deadline."""
        return self._step("issue")

    def action_accept(self):
        """The dealer's manager takes it up."""
        return self._step("accept")

    def action_report(self):
        """The dealer's manager reports that the problem is put right."""
        return self._step("report")

    def action_close(self):
        """The issuer closes what the customer confirms."""
        return self._step("close")

    def action_refuse(self):
        """The dealer's manager says why the notice is not right."""
        return self._ask("refuse")

    def action_insist(self):
        """The issuer keeps a refused notice up."""
        return self._ask("insist")

    def action_send_back(self):
        """The issuer wants more than was reported."""
        return self._ask("send_back")

    def action_reopen(self):
        """The issuer opens a closed notice again."""
        return self._ask("reopen")

    def action_cancel(self):
        """The issuer takes the notice back."""
        return self._ask("cancel")

    def action_recall(self):
        """Enter what the customer said when called again."""
        return self._ask("recall")

    def _ask(self, kind):
        self.ensure_one()
        self._check_may_step(kind)
        if refusal := self.sudo()._refusal(kind):
            raise UserError(refusal)
        kinds = self.env["crm.rectification.dialog"]._fields["kind"]
        return ask(
            "crm.rectification.dialog",
            dict(kinds._description_selection(self.env))[kind],
            rectification_id=self.id,
            kind=kind,
        )

    # ------------------------------------------------------------ the one method

    @api.private
    def _step(self, step, reason=None, **vals):
        """Take notices a step further.

        Two at once: the second is repeated by the server, and sees what the first one did.

        :param str step: a key of ``STEPS``
        :param str reason: why, in words, where the step needs it
        :param vals: written together with it
        :raise AccessError: it is not the user's step, superuser or not
        :raise UserError: the state or a condition does not fit; says what to do
        """
        self._check_may_step(step)
        take(self)
        before, state, _who, needs_reason = STEPS[step]
        reason = reason_of(self, reason, needs_reason)
        for notice in self:
            check_at(notice, before)
            if refusal := notice.sudo()._refusal(step):
                raise UserError(refusal)
        for notice in self:
            known = {"reason": reason} if needs_reason else {}
            notice._store({**known, **notice.sudo()._step_values(step), **vals, "state": state})
        for notice in self:
            # sudo: to-dos, mails and calls follow the step whoever took it.
            notice.sudo()._after_step(step)
        return True

    # ------------------------------------------------------------ who

    def _check_may_step(self, step):
        """:raise AccessError: for everybody but those whose step it is"""
        self.check_access("read")
        who = STEPS[step][2]
        for notice in self:
            if not getattr(notice, f"_is_{who}")():
                raise AccessError(notice._step_refusal(who))

    def _is_author(self):
        return self._may_issue()

    def _is_manager(self):
        return self._is_own_dealer() and self.env.user.has_group(DEALER_MANAGER)

    def _is_caller(self):
        """The call centre or the issuer; never who works at a dealer."""
        user = self.env.user
        if user.dealer_scoped:
            return False
        return user.has_group(CALL_CENTRE) or self._is_issuer()

    def _step_refusal(self, who):
        notice = self.sudo()
        if who == "manager":
            return self.env._(
                "The manager of %s does this. Tell that person.", notice.dealer_id.name
            )
        if who == "caller":
            return self.env._("The call centre, or who issued the notice, calls the customer.")
        if not notice.issuer_id:
            return self.env._("An auditor or manager of the manufacturer does this.")
        return self.env._(
            "Only %s, who issued the notice, does this. When that person has left, the "
            "manufacturer's manager does.",
            notice.issuer_id.name,
        )

    # ------------------------------------------------------------ conditions

    def _refusal(self, step):
        """Why the notice may not take the step, in words that say what to do; else None."""
        check = getattr(self, f"_refuse_to_{step}", None)
        return check() if check else None

    def _refuse_to_issue(self):
        today = self.company_id._today_here()
        if not self.dealer_id.active:
            return self.env._("%s is archived. Choose another dealer.", self.dealer_id.name)
        if self.deadline_on and self.deadline_on < today:
            return self.env._(
                "The deadline of “%s” has passed. Choose a later one, or leave it empty.",
                self.display_name,
            )
        return None

    def _refuse_to_refuse(self):
        """Insisted on it gets a new deadline: the one that was missed would count no more."""
        if not self.is_overdue:
            return None
        return self.env._(
            "The deadline of “%(notice)s” has passed: it can no longer be refused. Accept it and "
            "report; if it is not right, write to %(issuer)s below, who can cancel it.",
            notice=self.display_name,
            issuer=self.issuer_id.name or self.env._("the manufacturer"),
        )

    def _refuse_to_report(self):
        missing = []
        if not (self.cause_analysis or "").strip():
            missing.append(self.env._("the cause"))
        if not self.measure_ids:
            missing.append(self.env._("a measure"))
        proven = self.measure_ids._proven()
        for measure in self.measure_ids:
            if not measure.done_on or measure not in proven:
                missing.append(self.env._("proof and day of “%s”", measure.name))
        if not missing:
            return None
        return self.env._(
            "“%(notice)s” cannot be reported yet. Still missing: %(missing)s.",
            notice=self.display_name,
            missing=", ".join(missing),
        )

    def _refuse_to_close(self):
        if self.state == "recalled" or not self._recall_wanted():
            return None
        return self.env._(
            "The customer of “%s” has to be called again first: wait for the call centre, or "
            "enter the result with “Call Result”.",
            self.display_name,
        )

    # ------------------------------------------------------------ what is written with a step

    def _step_values(self, step):
        today = self.company_id._today_here()
        values = {
            "issue": lambda: {
                "issuer_id": self.env.uid,
                "issued_on": today,
                "deadline_on": self.deadline_on or self._deadline(today),
                "name": self._next_number(),
            },
            "accept": lambda: {"accepted_on": today, "accepted_by_id": self.env.uid},
            "insist": lambda: {"deadline_on": self._deadline(today)},
            "report": lambda: {
                "reported_on": today, "reported_by_id": self.env.uid, "verdict": False,
                "report_count": self.report_count + 1,
            },
            "send_back": lambda: {"deadline_on": self._deadline(today)},
            "dissatisfied": lambda: self._values_again(today),
            "reopen": lambda: self._values_again(today),
            "close": lambda: {"closed_on": today, "closed_by_id": self.env.uid},
        }  # fmt: skip
        return values[step]() if step in values else {}

    def _values_again(self, today):
        return {
            "reopen_count": self.reopen_count + 1,
            "deadline_on": self._deadline(today),
            "closed_on": False,
            "closed_by_id": False,
        }

    def _next_number(self):
        sequence = self.env["ir.sequence"].with_company(self.company_id)
        return sequence.next_by_code("crm.rectification")
