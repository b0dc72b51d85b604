from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

STATES = [
    ("todo", "To Do"),
    ("doing", "In Work"),
    ("done", "Done"),
    ("dropped", "Dropped"),
]
OPEN = ("todo", "doing")
# Step: (states it follows on, state it leads to).
STEPS = {
    "begin": (("todo",), "doing"),
    "finish": (OPEN, "done"),
    "drop": (OPEN, "dropped"),
    "reopen": (("done", "dropped"), "doing"),
}
# What whoever carries it out reports.
REPORTED = {"result", "proof", "proof_name", "cause"}


class CrmImprovementMeasure(models.Model):
    """What is done about a weak item, by whom, until when, with what result (S6)."""

    _name = "crm.improvement.measure"
    _description = "Measure of an Improvement Plan"
    _inherit = [
        "crm.dealer.scope", "crm.improvement.part", "mail.thread", "mail.activity.mixin",
    ]  # fmt: skip
    _order = "deadline_on, id"
    _in_sight = ("plan_id", "item_id")
    _mail_post_access = "read"
    _plan_stages = ("plan", "do")

    plan_id = fields.Many2one(
        "crm.improvement.plan", required=True, index=True, ondelete="cascade"
    )
    dealer_id = fields.Many2one(related="plan_id.dealer_id", store=True, index=True)
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    stage = fields.Selection(related="plan_id.stage", string="Stage of the Plan")
    name = fields.Char(string="What", required=True, tracking=True)
    item_id = fields.Many2one(
        "crm.improvement.item", string="Weak Item", index="btree_not_null", ondelete="set null",
        domain="[('plan_id', '=', plan_id), ('is_total', '=', False)]",
    )  # fmt: skip
    cause = fields.Text(string="Root Cause", help="Why the item is weak; ask why five times.")
    user_id = fields.Many2one(
        "res.users", string="In Charge", index="btree_not_null", ondelete="restrict",
        tracking=True, domain="[('share', '=', False), ('dealer_ids', 'in', dealer_id)]",
    )  # fmt: skip
    begin_on = fields.Date(string="Begin")
    deadline_on = fields.Date(string="Deadline", index=True, tracking=True)
    state = fields.Selection(
        STATES, required=True, readonly=True, copy=False, default="todo", tracking=True,
        group_expand=True,
    )  # fmt: skip
    result = fields.Text(
        copy=False, tracking=True, help="What was done and what came of it; why it was dropped."
    )
    proof = fields.Binary(
        attachment=True, copy=False, help="Photo, record of training, new form …"
    )
    proof_name = fields.Char(string="Name of the Proof", copy=False)
    ended_on = fields.Date(readonly=True, copy=False, help="Done or dropped on that day.")
    ended_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    suggestion_id = fields.Many2one(
        "crm.improvement.suggestion", string="Taken from", readonly=True, copy=False,
        index="btree_not_null", ondelete="set null",
        groups="crm_dealer_grading.group_oem_auditor",
    )  # fmt: skip
    # Stored for the KPI: measures due, and those of them that were done in time.
    is_due = fields.Boolean(
        string="Counts as Due", compute="_compute_in_time", store=True,
        help="Of a plan that began, unless it was cancelled or the measure dropped before.",
    )  # fmt: skip
    in_time = fields.Boolean(
        string="Done in Time", compute="_compute_in_time", store=True,
    )  # fmt: skip
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    is_mine = fields.Boolean(compute="_compute_is_mine", export_string_translation=False)
    may_manage = fields.Boolean(related="plan_id.may_manage", export_string_translation=False)
    reminded_on = fields.Date(readonly=True, copy=False)

    _days_in_order = models.Constraint(
        "CHECK(begin_on <= deadline_on)", "A measure's deadline is not before its beginning."
    )
    _due_index = models.Index("(dealer_id, deadline_on) WHERE is_due")

    @api.depends("deadline_on", "state", "ended_on", "plan_id.started_on", "plan_id.stage",
                 "plan_id.closed_on")  # fmt: skip
    def _compute_in_time(self):
        for measure in self:
            plan, deadline = measure.plan_id, measure.deadline_on
            begun = plan.started_on and deadline
            early = begun and (
                plan.stage == "cancelled" and plan.closed_on <= deadline
                or measure.state == "dropped" and measure.ended_on <= deadline
            )
            measure.is_due = bool(begun) and not early
            done = measure.is_due and measure.state == "done"
            measure.in_time = bool(done) and measure.ended_on <= deadline

    @api.depends("deadline_on", "state", "plan_id.stage")
    def _compute_is_overdue(self):
        for measure in self:
            late = measure.state in OPEN and measure.plan_id.stage in ("do", "check", "act")
            today = (measure.company_id or self.env.company)._today_here()
            measure.is_overdue = bool(late and measure.deadline_on) and measure.deadline_on < today

    @api.model
    def _search_is_overdue(self, operator, value):
        """Days are those of the measure's company."""
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        companies = self.env["res.company"].sudo().search(Domain.TRUE)  # sudo: what day it is
        begun = Domain("plan_id.stage", "in", ("do", "check", "act"))
        return Domain("state", "in", OPEN) & begun & companies._over_domain("deadline_on")

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for measure in self:
            measure.is_mine = measure.user_id == self.env.user

    @api.constrains("user_id", "plan_id")
    def _check_user(self):
        for measure in self.sudo().filtered("user_id"):  # sudo: who works where
            measure.plan_id.dealer_id._check_works_here(measure.user_id)

    @api.constrains("item_id", "plan_id")
    def _check_item(self):
        if any(measure.item_id.plan_id - measure.plan_id for measure in self.sudo()):
            raise ValidationError(
                self.env._("A measure is about a weak item of its own plan. Choose another one.")
            )

    @api.model
    def _colleague_fields(self):
        return super()._colleague_fields() | {"user_id"}

    # ------------------------------------------------------------ who may write

    @api.model
    def _step_fields(self):
        return {"state", "ended_on", "ended_by_id", "reminded_on", "is_due", "in_time"}

    @api.model
    def _own_default(self, name):
        return "todo" if name == "state" else False

    def _check_may_edit(self, names=()):
        """The manager plans; who is in charge reports; what was started keeps its deadline."""
        names = set(names)
        talk = self.env["mail.thread"]._fields.keys() | self.env["mail.activity.mixin"]._fields
        if names and not names - talk:
            return None
        if not self.env.su and names - talk:
            self._check_not_ended()
        if not self.env.su and "deadline_on" in names:
            self._check_deadline_kept()
        own = names and names - talk <= REPORTED and not self._step_fields() & names
        if own and all(m._is_in_charge() for m in self.sudo()):
            return None
        return super()._check_may_edit(names - talk)

    def _is_in_charge(self):
        """Whether the user carries it out, in a plan that is carried out; asked with all rights."""
        works = self.plan_id.dealer_id in self.env.user._own_dealers()
        return works and self.user_id == self.env.user and self.plan_id.stage in ("do", "check")

    @api.model_create_multi
    def create(self, vals_list):
        measures = super().create(vals_list)
        measures._check_planned()
        return measures

    def write(self, vals):
        result = super().write(vals)
        if {"user_id", "begin_on", "deadline_on"} & vals.keys():
            self._check_planned()
        return result

    def _check_planned(self):
        """:raise UserError: without a deadline it would never be due, or late"""
        for measure in () if self.env.su or self._by_step() else self:
            planned = measure.user_id and measure.begin_on and measure.deadline_on
            if measure.plan_id.started_on and not planned:
                raise UserError(
                    self.env._(
                        "The plan has begun: say of “%s” who is in charge, begin and deadline.",
                        measure.name,
                    )
                )

    def _check_not_ended(self):
        """:raise UserError: it is done or dropped: what was reported stays"""
        for measure in self.sudo():  # sudo: whoever asks
            if measure.state not in OPEN:
                raise UserError(
                    self.env._(
                        "“%s” is done or dropped: what was reported stays. Its manager opens it "
                        "again.",
                        measure.name,
                    )
                )

    def _check_deadline_kept(self):
        started = self.sudo().filtered(lambda m: m.plan_id.started_on and m.deadline_on)
        if kept := started.filtered(lambda m: m._origin.deadline_on):
            raise UserError(
                self.env._(
                    "The deadline of “%s” holds since the plan began. Drop the measure with a "
                    "reason, and add another one.",
                    kept[0].name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_unbegun_only(self):
        if not self.env.su and self.plan_id.filtered("started_on"):
            raise UserError(
                self.env._("The plan has begun: drop the measure with a reason instead.")
            )

    # ------------------------------------------------------------ steps

    def action_begin(self):
        """It is in work."""
        return self._step("begin")

    def action_finish(self):
        """It is done; its result is said."""
        return self._step("finish")

    def action_drop(self):
        """It will not be done, for the reason given as its result."""
        return self._step("drop")

    def action_reopen(self):
        """It was not done after all."""
        return self._step("reopen")

    @api.private
    def _step(self, step):
        """Take measures a step further.

        :raise AccessError: neither in charge nor the dealer's manager; dropping and reopening
            is the manager's
        :raise UserError: the state or a condition does not fit; says what to do
        """
        before, state = STEPS[step]
        for measure in self.sudo():  # sudo: whose it is decides
            plain = measure.with_env(self.env)
            if step not in ("begin", "finish") or not measure._is_in_charge():
                measure.plan_id.with_env(self.env)._check_manages(("do", "check"))
            if measure.state not in before:
                raise UserError(
                    self.env._("“%s” is not at that step any more. Reload it.", plain.name)
                )
            if step in ("finish", "drop") and not (measure.result or "").strip():
                raise UserError(
                    self.env._("Say in “Result” what came of “%s”, or why not.", plain.name)
                )
        for measure in self:
            ended = state in ("done", "dropped")
            today = measure.sudo().company_id._today_here()
            measure._store(
                {
                    "state": state,
                    "ended_on": ended and today,
                    "ended_by_id": ended and self.env.uid,
                }
            )
            measure.sudo()._after_step()
        return True

    def action_open_plan(self):
        """Open the plan."""
        return self.plan_id._get_records_action(context={})

    @api.model
    def _check_own_or_manage(self, measures):
        """For attached proofs.

        :raise AccessError: neither in charge nor the dealer's manager
        """
        for measure in measures.sudo():  # sudo: whose it is decides
            if not measure._is_in_charge():
                measure.plan_id.with_env(self.env)._check_manages(("plan", "do", "check"))
        if measures.sudo().filtered(lambda m: m.state == "done"):
            raise AccessError(self.env._("What proves a measure that is done stays as it is."))
