from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..rectification.crm_rectification_guard import DEALER_MANAGER
from .crm_improvement_part import STEP


class CrmImprovementCheck(models.Model):
    """A check list filled in by a dealer for a month (S6)."""

    _name = "crm.improvement.check"
    _description = "Filled Check List"
    _inherit = ["crm.dealer.scope", "crm.dealer.dialog", "mail.thread"]
    _in_sight = ("plan_id",)
    _order = "month desc, id desc"
    _mail_post_access = "read"

    checklist_id = fields.Many2one(
        "crm.improvement.checklist", string="Check List", required=True, index=True,
        ondelete="restrict",
    )  # fmt: skip
    programme_id = fields.Many2one(related="checklist_id.programme_id", store=True)
    dealer_id = fields.Many2one(
        "crm.dealer", required=True, index=True, ondelete="restrict",
        default=lambda self: self.env.user._default_dealer(),
    )  # fmt: skip
    region_id = fields.Many2one(related="dealer_id.region_id")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    month = fields.Date(
        required=True, default=lambda self: self.env.company._today_here().replace(day=1),
        help="Any day of the month; the first one is kept.",
    )  # fmt: skip
    user_id = fields.Many2one(
        "res.users", string="Checked by", ondelete="restrict", index="btree_not_null",
        default=lambda self: self.env.user, domain="[('share', '=', False)]",
    )  # fmt: skip
    line_ids = fields.One2many("crm.improvement.check.line", "check_id", copy=False)
    state = fields.Selection(
        [("draft", "Being Filled In"), ("done", "Done")], required=True, readonly=True,
        copy=False, default="draft", tracking=True,
    )  # fmt: skip
    yes_count = fields.Integer(string="Yes", compute="_compute_score", store=True)
    no_count = fields.Integer(string="No", compute="_compute_score", store=True)
    score = fields.Float(
        digits=(5, 1),
        compute="_compute_score", store=True, aggregator="avg",
        help="Yes, in percent of yes and no.",
    )  # fmt: skip
    plan_id = fields.Many2one(
        "crm.improvement.plan", readonly=True, copy=False, index="btree_not_null",
        ondelete="set null",
    )  # fmt: skip

    _once = models.Constraint(
        "UNIQUE(checklist_id, dealer_id, month)",
        "This check list is there for the dealer and the month. Open that one.",
    )

    @api.depends("line_ids.answer")
    def _compute_score(self):
        for check in self:
            answers = check.line_ids.mapped("answer")
            check.yes_count, check.no_count = answers.count("yes"), answers.count("no")
            told = check.yes_count + check.no_count
            check.score = 100 * check.yes_count / told if told else 0

    @api.depends("checklist_id", "dealer_id", "month")
    def _compute_display_name(self):
        for check in self:
            month = check.month and f"{check.month:%Y-%m}"
            check.display_name = " · ".join(
                filter(None, [check.checklist_id.name, check.dealer_id.name, month])
            )

    @api.model
    def _colleague_fields(self):
        return super()._colleague_fields() | {"user_id"}

    # ------------------------------------------------------------ who may write

    @api.model
    def _by_step(self):
        return self.env.context.get("crm_improvement_step") is STEP

    def _store(self, vals):
        # sudo: the right to the step replaces that to the fields.
        return self.sudo().with_context(crm_improvement_step=STEP).write(vals)

    def _check_fills_in(self, states=("draft",)):
        """:raise AccessError: no manager of the dealer; :raise UserError: not at that state"""
        user = self.env.user
        for check in self.sudo():  # sudo: whose it is decides
            manager = user.has_group(DEALER_MANAGER) and check.dealer_id in user._own_dealers()
            if not manager:
                raise AccessError(self.env._("A check list is filled in by the dealer's manager."))
            if check.state not in states:
                raise UserError(
                    self.env._("“%s” is done. Open it again to change it.", check.display_name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [{**vals, "state": "draft", "plan_id": False} for vals in vals_list]
        for vals in vals_list:
            if month := fields.Date.to_date(vals.get("month")):
                vals["month"] = month.replace(day=1)
        self._check_dealers_given(vals_list)
        checks = super().create(vals_list)
        if not self.env.su:
            checks._check_fills_in()
        for check in checks.filtered(lambda c: not c.line_ids):
            check.line_ids = [
                (0, 0, {"item_id": item.id}) for item in check.checklist_id.item_ids
            ]
        return checks

    @api.model
    def _check_dealers_given(self, vals_list):
        """Before anything is stored: that a foreign dealer has one would show in the refusal.

        :raise AccessError: a check list of a foreign dealer
        """
        default = self.default_get(["dealer_id"]).get("dealer_id")
        given = {vals.get("dealer_id", default) for vals in vals_list}
        if not self.env.su and given - set(self.env.user._own_dealers().ids):
            raise AccessError(self.env._("A check list is filled in by the dealer's manager."))

    def write(self, vals):
        if self._by_step():
            return super().write(vals)
        if {"state", "plan_id", "checklist_id"} & vals.keys():
            raise AccessError(self.env._("Use the buttons; for another list make a new check."))
        names = vals.keys() - self.env["mail.thread"]._fields.keys()
        if names and not self.env.su:
            self._check_fills_in()
        vals = dict(vals)
        if month := fields.Date.to_date(vals.get("month")):
            vals["month"] = month.replace(day=1)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unfinished_only(self):
        if not self.env.su:
            self._check_fills_in()

    # ------------------------------------------------------------ steps

    def action_done(self):
        """All items are answered."""
        self._check_fills_in()
        for check in self:
            if left := check.checklist_id.item_ids - check.line_ids.item_id:
                raise UserError(
                    self.env._("“%s” was left out. Add it again, and answer it.", left[0].name)
                )
            open_lines = check.line_ids.filtered(lambda line: not line.answer)
            if open_lines or not check.line_ids:
                raise UserError(
                    self.env._(
                        "%s items have no answer yet. Say yes, no or not applicable.",
                        len(open_lines),
                    )
                )
        self._store({"state": "done"})
        return True

    def action_reopen(self):
        """Something was answered wrongly."""
        self._check_fills_in(("done",))
        self._store({"state": "draft"})
        return True

    def action_make_plan(self):
        """Propose a measure for each *no*, in the plan being made for the programme, or a new one.

        :raise UserError: no item was answered with no, or all of them have a measure
        """
        self.ensure_one()
        self._check_fills_in(("draft", "done"))
        lines = self.line_ids.filtered(lambda line: line.answer == "no" and not line.measure_id)
        if not lines:
            raise UserError(
                self.env._("Every item answered with no has its measure already, or none is.")
            )
        plan = self.plan_id if self.plan_id.stage == "plan" else self._plan_for(lines)
        for line in lines:
            line._store({"measure_id": line._make_measure(plan).id})
        self._store({"plan_id": plan.id})
        return plan._get_records_action(context={})

    def _plan_for(self, lines):
        """A plan at its first stage; its weak items are the factors of the lines."""
        plans = self.env["crm.improvement.plan"]
        version = self.checklist_id.programme_id.current_version_id
        if not version:
            raise UserError(
                self.env._("%s has no questionnaire in use. Ask the manufacturer to open one.",
                           self.programme_id.display_name)
            )  # fmt: skip
        made = plans.search(
            [("dealer_id", "=", self.dealer_id.id), ("version_id", "=", version.id),
             ("stage", "=", "plan")], limit=1,
        )  # fmt: skip
        if made:
            return made
        factors = version._same_parts(lines.item_id.factor_id)
        return plans.create(
            {
                "subject": self.display_name,
                "dealer_id": self.dealer_id.id,
                "company_id": self.company_id.id,
                "version_id": version.id,
                "item_ids": [(0, 0, {"factor_id": factor.id}) for factor in factors.values()],
            }
        )
