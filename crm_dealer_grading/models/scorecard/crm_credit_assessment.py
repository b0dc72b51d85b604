from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools.misc import clean_context

from ...tools.touch import touch

STATES = [("draft", "Draft"), ("done", "Completed"), ("cancelled", "Cancelled")]
# Who sees points, remarks and evidence; dealers read the class and what it means.
INSIDERS = "crm_dealer_grading.group_credit_controller,crm_dealer_grading.group_oem_auditor"
# In the context of a write that a step of the assessment makes; no caller can forge it.
_STEP = object()
# Only the steps write these.
_OWN = {
    "state", "dealer_id", "score", "coverage", "band_id", "class_id", "figure", "figure_on",
    "proposed_limit", "is_capped", "done_by_id", "done_on", "cancelled_by_id", "cancelled_on",
}  # fmt: skip
# What a draft says; done, it stays as it was.
_QUESTION = {"partner_id", "company_id", "scorecard_id", "line_ids", "note"}


class CrmCreditAssessment(models.Model):
    """A customer judged by a version of a scorecard: score, class, proposed limit (K1).

    The arithmetic is in ``tools/scorecard.py``, the steps in ``crm_credit_assessment_step.py``,
    the wording in ``crm_credit_assessment_words.py``.
    """

    _name = "crm.credit.assessment"
    _description = "Credit Assessment"
    _inherit = [
        "crm.credit.subject", "crm.dealer.scope", "mail.thread", "mail.activity.mixin",
    ]  # fmt: skip
    _order = "id desc"

    partner_id = fields.Many2one(
        ondelete="restrict",
        domain="['|', ('is_company', '=', True), ('parent_id', '=', False)]",
        help="The company, or a person without one; contacts count for their company.",
    )
    company_id = fields.Many2one(
        ondelete="restrict", help="Who would give the credit; branches share it."
    )
    dealer_id = fields.Many2one(related="partner_id.dealer_id", store=True, precompute=True)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, index=True, tracking=True
    )
    scorecard_id = fields.Many2one(
        "crm.credit.scorecard",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self._default_scorecard(),
        domain="[('state', '=', 'active')]",
        help="The version that the customer is judged by.",
    )
    scorecard_state = fields.Selection(
        related="scorecard_id.state", string="State of the Scorecard", groups=INSIDERS
    )
    line_ids = fields.One2many(
        "crm.credit.assessment.line", "assessment_id", string="Answers", groups=INSIDERS
    )
    note = fields.Text(groups=INSIDERS, help="What no criterion asks for.")
    score = fields.Float(
        readonly=True,
        copy=False,
        digits=(5, 1),
        aggregator=None,
        tracking=True,
        help="Weighted mean of the points that were given, on 100.",
    )
    coverage = fields.Float(
        readonly=True,
        copy=False,
        digits=(5, 1),
        aggregator=None,
        help="Percent of the weight that was answered; what is unanswered is left out.",
    )
    band_id = fields.Many2one("crm.credit.band", readonly=True, copy=False, ondelete="restrict")
    class_id = fields.Many2one(
        "crm.credit.class",
        readonly=True,
        copy=False,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    class_color = fields.Integer(related="class_id.color", aggregator=None)
    policy = fields.Text(related="class_id.policy")
    figure = fields.Monetary(
        readonly=True, copy=False, help="The figure of the customer of which a share is proposed."
    )
    figure_on = fields.Date(string="Figure As Of", readonly=True, copy=False)
    is_capped = fields.Boolean(readonly=True, copy=False)
    proposed_limit = fields.Monetary(readonly=True, copy=False, tracking=True)
    done_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    done_on = fields.Datetime(readonly=True, copy=False)
    cancelled_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    cancelled_on = fields.Datetime(readonly=True, copy=False)

    # The latest one of a customer.
    _latest_index = models.Index("(partner_id, done_on DESC) WHERE state = 'done'")

    @api.depends("partner_id", "scorecard_id.name")
    @api.depends_context("uid", "lang")
    def _compute_display_name(self):
        for assessment in self:
            # sudo: the name of the scorecard is no secret; the customer's is guarded by itself.
            assessment.display_name = self.env._(
                "%(customer)s (%(card)s)",
                customer=assessment.partner_id.display_name or "",
                card=assessment.sudo().scorecard_id.name or "",
            )

    @api.model
    def _default_scorecard(self):
        """The first scorecard in use."""
        return self.env["crm.credit.scorecard"].search([("state", "=", "active")], limit=1)

    @api.constrains("partner_id", "company_id")
    def _check_customer_company(self):
        for assessment in self:
            company = assessment.partner_id.company_id
            if company and company.root_id != assessment.company_id:
                raise ValidationError(
                    self.env._(
                        "%(customer)s is a customer of %(company)s only. Assess it there.",
                        customer=assessment.partner_id.display_name,
                        company=company.root_id.display_name,
                    )
                )

    @api.onchange("scorecard_id")
    def _onchange_scorecard_id(self):
        self.line_ids = [
            Command.clear(),
            *[Command.create({"criterion_id": c.id}) for c in self.scorecard_id.criterion_ids],
        ]

    # ---------------------------------------------------------------- guards

    @api.model_create_multi
    def create(self, vals_list):
        """Open drafts; each asks all that its scorecard asks.

        :raise AccessError: the values claim a result
        """
        assessments = super().create(vals_list)
        assessments._check_card_in_use()
        assessments._ask_all()
        return assessments

    @api.model
    def _whole_vals(self, vals):
        """Values with what is not the caller's to say, nor that of a default."""
        if vals.get("state", "draft") != "draft":
            raise AccessError(self._step_refusal())
        given = {**self.default_get(["scorecard_id"]), **vals}
        if not given.get("scorecard_id"):
            raise UserError(
                self.env._(
                    "No scorecard is in use. Ask the manufacturer's manager to activate one."
                )
            )
        return {**super()._whole_vals(vals), "state": "draft"}

    @api.model
    def _own_fields(self):
        return super()._own_fields() | _OWN

    def write(self, vals):
        """Drafts are filled in; results come from the steps alone.

        :raise AccessError: a value that only a step writes
        :raise UserError: the assessment is no draft any more
        """
        if self.env.context.get("credit_assessment_step") is _STEP:
            return super().write(vals)
        if _OWN & vals.keys():
            raise AccessError(self._step_refusal())
        if _QUESTION & vals.keys():
            self._check_draft()
        if "partner_id" in vals:
            partner = self.env["res.partner"].browse(vals["partner_id"])
            vals = {**vals, "partner_id": partner.commercial_partner_id.id}
        if "company_id" in vals:
            company = self.env["res.company"].browse(vals["company_id"])
            vals = {**vals, "company_id": company._credit_company().id}
        result = super().write(vals)
        if "scorecard_id" in vals:
            self._check_card_in_use()
            self._ask_all()
        return result

    def _store(self, vals):
        """Write what ``write`` refuses; callers have checked the rights."""
        return self.with_context(credit_assessment_step=_STEP).write(vals)

    @api.model
    def _step_refusal(self):
        return self.env._(
            "Score, class, proposed limit and state come from the answers, with the buttons of "
            "the assessment only. Answer the criteria and press “Complete Assessment”."
        )

    def _check_draft(self):
        """:raise UserError: one of them is no draft"""
        for assessment in self:
            if assessment.state != "draft":
                raise UserError(
                    self.env._(
                        "The assessment of %s is closed and stays as it is. Make a new one.",
                        assessment.partner_id.display_name,
                    )
                )
        # Who answers a criterion and who completes it at the same instant have to meet.
        touch(self)

    def _check_card_in_use(self):
        # sudo: also where the user may not read scorecards.
        for assessment in self.sudo():
            if assessment.scorecard_id.state != "active":
                raise UserError(
                    self.env._(
                        "“%s” is not in use. Choose the version that is.",
                        assessment.scorecard_id.display_name,
                    )
                )

    def _ask_all(self):
        """A line for each criterion; answers to what another version asks too are kept."""
        missing = []
        for assessment in self:
            criteria = assessment.scorecard_id.criterion_ids
            asked = {(c.factor_id, c.name): c for c in criteria}
            for line in assessment.line_ids.filtered(lambda x, c=criteria: x.criterion_id not in c):
                same = asked.get((line.criterion_id.factor_id, line.criterion_id.name))
                if same and same not in assessment.line_ids.criterion_id:
                    line.criterion_id = same
                else:
                    line.unlink()
            missing += [
                {"assessment_id": assessment.id, "criterion_id": criterion.id}
                for criterion in criteria - assessment.line_ids.criterion_id
            ]
        # A default that was meant for the assessment is no answer.
        lines = self.env["crm.credit.assessment.line"]
        lines.with_env(self.env(context=clean_context(self.env.context))).create(missing)

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts(self):
        if any(assessment.done_on for assessment in self):
            raise UserError(
                self.env._("Done assessments are kept as evidence. Cancel or archive it instead.")
            )
