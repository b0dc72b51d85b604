from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from odoo.addons.crm_dealer_grading.models.network.res_users import AUDITOR
from odoo.addons.crm_dealer_grading.tools.dialog import ask
from odoo.addons.crm_dealer_grading.tools.steps import reason_of, take

from .crm_assessment_rule import KINDS

# Step: (states it follows on, state it leads to, whether it needs a reason).
STEPS = {
    "approve": (("proposed",), "approved", False),
    "reject": (("proposed",), "rejected", True),
    "withdraw": (("proposed", "approved"), "withdrawn", True),
}


class CrmAssessmentProposal(models.Model):
    """What a rule of the policy proposes for a dealer: money, points or a measure (S9).

    Nothing is posted anywhere: a manager of the manufacturer approves, finance acts.
    """

    _name = "crm.assessment.proposal"
    _description = "Proposal from an Assessment"
    _inherit = ["crm.assessment.stored", "mail.thread", "mail.activity.mixin"]
    _order = "begin desc, kind, dealer_id, id"

    assessment_id = fields.Many2one(
        "crm.assessment", required=True, readonly=True, index=True, ondelete="cascade"
    )
    line_id = fields.Many2one(
        "crm.assessment.line", string="Result", required=True, readonly=True, index=True,
        ondelete="cascade",
    )  # fmt: skip
    company_id = fields.Many2one(related="assessment_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="assessment_id.currency_id")
    begin = fields.Date(string="Period", related="assessment_id.begin", store=True, index=True)
    period_name = fields.Char(string="Name of the Period", related="assessment_id.period_name")
    assessment_state = fields.Selection(
        string="Assessment Is", related="assessment_id.state", store=True
    )
    dealer_id = fields.Many2one(
        "crm.dealer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    region_id = fields.Many2one(related="line_id.region_id", store=True)
    rule_id = fields.Many2one(
        "crm.assessment.rule", readonly=True, index=True, ondelete="restrict", groups=AUDITOR
    )
    rule_name = fields.Char(string="Name of the Rule", related="rule_id.name")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    amount = fields.Monetary(
        readonly=True, help="A bonus or prize is above zero, a fine below.",
        aggregator="sum",
    )  # fmt: skip
    points = fields.Float(digits=(16, 2), readonly=True, aggregator="sum")
    significance = fields.Selection(
        [
            ("yes", "Significant"),
            ("no", "Not Significant"),
            ("unknown", "No Interval Known"),
            ("fact", "Stands on Facts"),
        ],
        required=True,
        readonly=True,
        help="Not significant: the threshold lies inside the dealer's confidence interval, so "
        "chance may have decided. Approval then needs a reason.",
    )
    # The nearest score on the other side is another dealer's.
    threshold = fields.Char(readonly=True, groups=AUDITOR)
    facts_json = fields.Text(readonly=True, groups=AUDITOR, prefetch=False)
    reason = fields.Text(compute="_compute_reason", help="Why, with the figures.")
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        readonly=True,
        default="proposed",
        tracking=True,
        group_expand=True,
    )
    decision_note = fields.Text(string="Reason of the Decision", readonly=True, tracking=True)
    decided_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    decided_on = fields.Datetime(readonly=True)

    _rule_uniq = models.Constraint(
        "UNIQUE(line_id, rule_id)", "The rule gave a proposal for this dealer already."
    )

    @api.model
    def _frozen_columns(self):
        return (
            "assessment_id", "line_id", "dealer_id", "rule_id", "kind", "amount", "points",
            "significance", "threshold", "facts_json",
        )  # fmt: skip

    @api.depends("kind", "dealer_id", "begin")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for proposal in self:
            # sudo: the dealer's name, for whoever may read the proposal.
            dealer = proposal.dealer_id.sudo()
            parts = (kinds.get(proposal.kind), dealer.name, proposal.period_name)
            proposal.display_name = " · ".join(filter(None, parts))

    # -- Steps -----------------------------------------------------------------------------------

    def action_approve(self):
        """Approve; asks for a reason where one is not significant."""
        if any(proposal.significance == "no" for proposal in self):
            return self._ask("approve")
        return self._step("approve")

    def action_reject(self):
        """Reject with a reason."""
        return self._ask("reject")

    def action_withdraw(self):
        """Take back with a reason, also what was approved."""
        return self._ask("withdraw")

    def _ask(self, kind):
        self._check_may_decide()
        return ask(
            "crm.assessment.dialog",
            self.env._("Decide on Proposals"),
            proposal_ids=self.ids,
            kind=kind,
        )

    def _check_may_decide(self):
        """:raise AccessError: for everybody but managers of the manufacturer"""
        self.check_access("read")
        self.env["crm.assessment"]._check_manager()

    @api.private
    def _step(self, step, note=None):
        """Take proposals a step further; two at once meet at the rows.

        :param str step: a key of ``STEPS``
        :param str note: the reason; needed to reject, to withdraw, and to approve what is not
            significant
        :raise AccessError: the user is no manager of the manufacturer
        :raise UserError: state or reason do not fit; says what to do
        """
        self._check_may_decide()
        take(self)
        before, state, needs_note = STEPS[step]
        note = (note or "").strip()
        for proposal in self:
            proposal._check_step(step, before, needs_note, note)
        approved = self.filtered(lambda proposal: proposal.state == "approved")
        self._stepping().write(
            {
                "state": state,
                "decision_note": note or False,
                "decided_by_id": self.env.uid,
                "decided_on": self.env.cr.now(),
            }
        )
        if step == "approve":
            self._tell_finance()
        else:
            self.sudo().activity_unlink(["mail.mail_activity_data_todo"])
            approved._tell_finance(note)  # it may be paid already
        return True

    def _check_step(self, step, before, needs_note, note):
        if self.state not in before:
            raise UserError(
                self.env._("“%s” was decided already. Reload the page.", self.display_name)
            )
        if self.assessment_state != "published":
            raise UserError(
                self.env._(
                    "“%s” is not published yet: publish the assessment first, then decide.",
                    self.display_name,
                )
            )
        if step == "approve" and self.significance == "no" and not note:
            raise UserError(
                self.env._(
                    "“%s” is not significant: chance may have decided. Say why it is approved "
                    "all the same, or reject it.",
                    self.display_name,
                )
            )
        reason_of(self, note, needs_note)

    def _tell_finance(self, note=None):
        """A to-do for who pays or charges, or takes that back; nothing is posted by itself."""
        for proposal in self.filtered("amount"):
            user = proposal.sudo().assessment_id.policy_id.finance_user_id
            if user:
                # sudo: a to-do of somebody else's, as the policy says.
                proposal.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=user.id,
                    summary=proposal._words_to_finance(user),
                    note=note,
                )

    def _words_to_finance(self, user):
        """With the amount: finance may not read the proposal itself."""
        worded = self.with_context(lang=user.lang)
        amount = format_amount(worded.env, worded.amount, worded.sudo().currency_id)
        words = f"{worded.display_name} · {amount}"
        return worded.env._("Taken back: %s", words) if self.state == "withdrawn" else words
