from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...tools.touch import touch

STATES = [("draft", "Draft"), ("active", "In Use"), ("replaced", "Replaced")]
LIMIT_METHODS = [
    ("table", "Amount of the class"),
    ("share", "Share of a figure, such as revenue"),
]
# In the context of a write that a step of the scorecard makes; no caller can forge it.
_STEP = object()
# Only the steps write these.
_OWN = {
    "state": "draft", "version": 1, "used_on": False, "activated_on": False,
    "activated_by_id": False,
}  # fmt: skip
# What assessments were done by: as it was, once there are any.
_DEFINITION = {
    "name", "code", "limit_method", "metric_id", "min_coverage", "rounding", "currency_id",
    "criterion_ids", "band_ids",
}  # fmt: skip


class CrmCreditScorecard(models.Model):
    """Weighted criteria and the classes and limits that follow from their score (K1).

    Versions: what an assessment was done with is never changed; see
    ``crm_credit_scorecard_version.py``.
    """

    _name = "crm.credit.scorecard"
    _description = "Credit Scorecard"
    _inherit = ["mail.thread"]
    _order = "sequence, code, version desc, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, copy=False, help="Versions of the same scorecard share it, e.g. 5C."
    )
    version = fields.Integer(readonly=True, copy=False, default=1, required=True)
    state = fields.Selection(
        STATES, required=True, readonly=True, default="draft", index=True, tracking=True
    )
    sequence = fields.Integer(default=10, help="The first one in use is proposed.")
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True)
    criterion_ids = fields.One2many(
        "crm.credit.criterion", "scorecard_id", string="Criteria", copy=True
    )
    band_ids = fields.One2many("crm.credit.band", "scorecard_id", string="Bands", copy=True)
    limit_method = fields.Selection(
        LIMIT_METHODS, string="Limit By", required=True, default="table"
    )
    metric_id = fields.Many2one(
        "crm.grading.metric",
        ondelete="restrict",
        domain="[('unit', '=', 'money')]",
        help="The figure of a customer of which a share is proposed: a sum of money.",
    )
    min_coverage = fields.Float(
        string="Least Coverage",
        default=70,
        digits=(5, 1),
        help="Percent of the weight that has to be answered before an assessment is done. "
        "What is unanswered is left out, never counted as zero.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        ondelete="restrict",
    )
    rounding = fields.Monetary(
        string="Rounded Down To",
        default=1000,
        help="Proposed limits are whole multiples of it; 0 for cents.",
    )
    used_on = fields.Datetime(
        string="Used Since",
        readonly=True,
        copy=False,
        help="When the first assessment was done with it. From then on it does not change.",
    )
    activated_on = fields.Datetime(string="In Use Since", readonly=True, copy=False)
    activated_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    assessment_count = fields.Integer(string="Assessments", compute="_compute_assessment_count")

    _code_version_uniq = models.Constraint(
        "UNIQUE(code, version)", "This version of the scorecard exists already."
    )
    _one_in_use = models.UniqueIndex(
        "(code) WHERE state = 'active'", "Another version of this scorecard is in use already."
    )
    _min_coverage_percent = models.Constraint(
        "CHECK(min_coverage >= 0 AND min_coverage <= 100)", "The least coverage is 0 to 100 %."
    )
    _rounding_positive = models.Constraint(
        "CHECK(rounding >= 0)", "Limits are rounded to an amount above zero, or 0."
    )

    @api.depends("name", "version")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for card in self:
            card.display_name = self.env._(
                "%(card)s v%(version)s", card=card.name or "", version=card.version
            )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_assessment_count(self):
        groups = self.env["crm.credit.assessment"]._read_group(
            [("scorecard_id", "in", self.ids)], ["scorecard_id"], ["__count"]
        )
        counts = {card.id: count for card, count in groups}
        for card in self:
            card.assessment_count = counts.get(card._origin.id, 0)

    @api.constrains("limit_method", "metric_id")
    def _check_metric(self):
        for card in self.filtered(lambda c: c.limit_method == "share"):
            leaves = card.metric_id._leaves()
            if card.metric_id.unit != "money" or set(leaves.mapped("aggregate")) != {"sum"}:
                raise ValidationError(
                    self.env._(
                        "%s proposes a share of a figure: choose one that is a sum of money, such "
                        "as the revenue of the last 12 months.",
                        card.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("scorecard_step") is not _STEP:
            for vals in vals_list:
                if any(vals.get(name, value) != value for name, value in _OWN.items()):
                    raise AccessError(self._step_refusal())
            # Said outright, so that no default from the context says otherwise.
            vals_list = [{**vals, **_OWN} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        """State and version change by the steps; what was used stays as it was.

        :raise AccessError: a value that only a step writes
        :raise UserError: the scorecard has been used, or was replaced
        """
        if self.env.context.get("scorecard_step") is _STEP:
            return super().write(vals)
        if _OWN.keys() & vals.keys():
            raise AccessError(self._step_refusal())
        if _DEFINITION & vals.keys():
            self._check_editable()
        return super().write(vals)

    def _store(self, vals):
        """Write what ``write`` refuses; callers have checked the rights."""
        return self.with_context(scorecard_step=_STEP).write(vals)

    @api.model
    def _step_refusal(self):
        return self.env._(
            "The version and the state of a scorecard change with its buttons only: "
            "activate, new version."
        )

    def _check_editable(self):
        """Refuse to change what assessments were done with, whoever asks.

        :raise UserError: with what to do instead
        """
        for card in self:
            if card.used_on or card.state == "replaced":
                raise UserError(
                    self.env._(
                        "Assessments were done with “%s”, so it stays as it is. Press “New "
                        "Version”, change the copy, and activate it.",
                        card.display_name,
                    )
                )
        # An assessment that is done with it at this instant has to meet this change.
        touch(self)

    def _check_step(self):
        """:raise AccessError: the user does not configure scorecards"""
        if not self.env.su:
            self.check_access("write")

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        for card in self:
            if card.state != "draft":
                raise UserError(
                    self.env._(
                        "“%s” is or was in use and is kept. Archive it instead.",
                        card.display_name,
                    )
                )
