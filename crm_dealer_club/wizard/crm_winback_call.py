from odoo import api, fields, models

from odoo.addons.crm_dealer_grading.models.contact.crm_contact_log import WAYS


class CrmWinbackCall(models.TransientModel):
    """What came of a call to a lost customer (M6)."""

    _name = "crm.winback.call"
    _description = "Call to a Lost Customer"
    _inherit = ["crm.dealer.dialog"]
    _in_sight = ("case_id",)

    case_id = fields.Many2one("crm.winback.case", required=True, readonly=True, ondelete="cascade")
    way = fields.Selection(WAYS, required=True, default="phone")
    reached = fields.Boolean(string="Customer Was Reached", default=True)
    reason_id = fields.Many2one("crm.winback.reason", string="Reason for Staying Away")
    advice = fields.Text(related="reason_id.advice")
    summary = fields.Char(
        string="In a Sentence", compute="_compute_summary", store=True, readonly=False
    )
    feedback = fields.Text(string="What the Customer Said")
    next_date = fields.Date(string="Next Step On")
    next_step = fields.Char()
    outcome = fields.Selection(
        [
            ("go_on", "We stay at it"),
            ("declined", "Declined: the customer stays away"),
            ("unreachable", "Not reached: give up calling"),
            ("not_lost", "Not lost"),
        ],
        required=True,
        compute="_compute_outcome",
        store=True,
        readonly=False,
    )

    @api.depends("reached", "reason_id")
    def _compute_summary(self):
        for call in self:
            if not call.reached:
                call.summary = self.env._("Lost customer not reached")
            else:
                reason = call.reason_id.name or self.env._("no reason given")
                call.summary = self.env._("Asked why the customer stays away: %s", reason)

    @api.depends("reason_id")
    def _compute_outcome(self):
        for call in self:
            call.outcome = call.reason_id.closes_as or "go_on"

    def action_note(self):
        """Note the call on the case, and close it where the outcome says so."""
        self.ensure_one()
        case = self.case_id
        case._log_call(
            {
                "way": self.way,
                "summary": self.summary,
                "feedback": self.feedback,
                "next_date": self.next_date,
                "next_step": self.next_step,
            },
            reason=self.reason_id,
            reached=self.reached,
        )
        if self.outcome != "go_on":
            case._close(self.outcome)
        return {"type": "ir.actions.act_window_close"}
