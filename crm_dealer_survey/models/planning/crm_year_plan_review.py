from datetime import date

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_dealer_grading.tools.touch import touch

from .crm_year_plan_figure import PHASE_NAMES, PHASES
from .crm_year_plan_guard import STEP


class CrmYearPlanReview(models.Model):
    """Review of a quarter, a half-year or the year: figures frozen on the day (S8).

    The author of the plan says how it went, the manufacturer's manager what is decided, and
    confirms it.
    """

    _name = "crm.year.plan.review"
    _description = "Review of a Year Plan"
    _inherit = ["mail.thread"]
    _order = "year desc, plan_id, reviewed_on, id"

    name = fields.Char(compute="_compute_name")
    plan_id = fields.Many2one(
        "crm.year.plan", required=True, readonly=True, index=True, ondelete="cascade"
    )
    year = fields.Integer(related="plan_id.year", store=True, aggregator=None)
    dealer_id = fields.Many2one(related="plan_id.dealer_id", store=True, index="btree_not_null")
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    phase = fields.Selection(PHASE_NAMES, string="Period", required=True, readonly=True)
    reviewed_on = fields.Date(string="Frozen On", required=True, readonly=True)
    reviewed_by_id = fields.Many2one(
        "res.users", string="Reviewed by", required=True, readonly=True, ondelete="restrict"
    )
    remarks = fields.Text(tracking=True, help="How it went, and why; the author of the plan.")
    decisions = fields.Text(tracking=True, help="What is decided; the manufacturer's manager.")
    confirmed_on = fields.Date(readonly=True, copy=False, tracking=True)
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    line_ids = fields.One2many("crm.year.plan.review.line", "review_id", readonly=True)
    amount = fields.Monetary(string="Budget", readonly=True)
    cost = fields.Monetary(string="Actual Cost", readonly=True)
    activity_count = fields.Integer(string="Activities", readonly=True, aggregator=None)
    done_count = fields.Integer(string="Activities Done", readonly=True, aggregator=None)
    reached_count = fields.Integer(string="Targets Reached", readonly=True, aggregator=None)
    measured_count = fields.Integer(string="Targets Measured", readonly=True, aggregator=None)

    _phase_uniq = models.Constraint(
        "UNIQUE(plan_id, phase)",
        "This period was reviewed already. Open its review, or delete it while it is open.",
    )

    @api.depends("plan_id.name", "phase")
    @api.depends_context("lang")
    def _compute_name(self):
        names = dict(self._fields["phase"]._description_selection(self.env))
        for review in self:
            review.name = f"{review.plan_id.name} · {names.get(review.phase, '')}"

    # ------------------------------------------------------------ who writes what

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("crm_year_plan_step") is not STEP:
            raise AccessError(self.env._("Reviews are begun on the plan, by “Review”."))
        return super().create(vals_list)

    def write(self, vals):
        if self.env.context.get("crm_year_plan_step") is not STEP:
            talk = self.env["mail.thread"]._fields.keys() - {"id"}
            for review in self:
                if vals.keys() - talk - review._writable_fields():
                    raise AccessError(review._write_refusal())
        return super().write(vals)

    def _writable_fields(self):
        plan = self.sudo().plan_id.with_env(self.env)
        if self.sudo().confirmed_on:
            return set()
        mine = {"remarks"} if plan._is_author() else set()
        return mine | ({"decisions"} if plan._is_manager() else set())

    def _write_refusal(self):
        if self.sudo().confirmed_on:
            return self.env._("“%s” was confirmed and is kept as it is.", self.sudo().name)
        return self.env._(
            "The author of the plan writes remarks, the manufacturer's manager decisions; figures "
            "are frozen."
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_open_only(self):
        for review in self:
            if review.confirmed_on:
                raise UserError(review._write_refusal())
            plan = review.plan_id
            if self.env.su or review.decisions and plan._is_manager():
                continue
            if not plan._is_author():
                raise AccessError(plan._not_yours())
            if review.decisions:
                raise AccessError(
                    self.env._(
                        "The manufacturer has decided in “%s” already. Ask its manager to delete "
                        "it.",
                        review.name,
                    )
                )

    def action_confirm(self):
        """The manufacturer's manager confirms the review; nothing of it changes any more.

        :raise AccessError: for everybody else, superuser or not
        :raise UserError: it was confirmed, or lacks remarks
        """
        self.check_access("read")
        touch(self)
        self.invalidate_recordset()
        for review in self:
            plan = review.sudo().plan_id.with_env(self.env)
            if not plan._is_manager():
                raise AccessError(self.env._("A manager of the manufacturer confirms reviews."))
            if review.confirmed_on:
                raise UserError(review._write_refusal())
            if not (review.remarks or "").strip():
                raise UserError(self.env._("The author says first how it went, in “Remarks”."))
            review._store_review(
                {"confirmed_on": review.company_id._today_here(), "confirmed_by_id": self.env.uid}
            )
        return True

    def _store_review(self, vals):
        # sudo: the right to the step replaces that to the fields.
        return self.sudo().with_context(crm_year_plan_step=STEP).write(vals)


class CrmYearPlan(models.Model):
    _inherit = "crm.year.plan"

    def _check_may_review(self):
        """:raise AccessError: neither author nor manager  :raise UserError: not in force"""
        self.check_access("read")
        for plan in self:
            if not (plan._is_author() or plan._is_manager()):
                raise AccessError(plan._not_yours())
            if plan.sudo().state != "running":
                raise UserError(
                    self.env._("“%s” is not running. Start it, then review it.", plan.sudo().name)
                )

    def _check_phase_begun(self, phase):
        """:raise UserError: nothing of the period is known yet, or the year goes on"""
        today = self.company_id._today_here()
        names = dict(self.env["crm.year.plan.review"]._fields["phase"]
                     ._description_selection(self.env))  # fmt: skip
        month = {name: month for name, _label, _kind, month in PHASES}[phase]
        if phase == "year" and today.year <= self.year:
            raise UserError(
                self.env._("%s is not over: what it came to is reviewed in January.", self.year)
            )
        if today < date(self.year, month, 1):
            raise UserError(
                self.env._("“%s” has not begun. Review the period before.", names[phase])
            )

    @api.private
    def _review(self, phase, remarks=None):
        """Freeze the figures of a period as they stand today; the review.

        :param str phase: year, h1, h2, q1, q2, q3, q4
        :raise AccessError: neither the author nor the manufacturer's manager
        :raise UserError: the plan is not running
        """
        self.ensure_one()
        self._check_may_review()
        self._check_phase_begun(phase)
        lines = self.target_ids
        figures = self.env["crm.year.plan.figure"].search(
            [("plan_id", "=", self.id), ("phase", "=", phase)]
        )
        ahead = {line: line.forecast for line in lines}
        states = self.planned_ids.mapped("state")
        # sudo: nobody writes figures of reviews; the right to review was checked.
        reviews = self.env["crm.year.plan.review"].sudo().with_context(crm_year_plan_step=STEP)
        return reviews.create(
            {
                "plan_id": self.id,
                "phase": phase,
                "reviewed_on": self.company_id._today_here(),
                "reviewed_by_id": self.env.uid,
                "remarks": remarks if self._is_author() else False,
                "amount": self.amount,
                "cost": self.cost,
                "activity_count": len(states) - states.count("cancelled"),
                "done_count": states.count("done"),
                "reached_count": len(figures.filtered(lambda f: f.light == "reached")),
                "measured_count": len(figures.filtered("has_value")),
                "line_ids": [
                    (0, 0, figure._frozen(ahead[figure.target_id])) for figure in figures
                ],
            }
        ).with_env(self.env)
