from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

STATES = [
    ("draft", "Draft"),
    ("submitted", "Under Approval"),
    ("filed", "Filed"),
    ("cancelled", "Cancelled"),
]
# In the context of a write that a step of the application makes; nobody outside can forge it.
STEP = object()
# What whoever files fills in, and nobody changes after submission.
FORM = {
    "partner_id", "company_id", "partner_name", "established_on", "registered_on",
    "registration_number", "registration_authority", "organisation_code", "legal_person",
    "registered_capital", "company_form", "business_scope", "operating_term", "city",
    "city_tier_id", "office_address", "office_phone", "fax", "website", "contact_name",
    "contact_function", "contact_mobile", "contact_email", "main_business", "annual_turnover",
    "channel_kind_id", "channel_class_id", "requested_limit", "valid_until", "note", "paper_ids",
}  # fmt: skip
# What commerce and finance decide while it is their turn.
DECISION = {"assessment_id", "approved_limit", "valid_until"}
_EDITORS = (
    "crm_dealer_grading.group_dealer_user",
    "crm_dealer_grading.group_credit_controller",
)


class CrmCreditApplication(models.Model):
    """Master-data application 客户主数据维护申请单: asks for a credit limit (K2).

    States change in ``crm_credit_application_steps.py`` alone, approvals in ``…_review.py``.
    """

    _name = "crm.credit.application"
    _description = "Credit Application"
    _inherit = ["crm.dealer.scope", "tier.validation", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    # Reviews run while the application is submitted; all approved, it is filed.
    _state_from = ["submitted"]
    _state_to = ["filed"]
    _cancel_state = "cancelled"

    name = fields.Char(string="Number", readonly=True, copy=False)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    customer_number = fields.Char(related="partner_id.customer_number")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    dealer_id = fields.Many2one("crm.dealer", readonly=True, index=True, ondelete="restrict")
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, tracking=True, group_expand=True
    )
    requested_limit = fields.Monetary(tracking=True)
    approved_limit = fields.Monetary(
        copy=False,
        tracking=True,
        help="What commerce proposes and finance confirms; not above the requested limit.",
    )
    valid_until = fields.Date(
        copy=False,
        tracking=True,
        default=lambda self: self._default_valid_until(),
        help="Last day of the limit.",
    )
    assessment_id = fields.Many2one(
        "crm.credit.assessment",
        index="btree_not_null",
        copy=False,
        tracking=True,
        ondelete="restrict",
        domain="[('partner_id', '=', partner_id), ('state', '=', 'done')]",
        help="The scorecard that commerce filled in for this customer.",
    )
    paper_ids = fields.One2many("crm.credit.paper", "application_id", string="Papers")
    editor_ids = fields.Many2many(
        "res.users",
        "crm_credit_application_editor_rel",
        string="Edited by",
        readonly=True,
        copy=False,
        help="Who wrote the form or its papers; none of them approves it.",
    )
    submitted_by_id = fields.Many2one(
        "res.users", string="Filed by", readonly=True, copy=False, index="btree_not_null",
        ondelete="restrict",
    )  # fmt: skip
    submitted_on = fields.Date(readonly=True, copy=False)
    filed_on = fields.Date(string="Filing Date", readonly=True, copy=False)
    refusal_reason = fields.Text(readonly=True, copy=False, tracking=True)
    refused_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    refused_on = fields.Date(readonly=True, copy=False)

    _requested_limit_positive = models.Constraint(
        "CHECK (requested_limit >= 0)", "A limit is not negative."
    )
    _approved_within_requested = models.Constraint(
        "CHECK (approved_limit >= 0 AND approved_limit <= COALESCE(requested_limit, 0))",
        "The approved limit is not above the requested one, which decides who approves. "
        "Refuse the application and have it filed again with more.",
    )

    @api.model
    def _default_valid_until(self):
        company = self.env.company._credit_company()
        return company._today_here() + relativedelta(months=company.credit_validity_months)

    # ---------------------------------------------------------------- writing

    @api.model_create_multi
    def create(self, vals_list):
        self._check_editor()
        applications = super().create([self._whole_vals(vals) for vals in vals_list])
        applications._note_editor()
        for application in applications:
            number = self.env["ir.sequence"].sudo()  # numbers are issued, whoever asks
            number = number.with_company(application.company_id)
            application._store({"name": number.next_by_code("crm.credit.application")})
        return applications

    @api.model
    def _whole_vals(self, vals):
        """Values with what is not the caller's to say, so that no default says it either."""
        partner_id = vals.get("partner_id") or self._given_defaults().get("partner_id")
        partner = self.env["res.partner"].browse(partner_id).commercial_partner_id
        dealer = self._dealer_for(partner)
        self._check_own_dealer(dealer)
        kept = {name: value for name, value in vals.items() if name in FORM or _is_thread(name)}
        unasked = dict.fromkeys(self._own_fields(), False)
        return {
            **self._form_of_customer(partner),
            **kept,
            **unasked,
            "state": "draft",
            "validation_status": "no",
            "partner_id": partner.id,
            "dealer_id": dealer.id,
        }

    @api.model
    def _own_fields(self):
        """Fields that only a step of the application writes, empty on a new one."""
        return {
            "name", "editor_ids", "submitted_by_id", "submitted_on", "filed_on", "refusal_reason",
            "refused_by_id", "refused_on", "assessment_id", "approved_limit", "review_ids",
        }  # fmt: skip

    @api.model
    def _dealer_for(self, partner):
        """The customer's dealer; a customer of nobody is the writer's dealer's."""
        return partner.sudo().dealer_id or self.env.user._own_dealers()[:1]

    def write(self, vals):
        """The form is written while it is a draft, limits by those whose turn it is."""
        if self.env.context.get("credit_application_step") is STEP:
            return super().write(vals)
        names = {name for name in vals if not _is_thread(name)}
        if names - FORM - DECISION:
            raise AccessError(self._state_refusal())
        drafts = self.filtered(lambda application: application.state == "draft")
        if names:
            (self - drafts)._check_decision(names)
        if drafts and names:
            drafts._check_draft_write(names)
            drafts._note_editor()
        if "partner_id" in vals:
            partner = self.env["res.partner"].browse(vals["partner_id"]).commercial_partner_id
            vals = {**self._form_of_customer(partner), **vals, "partner_id": partner.id}
            dealer = self._dealer_for(partner)
            self._check_own_dealer(dealer)
            self._store({"dealer_id": dealer.id})
        if not names - DECISION:
            self._check_assessment(vals)
        result = super(CrmCreditApplication, self._stepping(drafts)).write(vals)
        self._check_own_customers()
        if "company_id" in vals:
            self.check_access("write")  # rules ask before a write; not handed to foreign hands
        return result

    def _stepping(self, drafts):
        """``self``; what is checked here already, the tiers' own check of writes lets through."""
        if drafts == self:
            return self
        return self.with_context(skip_validation_check=True)

    def _store(self, vals):
        """Write what ``write`` refuses; callers have checked the rights and the state."""
        # sudo: finance confirms without the right to write customers' forms.
        return self.sudo()._in_step().write(vals)

    def _in_step(self):
        return self.with_context(credit_application_step=STEP, skip_validation_check=True)

    def _check_draft_write(self, names):
        self._check_editor()
        if names - FORM:
            raise UserError(
                self.env._(
                    "The assessment and the approved limit are entered at the step of commerce. "
                    "Submit the application first."
                )
            )

    def _check_decision(self, names):
        """Refuse writes to what was submitted, but for those whose turn it is."""
        for application in self:
            if names - DECISION or application.state != "submitted":
                raise UserError(
                    self.env._(
                        "%(number)s was submitted: its form is not changed any more. Have it "
                        "refused or recall it, then change it.",
                        number=application.name,
                    )
                )
            step = application._check_decider().definition_id.credit_step
            if step == "department" or (step != "commerce" and "assessment_id" in names):
                raise AccessError(
                    self.env._(
                        "Commerce enters the assessment; commerce and finance enter the limit, "
                        "when it is their turn."
                    )
                )

    def _check_assessment(self, vals):
        """An assessment is of the same customer and company, and done."""
        if not vals.get("assessment_id"):
            return
        assessment = self.env["crm.credit.assessment"].browse(vals["assessment_id"])
        for application in self:
            if (
                assessment.state != "done"
                or assessment.partner_id != application.partner_id
                or assessment.company_id._credit_company()
                != application.company_id._credit_company()
            ):
                raise UserError(
                    self.env._("Choose an assessment of this customer that is done.")
                )

    @api.model
    def _state_refusal(self):
        return self.env._(
            "The state of an application and its approvals change with its buttons only: submit, "
            "approve, refuse, recall, cancel."
        )

    # ---------------------------------------------------------------- rights

    @api.model
    def _check_editor(self):
        """Dealer staff and commerce fill forms in; finance and auditors read them."""
        if not self.env.su and not any(map(self.env.user.has_group, _EDITORS)):
            raise AccessError(
                self.env._(
                    "Dealer staff fill in credit applications. Ask the customer's dealer to do so."
                )
            )

    def _check_own_customers(self):
        self._check_own_dealer(self.sudo().dealer_id)

    @api.model
    def _check_own_dealer(self, dealers):
        if self._acts_for_dealers() and dealers - self.env.user._own_dealers():
            raise AccessError(
                self.env._(
                    "Only a customer's own dealer applies for its credit. "
                    "Ask that dealer, or the manufacturer's manager."
                )
            )

    def _note_editor(self):
        """Remember who wrote the form: that person does not approve it."""
        self._store({"editor_ids": [fields.Command.link(self.env.uid)]})

    @api.ondelete(at_uninstall=False)
    def _unlink_never_submitted(self):
        if any(application.state != "draft" or application.submitted_on for application in self):
            raise UserError(
                self.env._("Applications that were submitted are kept. Cancel it instead.")
            )


def _is_thread(name):
    """Whether a field belongs to the conversation about a record, not to the record."""
    return name.startswith(("message_", "activity_"))
