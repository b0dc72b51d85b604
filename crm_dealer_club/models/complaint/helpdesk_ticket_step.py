"""The steps of a complaint: receive → analyse → solve → call back → closed (M7)."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_dealer_grading.tools.dialog import ask

# Opened again by what the customer says, not by dragging a card.
_AGAIN = ("call_back", "closed")


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    reopen_reason = fields.Text(
        string="Reason for Reopening", readonly=True, copy=False, help="The last one."
    )

    @api.model
    def _step_fields(self):
        return super()._step_fields() | {"reopen_reason"}

    @api.model
    def _crm_steps(self):
        return {
            **super()._crm_steps(),
            "complaint": {
                "analyse": ("receive", *_AGAIN),
                "solve": ("analyse",),
                "call_back": ("solve",),
                "closed": ("call_back",),
            },
        }

    # ------------------------------------------------------------ buttons

    def action_complaint_analyse(self):
        """Take it up: who does so is responsible, unless somebody is."""
        return self._crm_step("analyse")

    def action_complaint_answered(self):
        """The customer was answered by phone: what was said is asked for."""
        return self._ask_complaint("answered")

    def action_complaint_solve(self):
        """The cause is known; work on the solution begins."""
        return self._crm_step("solve")

    def action_complaint_solved(self):
        """The solution is there: the customer reads it, and is called back."""
        return self._crm_step("call_back")

    def action_complaint_close(self):
        """Close what the customer is satisfied with, or who could not be reached."""
        return self._crm_step("closed")

    def action_complaint_reopen(self, reason=None):
        """Open a closed complaint again; the clock of the solution begins anew.

        :param str reason: why, in words; without it the dialog asks
        """
        if not isinstance(reason, str) or not reason.strip():
            return self._ask_complaint("reopen")
        self._crm_check_may_step()
        for ticket in self:
            if ticket.crm_step != "closed":
                raise UserError(
                    self.env._("“%s” is open. Take its next step.", ticket.display_name)
                )
        return self._complaint_again(reason)

    def _complaint_again(self, reason):
        """Back to the analysis, counted, with the reason among the messages."""
        self._store({"reopen_reason": reason.strip()})
        self._crm_step("analyse")
        for ticket in self.sudo():
            ticket.message_post(
                body=self.env._("Reopened: %s", reason.strip()), subtype_xmlid="mail.mt_note"
            )
        return True

    def _ask_complaint(self, kind):
        self.ensure_one()
        return ask(
            "crm.complaint.step",
            dict(
                self.env["crm.complaint.step"]._fields["kind"]._description_selection(self.env)
            )[kind],
            ticket_id=self.id,
            kind=kind,
        )

    # ------------------------------------------------------------ conditions

    def _crm_refusal(self, step):
        if self.crm_kind != "complaint":
            return super()._crm_refusal(step)
        check = getattr(self, f"_complaint_refuse_{step}", None)
        return (check and check()) or super()._crm_refusal(step)

    def _complaint_refuse_analyse(self):
        if self.crm_step in _AGAIN and not self.reopen_reason:
            return self.env._(
                "“%s” is solved. Use “Call Back” if the customer is not satisfied, or “Reopen” "
                "with the reason.",
                self.display_name,
            )
        return None

    def _complaint_refuse_solve(self):
        if not self.category_id:
            return self.env._("Enter the cause of “%s” first.", self.display_name)
        return None

    def _complaint_refuse_call_back(self):
        if missing := self._complaint_missing():
            return self.env._(
                "“%(complaint)s” is not solved yet. Still missing: %(missing)s.",
                complaint=self.display_name,
                missing=", ".join(missing),
            )
        return None

    def _complaint_missing(self):
        """What a solved complaint has and this one does not, in words."""
        missing = []
        if not self.date_answered:
            missing.append(self.env._("the first answer to the customer"))
        if not self.category_id:
            missing.append(self.env._("the cause"))
        if not self.liable:
            missing.append(self.env._("who is responsible for it"))
        if not (self.solution or "").strip():
            missing.append(self.env._("the solution"))
        if not self._compensation_settled():
            missing.append(self.env._("the approval of the compensation"))
        return missing

    def _complaint_refuse_closed(self):
        # Once more: a compensation may have been entered since it was solved.
        if refusal := self._complaint_refuse_call_back():
            return refusal
        calls = self.company_id.sudo().complaint_unreached_calls
        if self.call_back_result == "satisfied":
            return None
        if self.call_back_result == "unreached" and self.call_back_count >= calls:
            return None
        refusal = self.env._(
            "Call the customer of “%(complaint)s” back first and enter the result with “Call "
            "Back”. After %(calls)s calls without an answer it can be closed.",
            complaint=self.display_name,
            calls=calls,
        )
        return " ".join(filter(None, (refusal, self._next_call_words())))

    # ------------------------------------------------------------ what is written with a step

    def _crm_step_values(self, step):
        values = super()._crm_step_values(step)
        if self.crm_kind != "complaint":
            return values
        now = fields.Datetime.now()
        if step == "analyse" and self.crm_step in _AGAIN:
            values.update(
                reopen_count=self.reopen_count + 1, date_reopened=now, date_solved=False,
                closed_date=False, call_back_result=False, call_back_count=0,
            )  # fmt: skip
        elif step == "analyse" and not self.user_id:
            values["user_id"] = self.env.uid
        elif step == "call_back":
            late = bool(self.solution_deadline) and now > self.solution_deadline
            values.update(
                date_solved=now, solution_missed=self.solution_missed or late, reopen_reason=False
            )
        return values

    def _crm_after_step(self, step):
        result = super()._crm_after_step(step)
        closed = self.filtered(lambda t: t.crm_kind == "complaint" and step == "closed")
        for ticket in closed:
            ticket._after_complaint_closed()
        return result
