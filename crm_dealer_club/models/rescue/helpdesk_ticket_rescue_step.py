from odoo import api, fields, models
from odoo.exceptions import UserError

from .helpdesk_ticket_steps import TIMES, WAYS

_NEEDS_RESULT = ("done", "called_back", "closed")


class HelpdeskTicket(models.Model):
    """The way of a rescue, and the times of its steps (M8).

    All ways (buttons, the board, RPC) come to ``_crm_step``, which writes a time once;
    ``crm.rescue.correction`` alone changes one.
    """

    _inherit = "helpdesk.ticket"

    def action_rescue_dispatch(self):
        return self._crm_step("dispatched")

    def action_rescue_on_site(self):
        return self._crm_step("on_site")

    def action_rescue_done(self):
        return self._crm_step("done")

    def action_rescue_call_back(self):
        return self._crm_step("called_back")

    def action_rescue_close(self):
        return self._crm_step("closed")

    def action_rescue_not_needed(self):
        """The caller drives on before anybody arrives: closed, with this result."""
        for ticket in self:
            if ticket.rescue_on_site_at:
                raise UserError(
                    self.env._(
                        "%s: somebody was on site already. Say how it ended, and close it then.",
                        ticket.number,
                    )
                )
        return self._crm_step("closed", {"rescue_result": "not_needed"})

    def action_rescue_send_again(self):
        """Back to the beginning: help is sent once more. The first times stay as they are."""
        return self._crm_step("answer")

    # -- What the steps of tickets ask ------------------------------------------------------------

    @api.model
    def _crm_steps(self):
        return super()._crm_steps() | {"rescue": WAYS}

    def _crm_check_step(self, step, vals):
        result = super()._crm_check_step(step, vals)
        if self.crm_kind == "rescue":
            if refusal := self._rescue_refusal(step, vals):
                raise UserError(refusal)
        return result

    def _rescue_refusal(self, step, vals):
        """Why the rescue cannot go to ``step`` now, or None; extend to ask for more."""
        number, result = self.number, vals.get("rescue_result") or self.rescue_result
        latest = max(filter(None, (self[name] for name in TIMES.values())))
        if latest > fields.Datetime.now():
            return self.env._(
                "%s: the step before is in the future. A manager corrects its time.", number
            )
        if step == "dispatched" and not self.dealer_id:
            return self.env._("%s: choose the dealer that is sent first.", number)
        if step in _NEEDS_RESULT and not result:
            return self.env._("%s: say how it ended (Result) first.", number)
        if step == "called_back" and not self.rescue_call_back:
            return self.env._("%s: say how the call-back went first.", number)
        if step == "closed" and self.crm_step != "called_back" and result != "not_needed":
            return self.env._(
                "%s: help is still to come. Take it through its steps, or say that it is not "
                "needed any more.",
                number,
            )
        return None

    def _crm_step_values(self, step):
        values = super()._crm_step_values(step)
        if self.crm_kind != "rescue":
            return values
        now = fields.Datetime.now()
        if step == "answer":
            return values | {
                "date_reopened": now,
                "reopen_count": self.reopen_count + 1,
                "date_solved": False,
                "closed_date": False,
                "rescue_result": False,
                "rescue_call_back": False,
                "rescue_expected_at": False,
            }
        if not self[TIMES[step]]:
            values[TIMES[step]] = now
        if step == "dispatched":
            if not self.date_answered:
                # A call that nobody took up before is answered when help is sent.
                values |= {"date_answered": now, "answered_by_id": self.env.uid}
            values["rescue_expected_at"] = self.rescue_expected_at or self._rescue_arrival_due()
        if step in ("done", "closed") and not self.date_solved:
            values["date_solved"] = now
        return values

    def _crm_after_step(self, step):
        rescues = self._rescues()
        for ticket in rescues:
            if words := ticket._rescue_news(step):
                ticket._rescue_tell(words)
        return super(HelpdeskTicket, self - rescues)._crm_after_step(step)

    def _rescue_news(self, step):
        """What the customer is told of a step, in the own language; None for nothing."""
        # sudo: the customer learns who comes.
        ticket = self.sudo().with_context(lang=self._customer_lang())
        dealer = ticket.dealer_id
        if step == "dispatched":
            return ticket.env._(
                "%(dealer)s is on the way to you, expected at %(time)s.",
                dealer=dealer.name,
                time=dealer._say(ticket.rescue_expected_at),
            )
        if step == "answer":
            return ticket.env._("We send help once more.")
        if step == "on_site":
            return ticket.env._("Help is on site.")
        if step == "done":
            return ticket.env._("The rescue is done. Have a safe journey.")
        return None

    def _rescue_tell(self, words):
        """By the way of every ticket of ours; a caller whose address nobody knows is not told."""
        if self._notice_address()[0] != "activity":
            self._ticket_notify_customer(words)

    # -- How far it is ----------------------------------------------------------------------------

    def _rescue_at(self):
        """The last of ``STEPS`` that the rescue came to."""
        self.ensure_one()
        if self.crm_step != "answer":
            return self.crm_step
        return "answered" if self.date_answered else "reported"
