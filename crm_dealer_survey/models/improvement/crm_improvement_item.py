from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .crm_improvement_plan import VERDICTS

FIGURES = {
    "before_index", "before_count", "after_index", "after_count", "difference", "low", "high",
    "verdict", "others_difference", "others_low", "others_high", "others_verdict",
}  # fmt: skip


class CrmImprovementItem(models.Model):
    """A weak item of a plan: a factor or a question; or the total of the questionnaire (S6).

    Figures are on the questionnaire's scale, measured (``crm_improvement_plan_effect``), and
    frozen when the plan is closed.
    """

    _name = "crm.improvement.item"
    _description = "Weak Item of a Plan"
    _inherit = ["crm.improvement.part"]
    _order = "plan_id, is_total desc, sequence, id"
    _rec_name = "label"

    plan_id = fields.Many2one(
        "crm.improvement.plan", required=True, index=True, ondelete="cascade"
    )
    dealer_id = fields.Many2one(related="plan_id.dealer_id", store=True, index=True)
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    version_id = fields.Many2one(related="plan_id.version_id")
    sequence = fields.Integer(default=10)
    is_total = fields.Boolean(string="Total", readonly=True)
    factor_id = fields.Many2one(
        "crm.satisfaction.factor", ondelete="restrict", index="btree_not_null",
        domain="[('version_id', '=', version_id)]",
    )  # fmt: skip
    question_id = fields.Many2one(
        "survey.question", ondelete="restrict", index="btree_not_null",
        domain="[('satisfaction_version_id', '=', version_id), "
        "('satisfaction_kind', '=', 'satisfaction')]",
    )  # fmt: skip
    label = fields.Char(string="Item", compute="_compute_label")
    importance = fields.Float(
        digits=(6, 1), help="Share of the stated or derived importance when chosen, in percent."
    )
    target = fields.Float(
        digits=(16, 1), help="Index to be reached in the period after, on the scale of the "
        "questionnaire.",
    )  # fmt: skip
    has_before = fields.Boolean(compute="_compute_has")
    has_after = fields.Boolean(compute="_compute_has")
    before_index = fields.Float(string="Before", readonly=True, digits=(16, 1), copy=False)
    before_count = fields.Integer(string="Answers Before", readonly=True, copy=False)
    after_index = fields.Float(string="After", readonly=True, digits=(16, 1), copy=False)
    after_count = fields.Integer(string="Answers After", readonly=True, copy=False)
    difference = fields.Float(readonly=True, digits=(16, 1), copy=False)
    low = fields.Float(
        string="Interval From", readonly=True, digits=(16, 1), copy=False,
        help="Lower end of the 95 % interval of the difference.",
    )  # fmt: skip
    high = fields.Float(
        string="Interval To", readonly=True, digits=(16, 1), copy=False,
        help="Upper end of the 95 % interval of the difference.",
    )  # fmt: skip
    verdict = fields.Selection(VERDICTS, string="Change", readonly=True, copy=False)
    others_difference = fields.Float(
        string="More than Others", readonly=True, digits=(16, 1), copy=False,
        help="By how much more it rose than that of all other dealers together.",
    )  # fmt: skip
    others_low = fields.Float(readonly=True, digits=(16, 1), copy=False)
    others_high = fields.Float(readonly=True, digits=(16, 1), copy=False)
    others_verdict = fields.Selection(
        [*VERDICTS, ("hidden", "Not Compared")], string="Against Others", readonly=True, copy=False
    )
    words = fields.Char(string="In Words", compute="_compute_words")
    reached = fields.Boolean(string="Target Reached", compute="_compute_reached")
    phase_ids = fields.One2many("crm.improvement.phase", "item_id", copy=False)

    _once_factor = models.UniqueIndex(
        "(plan_id, factor_id) WHERE factor_id IS NOT NULL", "The plan has this factor already."
    )
    _once_question = models.UniqueIndex(
        "(plan_id, question_id) WHERE question_id IS NOT NULL",
        "The plan has this question already.",
    )
    _one_total = models.UniqueIndex("(plan_id) WHERE is_total", "The plan has its total already.")
    _one_of_both = models.Constraint(
        "CHECK(num_nonnulls(factor_id, question_id) = CASE WHEN is_total THEN 0 ELSE 1 END)",
        "A weak item is a factor or a question: choose one of them.",
    )

    @api.model
    def _step_fields(self):
        return {*FIGURES, "is_total"}

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        if not self._by_step():
            items.sudo().plan_id._measure()  # sudo: figures that nobody types in
        return items

    def write(self, vals):
        result = super().write(vals)
        if not self._by_step() and {"factor_id", "question_id"} & vals.keys():
            self.sudo().plan_id._measure()  # sudo: figures that nobody types in
        return result

    def _again(self, version):
        """What the next round begins with; None: its questionnaire does not ask about it."""
        part = self.factor_id or self.question_id
        if version != self.version_id:
            part = version._same_parts(part).get(part)
        name = "factor_id" if self.factor_id else "question_id"
        return part and {
            name: part.id,
            "sequence": self.sequence,
            "importance": self.importance,
            "target": self.target * version._top() / self.version_id._top(),
        }

    @api.depends("is_total", "factor_id", "question_id")
    @api.depends_context("lang")
    def _compute_label(self):
        for item in self:
            # sudo: names of what is asked, which whoever sees the plan knows.
            asked = item.sudo()
            name = asked.factor_id.name or asked.question_id.title
            item.label = self.env._("Total") if item.is_total else name

    @api.depends("before_count", "after_count")
    def _compute_has(self):
        for item in self:
            item.has_before, item.has_after = bool(item.before_count), bool(item.after_count)

    @api.depends("target", "after_index", "after_count")
    def _compute_reached(self):
        for item in self:
            known = item.after_count and item.target
            item.reached = bool(known) and item.after_index >= item.target

    @api.depends("verdict", "difference", "low", "high", "others_verdict", "others_difference")
    @api.depends_context("lang")
    def _compute_words(self):
        for item in self:
            item.words = " ".join(filter(None, [item._said(), item._said_of_others()]))

    def _said(self):
        told = {"value": f"{self.difference:+.1f}", "low": f"{self.low:+.1f}",
                "high": f"{self.high:+.1f}"}  # fmt: skip
        if self.verdict == "few":
            return self.env._(
                "Too few answers to tell: %(before)s before, %(after)s after.",
                before=self.before_count, after=self.after_count,
            )  # fmt: skip
        if self.verdict == "unclear":
            return self.env._(
                "%(value)s (%(low)s to %(high)s): not significant, it may be chance.", **told
            )
        if self.verdict == "better":
            return self.env._("%(value)s (%(low)s to %(high)s): better, not by chance.", **told)
        if self.verdict == "worse":
            return self.env._("%(value)s (%(low)s to %(high)s): worse, not by chance.", **told)
        return ""

    def _said_of_others(self):
        told = {"value": f"{self.others_difference:+.1f}", "low": f"{self.others_low:+.1f}",
                "high": f"{self.others_high:+.1f}"}  # fmt: skip
        if self.others_verdict == "better":
            return self.env._(
                "Against all others %(value)s (%(low)s to %(high)s): more, not by chance.", **told
            )
        if self.others_verdict == "worse":
            return self.env._(
                "Against all others %(value)s (%(low)s to %(high)s): less, not by chance.", **told
            )
        if self.others_verdict == "unclear":
            return self.env._(
                "Against all others %(value)s (%(low)s to %(high)s): not significant.", **told
            )
        return ""

    @api.constrains("factor_id", "question_id", "plan_id")
    def _check_version(self):
        for item in self.sudo():  # sudo: of which version a part is
            version = item.factor_id.version_id or item.question_id.satisfaction_version_id
            asked = not item.question_id or item.question_id.satisfaction_kind == "satisfaction"
            if not item.is_total and (version != item.plan_id.version_id or not asked):
                raise ValidationError(
                    self.env._(
                        "“%(item)s” has no index in %(version)s. Choose a factor or a question on "
                        "satisfaction of that questionnaire.",
                        item=item.label,
                        version=item.plan_id.version_id.display_name,
                    )
                )

    @api.constrains("target", "plan_id")
    def _check_target(self):
        for item in self.sudo().filtered("target"):  # sudo: the scale is no secret
            top = item.plan_id.version_id._top()
            if not top / 10 <= item.target <= top:
                raise ValidationError(
                    self.env._(
                        "The target of “%(item)s” lies between %(low)s and %(high)s, the scale "
                        "of the questionnaire.",
                        item=item.label, low=top / 10, high=top,
                    )
                )  # fmt: skip
