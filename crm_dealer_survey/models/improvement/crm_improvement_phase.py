from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmImprovementPhase(models.Model):
    """弱项指标阶段提升计划: what an item is to reach by when, and what it reached (S6).

    Half-open: answers from ``begin_on`` to before ``until`` count.
    """

    _name = "crm.improvement.phase"
    _description = "Phase of a Weak Item"
    _inherit = ["crm.improvement.part"]
    _in_sight = ("item_id",)
    _order = "plan_id, item_id, begin_on, id"

    item_id = fields.Many2one(
        "crm.improvement.item", string="Weak Item", required=True, index=True, ondelete="cascade"
    )
    plan_id = fields.Many2one(related="item_id.plan_id", store=True, index=True)
    dealer_id = fields.Many2one(related="item_id.dealer_id", store=True, index=True)
    company_id = fields.Many2one(related="item_id.company_id", store=True, index=True)
    begin_on = fields.Date(required=True)
    until = fields.Date(required=True, help="The first day that no longer counts.")
    target = fields.Float(required=True, digits=(16, 1))
    actual = fields.Float(readonly=True, digits=(16, 1), copy=False)
    answer_count = fields.Integer(string="Answers", readonly=True, copy=False)
    standing = fields.Selection(
        [("ahead", "To Come"), ("none", "No Answers"), ("few", "Too Few Answers"),
         ("reached", "Reached"), ("missed", "Missed")],
        compute="_compute_standing",
    )  # fmt: skip

    _order_of_days = models.Constraint(
        "CHECK(begin_on < until)", "A phase ends after it begins: correct its days."
    )
    _once = models.Constraint(
        "UNIQUE(item_id, begin_on)", "The item has a phase that begins on that day."
    )

    @api.model
    def _step_fields(self):
        return {"actual", "answer_count"}

    @api.depends("item_id", "begin_on", "until")
    def _compute_display_name(self):
        for phase in self:
            phase.display_name = f"{phase.item_id.label} · {phase.begin_on} – {phase.until}"

    @api.depends("target", "actual", "answer_count", "begin_on")
    def _compute_standing(self):
        for phase in self:
            plan = phase.sudo().plan_id  # sudo: the number asked for is no secret
            if phase.begin_on and phase.begin_on > plan.company_id._today_here():
                phase.standing = "ahead"
            elif not phase.answer_count:
                phase.standing = "none"
            elif phase.answer_count < plan.programme_id.min_answers:
                phase.standing = "few"
            else:
                phase.standing = "reached" if phase.actual >= phase.target else "missed"

    @api.constrains("begin_on", "item_id", "target")
    def _check_phase(self):
        for phase in self.sudo():  # sudo: plan and scale of the item
            plan = phase.item_id.plan_id
            if phase.begin_on < plan.before_until:
                raise ValidationError(
                    self.env._(
                        "A phase of “%s” begins when the period before has ended. Choose a later "
                        "day.",
                        phase.item_id.label,
                    )
                )
            top = plan.version_id._top()
            if not top / 10 <= phase.target <= top:
                raise ValidationError(
                    self.env._(
                        "The target of a phase lies between %(low)s and %(high)s.",
                        low=top / 10, high=top,
                    )
                )  # fmt: skip
