"""The call after the solution: satisfied, or opened again (M7)."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime

from odoo.addons.crm_dealer_grading.tools.notification import CLOSE, notification

CALLERS = (
    "crm_dealer_grading.group_call_centre,crm_dealer_grading.group_dealer_manager,"
    "crm_dealer_grading.group_oem_manager"
)
RESULTS = [
    ("satisfied", "Satisfied"),
    ("dissatisfied", "Not Satisfied"),
    ("unreached", "Not Reached"),
]


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    call_back_result = fields.Selection(
        RESULTS, string="Result of the Call", readonly=True, copy=False, tracking=True
    )
    call_back_date = fields.Datetime(string="Called Back on", readonly=True, copy=False)
    call_back_user_id = fields.Many2one(
        "res.users", string="Called Back by", readonly=True, copy=False, index="btree_not_null"
    )
    call_back_count = fields.Integer(
        string="Calls",
        readonly=True,
        copy=False,
        help="Calls since it was solved; of those that nobody answered the ones far enough apart.",
    )

    @api.model
    def _step_fields(self):
        return super()._step_fields() | {
            "call_back_result", "call_back_date", "call_back_user_id", "call_back_count",
        }  # fmt: skip

    def action_complaint_called(self, result=None, note=None):
        """Enter the result of a call back: satisfied closes, not satisfied opens it again.

        :param str result: ``satisfied``, ``dissatisfied`` or ``unreached``
        :param str note: what the customer said; needed when not satisfied
        :return: what the client shows next; a call that nobody answered and that comes too soon
            after the last one is noted and does not count
        """
        if not result:
            return self._ask_complaint("call_back")
        self._check_call_back(result, note)
        if note and result != "dissatisfied":
            for ticket in self.sudo():
                ticket.message_post(body=note, subtype_xmlid="mail.mt_note")
        early = self.browse()
        if result == "unreached":
            early = self.filtered(lambda ticket: not ticket._call_counts())
            early._note_early_call()
        (self - early)._store_call(result)
        if result == "satisfied":
            return self._crm_step("closed")
        if result == "dissatisfied":
            return self._complaint_again(note)
        return early._tell_next_call() if early else True

    def _store_call(self, result):
        self._store(
            {
                "call_back_result": result,
                "call_back_date": fields.Datetime.now(),
                "call_back_user_id": self.env.uid,
            }
        )
        for ticket in self:
            ticket._store({"call_back_count": ticket.call_back_count + 1})

    def _next_call(self):
        """From when on (UTC) a call that nobody answers counts again; None: from now on."""
        self.ensure_one()
        hours = self.company_id.sudo().complaint_call_hours
        if not (self.call_back_count and self.call_back_date and hours):
            return None
        return self.call_back_date + timedelta(hours=hours)

    def _call_counts(self):
        moment = self._next_call()
        return moment is None or moment <= fields.Datetime.now()

    def _note_early_call(self):
        for ticket in self.sudo():
            ticket.message_post(
                body=self.env._("Called again so soon and not reached: this call does not count."),
                subtype_xmlid="mail.mt_note",
            )

    def _next_call_words(self):
        """When the next call counts, for the reader; empty if it would count now."""
        self.ensure_one()
        if self._call_counts():
            return ""
        return self.env._(
            "The next call counts from %s on.",
            format_datetime(self.env, self._next_call(), dt_format="short"),
        )

    def _tell_next_call(self):
        message = self.env._("Noted, but too soon to count.") + " " + self[0]._next_call_words()
        return notification(message, "warning", then=CLOSE)

    def _check_call_back(self, result, note):
        self._crm_check_may_step()
        if not self.env.su and not self.env.user.has_groups(CALLERS):
            raise AccessError(
                self.env._(
                    "Who solved a complaint does not judge it. The call centre or the dealer's "
                    "manager calls the customer back."
                )
            )
        if result not in dict(RESULTS):
            raise UserError(self.env._("Choose how the call went: satisfied, not satisfied or "
                                       "not reached."))  # fmt: skip
        if result == "dissatisfied" and not (isinstance(note, str) and note.strip()):
            raise UserError(self.env._("Write down what the customer is not satisfied with."))
        for ticket in self:
            if ticket.crm_kind != "complaint" or ticket.crm_step != "call_back":
                raise UserError(
                    self.env._(
                        "The customer of “%s” is called back once it is solved.",
                        ticket.display_name,
                    )
                )
