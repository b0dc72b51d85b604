"""Follow-up calls and notices: a dissatisfied customer, and the call after the report (S4)."""

from odoo import fields, models
from odoo.exceptions import UserError


class CrmFollowupReport(models.Model):
    _inherit = "crm.followup.report"

    event = fields.Selection(selection_add=[("rectification", "Report of a Rectification")])


class CrmFollowupCall(models.Model):
    _inherit = "crm.followup.call"

    rectification_id = fields.Many2one(
        "crm.rectification",
        string="Notice",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="The customer is asked whether the problem is put right.",
    )

    withdrawn_why = fields.Selection(
        selection_add=[("rectification", "The notice was dealt with in another way")]
    )

    def _check_result(self, result, verdict):
        """Whoever is called again is asked whether it is put right."""
        if self.rectification_id and result == "reached" and not verdict:
            raise UserError(
                self.env._("Ask whether the customer is satisfied now, and choose it first.")
            )
        return super()._check_result(result, verdict)

    def _after_followup(self, call):
        result = super()._after_followup(call)
        if call.rectification_id:
            call._tell_rectification()
        elif call.verdict == "dissatisfied" and call.last_result == "reached":
            self.env["crm.rectification"]._from_call(call)
        return result

    def _last_words(self):
        """What the caller noted last; a list that was read before ends with it."""
        return self.attempt_ids.sorted("id")[-1:].note

    def action_try_again(self):
        """Not once the notice was decided without the customer's words."""
        self._check_may_call()
        if decided := self.sudo().rectification_id.filtered(lambda n: n.state != "reported"):
            raise UserError(
                self.env._(
                    "“%s” does not wait for this call any more. Tell who issued it, or log a "
                    "contact.",
                    decided[:1].display_name,
                )
            )
        return super().action_try_again()

    def _tell_rectification(self):
        """What came of the call stands on the notice, by whoever made the call."""
        notice = self.rectification_id
        if notice.state != "reported":
            return
        note = self._last_words()
        if self.last_result == "reached":
            notice._recalled(self.verdict, note)
        elif self.last_result == "refused":
            notice._recalled("refused", note)
        elif self.last_result in ("no_answer", "wrong_number"):
            # The rule has decided whether these were calls enough.
            enough = 1 if self.state == "unreachable" else self.attempt_count + 1
            notice._recalled("unreached", note, misses=enough)

    def _close_overdue(self):
        lapsed = super()._close_overdue()
        self.env["crm.rectification"]._recalls_given_up()
        return lapsed

    def action_open_rectification(self):
        """Open the notice that the call is about."""
        self.ensure_one()
        return self.rectification_id._get_records_action(context={})
