from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_dealer_grading.tools.dialog import ask
from odoo.addons.crm_dealer_grading.tools.touch import touch

from .crm_winback_case import MANAGERS


class CrmWinbackCase(models.Model):
    """The steps of a case: call, offer, result (M6). Each checks rights and conditions itself."""

    _inherit = "crm.winback.case"

    def action_call(self):
        """Open the wizard that notes a call."""
        self.ensure_one()
        self._check_may_work()
        self._check_open()
        return ask(
            "crm.winback.call",
            self.env._("Note the Call"),
            case_id=self.id,
            reason_id=self.reason_id.id,
        )

    def _log_call(self, values, reason=None, reached=True):
        """Note a call as a contact with the customer; next step included (C8).

        :param dict values: of the ``crm.contact.log``: way, summary, feedback, next_date, next_step
        :param reason: ``crm.winback.reason`` that the customer gave
        :return: the contact
        """
        self.ensure_one()
        self._check_may_work()
        self._check_open()
        contact = self.env["crm.contact.log"].create(
            {
                **values,
                "partner_id": self.partner_id.id,
                "direction": "out",
                "deep": reached,
                "missed": not reached,
            }
        )
        # sudo: what a step writes is closed to all; who may was checked.
        contact.sudo().winback_id = self.id
        step = {"last_call_on": contact.date}
        if reached and self.state == "open":
            step["state"] = "called"
        if reason:
            step["reason_id"] = reason.id
        self.sudo().write(step)
        return contact

    def action_offer(self):
        """The offer was made: it stays as it is, a coupon is issued (M6)."""
        self._check_may_work()
        self._check_open()
        touch(self)  # of two clicks at the same instant the second finds it made
        self.invalidate_recordset(["offered_on"])
        for case in self.filtered(lambda c: not c.offered_on):
            case._check_offer()
            # sudo: coupons are the ERP's, whoever may issue them; the offer is this case's.
            step = case.sudo()
            step.write(
                {
                    "state": "offered",
                    "offered_on": fields.Date.context_today(case),
                    "coupon_id": step._issue_coupon().id,
                    "offer_text": step._offer_in_words(),
                }
            )
        return True

    def _check_offer(self):
        missing = {
            "benefit": self.benefit_id,
            "coupon": self.program_id,
            "other": self.offer_text,
        }
        if not missing.get(self.offer_kind):
            raise UserError(
                self.env._(
                    "Say first what is offered to %s: a benefit, a coupon, or in words.",
                    self.partner_id.display_name,
                )
            )

    def _issue_coupon(self):
        """A coupon of the chosen program for this customer; called as superuser."""
        cards = self.env["loyalty.card"]
        if self.offer_kind != "coupon":
            return cards
        return cards.with_context(loyalty_no_mail=True).create(
            {
                "program_id": self.program_id.id,
                "partner_id": self.partner_id.id,
                "points": 1,
                "expiration_date": self.offer_until,
            }
        )

    def _offer_in_words(self):
        if self.offer_text:
            return self.offer_text
        if self.offer_kind == "benefit":
            return self.benefit_id.display_name
        return self.program_id.display_name

    def action_take_back_offer(self):
        """Take the offer back, a coupon that was not used included; by a manager."""
        self._check_manager()
        self._check_open()
        for case in self.sudo().filtered("offered_on"):
            # sudo: as with the offer itself.
            case.coupon_id.write({"points": 0, "active": False})
            state = "called" if case.last_call_on else "open"
            case.write({"state": state, "offered_on": False, "coupon_id": False})
        return True

    # -- Results -------------------------------------------------------------------------------

    def action_won_back(self):
        """The customer promised to come back, or came."""
        return self._close("won_back")

    def action_declined(self):
        """The customer does not want to come back."""
        return self._close("declined")

    def action_unreachable(self):
        """The customer could not be reached."""
        return self._close("unreachable")

    def action_not_lost(self):
        """The customer was no lost one, for instance sold the vehicle."""
        return self._close("not_lost")

    def _close(self, result):
        """Close the cases with a result; those that are closed stay as they are."""
        self._check_may_work()
        # sudo: the result is written by this step alone.
        for case in self.sudo().filtered(lambda c: not c.date_closed):
            if result == "declined" and not case.reason_id:
                raise UserError(
                    self.env._(
                        "Note first why %s stays away, with “Note a Call”.",
                        case.partner_id.display_name,
                    )
                )
            case.write(
                {
                    "state": "closed",
                    "result": result,
                    "date_closed": fields.Date.context_today(case),
                }
            )
        return True

    def action_reopen(self):
        """Open closed cases again; by a manager."""
        self._check_manager()
        for case in self.sudo().filtered("date_closed"):
            # sudo: as with closing; the unique index refuses a second open case.
            offered = bool(case.offered_on)
            called = "called" if case.last_call_on else "open"
            case.write(
                {
                    "state": "offered" if offered else called,
                    "result": False,
                    "date_closed": False,
                    "returned": False,
                    "returned_on": False,
                    "return_visit_id": False,
                }
            )
        return True

    def _check_manager(self):
        self._check_may_work()
        if not self.env.su and not any(map(self.env.user.has_group, MANAGERS)):
            raise AccessError(self.env._("Only a manager does this. Ask yours."))
