from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_dealer_grading.models.network.crm_by_step import STEP
from odoo.addons.crm_dealer_grading.tools.touch import touch

PERIOD_KINDS = [
    ("month", "Month"),
    ("quarter", "Quarter"),
    ("half", "Half-Year"),
    ("year", "Year"),
]
# May change at any time: they decide no result.
_OPEN_FIELDS = {"active", "auto_draft", "appeal_days", "finance_user_id", "note"}


class CrmAssessmentPolicy(models.Model):
    """How dealers are assessed: what counts, how much, and what follows from it (S9).

    Frozen by the first assessment that is published; a change is then a new version. It stays as
    well while dealers are shown results by it.
    """

    _name = "crm.assessment.policy"
    _description = "Assessment Policy"
    _inherit = ["mail.thread"]
    _order = "code, number desc"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(
        required=True,
        tracking=True,
        help="The same for all versions of a policy: periods are compared within it.",
    )
    number = fields.Integer(
        string="Version", required=True, readonly=True, default=1, copy=False, aggregator=None
    )
    previous_id = fields.Many2one(
        "crm.assessment.policy",
        string="Version Before",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="Of bonus, prizes and fines.",
    )
    period_kind = fields.Selection(
        PERIOD_KINDS, string="Period", required=True, default="quarter", tracking=True
    )
    dealer_type = fields.Selection(
        [("sales", "Sales"), ("service", "Service")],
        string="Dealers",
        help="Only dealers that do this. Empty: all dealers.",
    )
    region_ids = fields.Many2many(
        "crm.dealer.region",
        string="Regions",
        help="Only dealers of these regions and those below. Empty: all.",
    )
    brand_ids = fields.Many2many(
        "fleet.vehicle.model.brand", string="Brands", help="Only dealers of these. Empty: all."
    )
    share = fields.Float(
        string="Share of the Overall Mark (%)",
        default=19.0,
        digits=(5, 2),
        aggregator=None,
        help="How much of a dealer's overall mark the score of this assessment is.",
    )
    rank_newcomers = fields.Boolean(
        string="Rank New Dealers",
        help="Otherwise a dealer that opened during the period has a score, but no rank.",
    )
    appeal_days = fields.Integer(
        string="Days to Appeal",
        required=True,
        default=7,
        help="So many days after the result was shown a dealer may appeal.",
    )
    auto_draft = fields.Boolean(
        string="Draft by Itself", help="The draft of a period is made when the period has ended."
    )
    finance_user_id = fields.Many2one(
        "res.users",
        string="Told of Approved Money",
        domain=[("share", "=", False)],
        ondelete="restrict",
        help="Gets a to-do for each approved bonus, prize or fine. Nothing is posted by itself.",
    )
    component_ids = fields.One2many(
        "crm.assessment.component", "policy_id", string="What Counts", copy=True
    )
    rule_ids = fields.One2many(
        "crm.assessment.rule", "policy_id", string="What Follows", copy=True
    )
    assessment_ids = fields.One2many("crm.assessment", "policy_id", string="Assessments")
    assessment_count = fields.Integer(
        string="Number of Assessments", compute="_compute_assessment_count"
    )
    used_on = fields.Datetime(
        string="Frozen On",
        readonly=True,
        copy=False,
        help="When an assessment by this version was published first.",
    )
    note = fields.Html(translate=True, help="What dealers and colleagues should know of it.")

    _version_uniq = models.Constraint(
        "UNIQUE(code, number, company_id)",
        "There is such a version of this policy already. Reload the page, or take another code.",
    )
    _numbers_check = models.Constraint(
        "CHECK(share BETWEEN 0 AND 100 AND appeal_days BETWEEN 0 AND 365)",
        "The share lies between 0 and 100 %, the days to appeal between 0 and 365.",
    )

    @api.depends("name", "number")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for policy in self:
            policy.display_name = f"{policy.name or ''} v{policy.number}"

    def _compute_assessment_count(self):
        groups = self.env["crm.assessment"]._read_group(
            [("policy_id", "in", self.ids)], ["policy_id"], ["__count"]
        )
        counts = dict(groups)
        for policy in self:
            policy.assessment_count = counts.get(policy._origin, 0)

    # -- Versions --------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # Nobody says that it is used but a publication.
        return super().create([{**vals, "used_on": False} for vals in vals_list])

    def write(self, vals):
        fixed = vals.keys() - _OPEN_FIELDS - self._talk_fields()
        if fixed and self.env.context.get("crm_assessment_step") is not STEP:
            if "used_on" in vals:
                raise UserError(self.env._("A policy is in use once a result is published."))
            self._check_editable()
        return super().write(vals)

    @api.model
    def _talk_fields(self):
        """Messages and followers: they have rights of their own."""
        return self.env["mail.thread"]._fields.keys() - {"display_name", "id"}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_editable()

    def _check_editable(self):
        """Refuse to change what dealers were shown results by; asked by the parts as well.

        Showing, publishing and editing meet on the policy's row.

        :raise UserError: an assessment by one of these was published, or is shown
        """
        if used := self.sudo().filtered("used_on"):
            raise UserError(
                self.env._(
                    "Results by “%s” were published: it stays as it is, so that they can be "
                    "recomputed. Make a new version and change that.",
                    used[0].display_name,
                )
            )
        # sudo: whether there is one, whoever edits.
        shown = self.env["crm.assessment"].sudo().search(
            [("policy_id", "in", self.ids), ("state", "=", "shown")], limit=1
        )
        if shown:
            raise UserError(
                self.env._(
                    "“%s” is shown to dealers, and they answer to this policy. Publish it and make "
                    "a new version, or take it back first.",
                    shown.display_name,
                )
            )
        self.flush_recordset()
        touch(self)

    def _mark_used(self):
        """Publishing freezes the version; who edits it at that instant is repeated."""
        self.flush_recordset()
        touch(self)
        new = self.filtered(lambda policy: not policy.used_on)
        new.with_context(crm_assessment_step=STEP).used_on = fields.Datetime.now()

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if "number" not in (default or {}):
            for policy, vals in zip(self, vals_list, strict=True):
                vals["code"] = self.env._("%s (copy)", policy.code)
                vals["name"] = self.env._("%s (copy)", policy.name)
        return vals_list

    def action_new_version(self):
        """Copy the policy as its next version, and archive this one."""
        self.ensure_one()
        self.check_access("write")
        same = [("code", "=", self.code), ("company_id", "=", self.company_id.id)]
        last = self.with_context(active_test=False).search(same, order="number desc", limit=1)
        new = self.copy({"number": last.number + 1, "previous_id": self.id, "active": True})
        self.active = False
        return new._get_records_action(context={})

    def action_open_assessments(self):
        """Open the assessments by these policies."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_assessment_action"
        )
        return {
            **action,
            "domain": [("policy_id", "in", self.ids)],
            "context": {"default_policy_id": self.id if len(self) == 1 else False},
        }
