from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_dealer_grading.tools.steps import check_at, take

from .roles import STEP, is_oem_manager, manages

STATES = [("draft", "Draft"), ("approved", "Approved"), ("closed", "Closed")]


class CrmTrainingPlan(models.Model):
    """What is trained in a year or half a year, and what it may cost (S7).

    The manufacturer plans for the network, a dealer's manager for the own staff.
    """

    _name = "crm.training.plan"
    _description = "Training Plan"
    _inherit = ["mail.thread", "crm.dealer.scope"]
    _order = "date_from desc, id desc"

    name = fields.Char(string="Plan", required=True, tracking=True)
    date_from = fields.Date(
        string="From", required=True,
        default=lambda self: self.env.company._today_here().replace(month=1, day=1),
    )  # fmt: skip
    date_to = fields.Date(
        string="Until", required=True,
        default=lambda self: self.env.company._today_here().replace(month=12, day=31),
        help="The last day of the plan.",
    )  # fmt: skip
    state = fields.Selection(
        STATES, required=True, readonly=True, copy=False, default="draft", tracking=True
    )
    dealer_id = fields.Many2one(
        "crm.dealer",
        default=lambda self: self.env.user._default_dealer(),
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Empty: the manufacturer's plan for the network.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    budget = fields.Monetary(tracking=True, help="What all sessions together may cost.")
    goal = fields.Text(help="What is to be better afterwards, and how it is measured.")
    summary = fields.Text(
        string="Conclusions", help="At the end: what worked, what is changed in the next plan."
    )
    session_ids = fields.One2many("crm.training.session", "plan_id", string="Sessions")
    session_count = fields.Integer(string="Number of Sessions", compute="_compute_figures")
    held_count = fields.Integer(string="Held", compute="_compute_figures")
    cost_planned = fields.Monetary(string="Planned Cost", compute="_compute_figures")
    cost = fields.Monetary(string="Actual Cost", compute="_compute_figures")
    hours = fields.Float(string="Hours Attended", compute="_compute_figures")

    _days_check = models.Constraint(
        "CHECK(date_from <= date_to)", "A plan ends on the day it begins, or later."
    )
    _budget_check = models.Constraint("CHECK(budget >= 0)", "A budget is not below zero.")

    @api.depends("session_ids.state", "session_ids.cost_planned", "session_ids.cost",
                 "session_ids.participant_ids.hours")  # fmt: skip
    def _compute_figures(self):
        for plan in self:
            sessions = plan.session_ids.filtered(lambda s: s.state != "cancelled")
            plan.session_count = len(sessions)
            plan.held_count = len(sessions.filtered(lambda s: s.state in ("held", "closed")))
            plan.cost_planned = sum(sessions.mapped("cost_planned"))
            plan.cost = sum(sessions.mapped("cost"))
            plan.hours = sum(sessions.mapped("hours_attended"))

    def _owns(self):
        """Whether the plan is the user's to change."""
        self.ensure_one()
        user, dealer = self.env.user, self.sudo().dealer_id
        return is_oem_manager(user) or manages(user, dealer)

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([{**vals, "state": "draft"} for vals in vals_list])

    def write(self, vals):
        if "state" in vals and self.env.context.get("crm_training_step") is not STEP:
            raise AccessError(self.env._("Use the buttons of the plan to change its state."))
        fixed = vals.keys() & {"budget", "date_from", "date_to", "dealer_id", "company_id"}
        if fixed and any(plan.state != "draft" for plan in self):
            raise UserError(self.env._("The plan is approved: take it back to draft first."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        if any(plan.state != "draft" for plan in self):
            raise UserError(self.env._("Only drafts of plans are deleted."))

    @api.private
    def _step(self, before, state):
        """Bring plans from a state to the next; checks the right itself."""
        self.check_access("write")
        if not all(plan._owns() for plan in self):
            raise AccessError(self.env._("The plan is not yours. Ask who made it."))
        take(self)
        for plan in self:
            check_at(plan, before)
            if state == "approved" and not plan.session_ids:
                raise UserError(self.env._("“%s” has no sessions yet: add some.", plan.name))
        return self.with_context(crm_training_step=STEP).write({"state": state})

    def action_approve(self):
        """Fix dates and budget."""
        return self._step(("draft",), "approved")

    def action_close(self):
        """The plan is over."""
        return self._step(("approved",), "closed")

    def action_draft(self):
        """Change the plan once more."""
        return self._step(("approved", "closed"), "draft")
