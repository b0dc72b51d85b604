"""The customer is called again after the report (S4)."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_dealer_grading.tools.steps import check_at, take

from .crm_rectification import VERDICTS


class CrmRectification(models.Model):
    _inherit = "crm.rectification"

    @api.model
    def _recall_rule(self):
        """The rule of follow-up calls by which customers are called again; may be empty."""
        rules = self.env["crm.followup.rule"].sudo()  # sudo: how calls are made
        return rules.search([("event", "=", "rectification")], limit=1)

    def _recall_wanted(self):
        """Whether there is a customer whom one may call."""
        customer = self.sudo().partner_id
        return bool(customer and customer._contact_allowed("followup", "phone"))

    def _order_recall(self):
        """Make the due call of this report; returns it, empty where nobody is to be called."""
        calls, rule = self.env["crm.followup.call"].sudo(), self._recall_rule()
        if not rule or not self._recall_wanted():
            return calls
        today = self.company_id._today_here()
        due = rule._due_on(today)
        call = calls.create(
            {
                "rule_id": rule.id,
                "caller": rule.caller,
                "event_key": f"rectification:{self.id}:{self.report_count}",
                "rectification_id": self.id,
                "visit_id": self.visit_id.id,
                "vehicle_id": self.vehicle_id.id,
                "partner_id": self.partner_id.id,
                "dealer_id": self.dealer_id.id,
                "company_id": self.company_id.id,
                "event_date": today,
                "date_due": due,
                "date_next": max(
                    rule._first_hour(due, self.company_id), fields.Datetime.now()
                ),
                "lapses_on": fields.Date.add(due, days=rule.valid_days),
            }
        )
        self._store({"recall_call_id": call.id})
        return call

    def _end_recall(self):
        """Nobody calls any more about what was decided."""
        call = self.recall_call_id
        if call:
            call._withdraw("rectification")
            self._store({"recall_call_id": False})

    # ------------------------------------------------------------ results

    @api.private
    def _recalled(self, result, note=None, misses=None):
        """Note what the customer said, and take the step that follows.

        Satisfied, refused, or not reached often enough: the issuer may close. Not satisfied: the
        notice is opened again, with the words as reason and a new deadline.

        :param str result: a value of ``VERDICTS``
        :param int misses: so many calls without an answer are enough; default the rule's
        :raise AccessError: the user neither works for the call centre nor issued the notice
        :raise UserError: it is not reported, or the words are missing
        """
        self.ensure_one()
        self._check_may_step("recall")
        # Who enters a call at the same instant is repeated, and counts this one.
        take(self)
        if result not in dict(VERDICTS):
            raise UserError(self.env._("Choose what came of the call."))
        note = (note or "").strip()
        if result == "dissatisfied" and not note:
            raise UserError(self.env._("Enter what the customer is not satisfied with."))
        check_at(self, ("reported",))
        notice = self.sudo()  # sudo: who calls was checked
        notice._note_recall(result, note)
        if result == "dissatisfied":
            return self._step("dissatisfied", reason=note, verdict=result)
        if result == "unreached" and notice._missed() < (misses or notice._misses_needed()):
            return True
        return self._step("recall", verdict=result)

    def _note_recall(self, result, note):
        self.env["crm.rectification.recall"].create(
            {
                "rectification_id": self.id,
                "user_id": self.env.uid,
                "result": result,
                "note": note,
                "report_number": self.report_count,
            }
        )
        self.invalidate_recordset(["recall_ids"])

    def _missed(self):
        """Calls without an answer since the last report."""
        calls = self.recall_ids.filtered(lambda call: call.report_number == self.report_count)
        return len(calls.filtered(lambda call: call.result == "unreached"))

    def _misses_needed(self):
        return self._recall_rule().attempts or 3

    @api.model
    def _recalls_given_up(self):
        """Calls that lapsed or were withdrawn unmade: the issuer decides what to do."""
        calls = [("recall_call_id.state", "in", ("lapsed", "withdrawn"))]
        notices = self.sudo().search([("state", "=", "reported"), *calls])
        for notice in notices:
            notice._store({"recall_call_id": False})
            notice._plan_for_issuer("uncalled")
        return notices
