from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.models.network.crm_by_step import STEP
from odoo.addons.crm_dealer_grading.models.network.res_users import AUDITOR, OEM_MANAGER

STATES = [
    ("draft", "Draft"),
    ("computed", "Computed"),
    ("shown", "Shown to Dealers"),
    ("published", "Published"),
    ("cancelled", "Cancelled"),
]


class CrmAssessment(models.Model):
    """All dealers of a policy in a period: figures, scores, ranks, and what follows (S9).

    The result follows from the stored policy and inputs alone (``tools/assessment.py``); the
    hash is over all three. States change by ``_step`` (``crm_assessment_step``).
    """

    _name = "crm.assessment"
    _description = "Dealer Assessment"
    _inherit = ["crm.assessment.stored", "mail.thread", "mail.activity.mixin"]
    _order = "begin desc, id desc"

    policy_id = fields.Many2one(
        "crm.assessment.policy", required=True, index=True, ondelete="restrict", tracking=True
    )
    policy_code = fields.Char(related="policy_id.code", store=True)
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="policy_id.currency_id")
    period_kind = fields.Selection(
        string="Kind of Period", related="policy_id.period_kind", store=True
    )
    begin = fields.Date(
        string="Period",
        required=True,
        index=True,
        default=lambda self: self._last_period("quarter"),
        help="Any day of the period; its first day is kept.",
    )
    end = fields.Date(
        string="Ends Before",
        compute="_compute_end",
        store=True,
        help="The first day after the period.",
    )
    period_name = fields.Char(string="Name of the Period", compute="_compute_period_name")
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, copy=False, tracking=True,
        group_expand=True,
    )  # fmt: skip
    line_ids = fields.One2many("crm.assessment.line", "assessment_id", string="Dealers")
    proposal_ids = fields.One2many("crm.assessment.proposal", "assessment_id", string="Proposals")
    appeal_ids = fields.One2many("crm.assessment.appeal", "assessment_id", string="Appeals")
    line_count = fields.Integer(string="Number of Dealers", compute="_compute_counts")
    proposal_count = fields.Integer(string="Number of Proposals", compute="_compute_counts")
    open_proposal_count = fields.Integer(string="To Decide", compute="_compute_counts")
    appeal_count = fields.Integer(string="Number of Appeals", compute="_compute_counts")
    open_appeal_count = fields.Integer(string="Open Appeals", compute="_compute_counts")
    policy_json = fields.Text(
        string="Policy as Used", readonly=True, copy=False, groups=AUDITOR, prefetch=False
    )
    inputs_json = fields.Text(
        string="Inputs", readonly=True, copy=False, groups=AUDITOR, prefetch=False,
        help="All figures that the result stands on, as they were collected.",
    )  # fmt: skip
    result_hash = fields.Char(
        string="Hash",
        readonly=True,
        copy=False,
        help="SHA-256 over policy, inputs and result: another figure makes another hash.",
    )
    computed_on = fields.Datetime(readonly=True, copy=False)
    computed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    shown_on = fields.Date(readonly=True, copy=False)
    appeal_until = fields.Date(
        readonly=True, copy=False, tracking=True, help="The last day on which dealers may appeal."
    )
    published_on = fields.Datetime(readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    cancel_reason = fields.Text(readonly=True, copy=False)
    checked_on = fields.Datetime(string="Last Checked", readonly=True, copy=False)
    check_result = fields.Selection(
        [("same", "Recomputed: the Same"), ("different", "Recomputed: Different")],
        string="Check",
        readonly=True,
        copy=False,
    )

    _period_uniq = models.UniqueIndex(
        "(policy_code, company_id, begin, period_kind) WHERE state <> 'cancelled'",
        "There is an assessment by this policy for that period. Open it, or cancel it first.",
    )

    @api.model
    def _last_period(self, kind):
        """The first day of the last period that has ended at the company."""
        values = self.env["crm.kpi.value"]
        this = values._period_of(kind, self.env.company._today_here())
        return values._period_of(kind, this - relativedelta(days=1))

    @api.depends("begin", "period_kind")
    def _compute_end(self):
        values = self.env["crm.kpi.value"]
        for assessment in self:
            known = assessment.begin and assessment.period_kind
            assessment.end = known and values._period_end(
                assessment.period_kind, assessment.begin
            )

    @api.depends("begin", "period_kind")
    def _compute_period_name(self):
        values = self.env["crm.kpi.value"]
        for assessment in self:
            known = assessment.begin and assessment.period_kind
            assessment.period_name = known and values._name_of_period(
                assessment.period_kind, assessment.begin
            )

    @api.depends("policy_id", "begin", "period_kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for assessment in self:
            parts = (assessment.policy_id.name, assessment.period_name)
            assessment.display_name = " · ".join(filter(None, parts))

    @api.depends("line_ids", "proposal_ids.state", "appeal_ids.state")
    @api.depends_context("uid")
    def _compute_counts(self):
        counted = {
            "line_count": ("crm.assessment.line", []),
            "proposal_count": ("crm.assessment.proposal", []),
            "open_proposal_count": ("crm.assessment.proposal", [("state", "=", "proposed")]),
            "appeal_count": ("crm.assessment.appeal", []),
            "open_appeal_count": ("crm.assessment.appeal", [("state", "=", "filed")]),
        }
        for name, (model, domain) in counted.items():
            groups = self.env[model]._read_group(
                [("assessment_id", "in", self.ids), *domain], ["assessment_id"], ["__count"]
            )
            counts = {assessment.id: count for assessment, count in groups}
            for assessment in self:
                assessment[name] = counts.get(assessment._origin.id, 0)

    @api.onchange("policy_id")
    def _onchange_policy_id(self):
        if self.policy_id:
            self.begin = self._last_period(self.policy_id.period_kind)

    # -- Guard -----------------------------------------------------------------------------------

    @api.model
    def _published_sql(self):
        return SQL("OLD.state = 'published'")

    @api.model
    def _frozen_columns(self):
        return (
            "policy_id", "begin", "state", "policy_json", "inputs_json", "result_hash",
            "published_on",
        )  # fmt: skip

    @api.model
    def _step_fields(self):
        """What steps and the computation write."""
        return {
            "policy_json", "inputs_json", "result_hash", "computed_on", "computed_by_id",
            "shown_on", "appeal_until", "published_on", "published_by_id", "cancel_reason",
            "checked_on", "check_result", "line_ids", "proposal_ids", "appeal_ids",
        }  # fmt: skip

    @api.model
    def _draft_fields(self):
        """What a draft says by hand; all else is written by steps."""
        return {"policy_id", "begin"}

    @api.model_create_multi
    def create(self, vals_list):
        """Drafts, by a manager of the manufacturer."""
        if not self._by_step():
            self._check_manager()
            said = self._draft_fields() | self._free_fields()
            # Said explicitly, so that no default of the context takes their place.
            given = {**dict.fromkeys(self._step_fields(), False), "state": "draft"}
            vals_list = [
                {**{k: v for k, v in vals.items() if k in said}, **given} for vals in vals_list
            ]
        vals_list = [self._with_first_day(vals) for vals in vals_list]
        made = super(CrmAssessment, self.with_context(crm_assessment_step=STEP)).create(
            vals_list
        )
        return made.with_env(self.env)

    @api.model
    def _with_first_day(self, vals):
        policy = self.env["crm.assessment.policy"].browse(vals.get("policy_id"))
        begin = fields.Date.to_date(vals.get("begin"))
        if not policy or not begin:
            return vals
        first = self.env["crm.kpi.value"]._period_of(policy.period_kind, begin)
        return {**vals, "begin": first}

    def write(self, vals):
        said = vals.keys() - self._free_fields()
        if self._by_step() or not said:
            return super().write(vals)
        self._check_manager()
        if said - self._draft_fields() or any(one.state != "draft" for one in self):
            raise AccessError(self._step_refusal())
        allowed = self.with_context(crm_assessment_step=STEP)
        result = super(CrmAssessment, allowed).write(vals)
        for one in self:
            fixed = self._with_first_day({"policy_id": one.policy_id.id, "begin": one.begin})
            if fixed["begin"] != one.begin:
                super(CrmAssessment, one.with_context(crm_assessment_step=STEP)).write(
                    {"begin": fixed["begin"]}
                )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_by_step(self):
        """Drafts may go; what was computed is cancelled."""
        if any(one.state != "draft" for one in self):
            raise UserError(
                self.env._("Only drafts are deleted. Cancel the assessment with a reason instead.")
            )

    @api.model
    def _check_manager(self):
        """:raise AccessError: whoever is no manager of the manufacturer, or works at a dealer"""
        user = self.env.user
        if not user.has_group(OEM_MANAGER) or user.dealer_scoped:
            raise AccessError(
                self.env._("Only the manufacturer's manager does this. Ask that person.")
            )

    @api.constrains("begin", "policy_id")
    def _check_parts(self):
        for assessment in self:
            assessment.policy_id._check_no_trial()
            if not assessment.policy_id.component_ids.filtered(lambda c: c.role == "part"):
                raise ValidationError(
                    self.env._(
                        "“%s” says nothing that counts. Add a part of the score to the policy.",
                        assessment.policy_id.display_name,
                    )
                )

    @api.model
    @api.private
    def _load_demo(self):
        """Called by the demo data, once; nothing of it is imported otherwise."""
        from ...demo.load_assessment import load

        load(self.env)

    # -- Buttons ---------------------------------------------------------------------------------

    def _open(self, xmlid, domain=()):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(f"crm_dealer_survey.{xmlid}")
        return {
            **action,
            "domain": [("assessment_id", "=", self.id), *domain],
            "context": {"create": False},
        }

    def action_open_lines(self):
        """Open the dealers' results."""
        return self._open("crm_assessment_line_action")

    def action_open_proposals(self):
        """Open what follows from the assessment."""
        return self._open("crm_assessment_proposal_action")

    def action_open_appeals(self):
        """Open the dealers' appeals."""
        return self._open("crm_assessment_appeal_action")
