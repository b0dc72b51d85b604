from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

STAGES = [
    ("plan", "Plan"),
    ("do", "Do"),
    ("check", "Check"),
    ("act", "Act"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]
RUNNING = ("plan", "do", "check", "act")
CONCLUSIONS = [
    ("standard", "Make It the Standard"),
    ("again", "Another Round"),
    ("give_up", "Give Up"),
]
VERDICTS = [
    ("better", "Better"),
    ("worse", "Worse"),
    ("unclear", "Not Significant"),
    ("few", "Too Few Answers"),
]
MONTHS = 3  # how long the periods are that are proposed


class CrmImprovementPlan(models.Model):
    """CS改善行动计划: a dealer works on its weak points, and proves what came of it (S6).

    Plan → do → check → act → closed, by ``_step`` alone (``…_step``); who may write what says
    ``…_guard``; index before and after, with its interval, is measured by ``…_effect``.
    Periods are half-open: the day they end on no longer counts.
    """

    _name = "crm.improvement.plan"
    _description = "Improvement Plan"
    _inherit = ["crm.dealer.scope", "crm.dealer.dialog", "mail.thread", "mail.activity.mixin"]
    _in_sight = ("rectification_id", "previous_id")
    _order = "id desc"
    _rec_names_search = ["name", "subject"]
    _mail_post_access = "read"  # the manufacturer and the dealer's staff comment

    name = fields.Char(string="Number", readonly=True, copy=False, default="/")
    subject = fields.Char(required=True, tracking=True, help="What is to become better.")
    stage = fields.Selection(
        STAGES,
        required=True,
        readonly=True,
        copy=False,
        default="plan",
        tracking=True,
        group_expand=True,  # columns in the order of the steps, the empty ones too
    )
    dealer_id = fields.Many2one(
        "crm.dealer",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user._default_dealer(),
    )
    region_id = fields.Many2one(related="dealer_id.region_id")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    responsible_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        tracking=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('dealer_ids', 'in', dealer_id)]",
        help="Who sees at the dealer that the plan is carried out.",
    )
    asked_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, index="btree_not_null", ondelete="restrict",
        help="Who of the manufacturer asked for the plan.",
    )  # fmt: skip
    version_id = fields.Many2one(
        "crm.satisfaction.version",
        string="Questionnaire",
        required=True,
        index=True,
        ondelete="restrict",
        help="Index before and after are of answers to it alone: versions are never joined.",
    )
    programme_id = fields.Many2one(
        related="version_id.programme_id", store=True, index="btree_not_null"
    )
    rectification_id = fields.Many2one(
        "crm.rectification", string="Notice", readonly=True, copy=False, index="btree_not_null",
        ondelete="set null",
    )  # fmt: skip
    previous_id = fields.Many2one(
        "crm.improvement.plan", string="Round Before", readonly=True, copy=False,
        index="btree_not_null", ondelete="restrict",
    )  # fmt: skip
    next_ids = fields.One2many("crm.improvement.plan", "previous_id", string="Next Rounds")
    next_id = fields.Many2one(
        "crm.improvement.plan", string="Next Round", compute="_compute_next_id"
    )
    round = fields.Integer(readonly=True, copy=False, default=1)
    goal = fields.Text(help="What the situation is, and what is to be reached.")
    before_from = fields.Date(
        required=True, tracking=True, default=lambda self: self._default_month(-MONTHS)
    )
    before_until = fields.Date(
        required=True, tracking=True, default=lambda self: self._default_month(0),
        help="The first day that no longer counts.",
    )  # fmt: skip
    after_from = fields.Date(
        tracking=True, copy=False, help="When the measures work: answers count from then on."
    )
    after_until = fields.Date(
        tracking=True, copy=False, help="The first day that no longer counts."
    )
    item_ids = fields.One2many(
        "crm.improvement.item", "plan_id", string="Weak Items",
        domain=[("is_total", "=", False)], copy=True,
    )  # fmt: skip
    effect_ids = fields.One2many("crm.improvement.item", "plan_id", copy=False)
    phase_ids = fields.One2many("crm.improvement.phase", "plan_id", copy=False)
    measure_ids = fields.One2many("crm.improvement.measure", "plan_id", copy=True)
    meeting_ids = fields.Many2many(
        "crm.improvement.meeting", "crm_improvement_meeting_plan_rel", "plan_id", "meeting_id",
        copy=False,
    )  # fmt: skip
    meeting_count = fields.Integer(string="Meetings", compute="_compute_meeting_count")
    conclusion = fields.Selection(CONCLUSIONS, readonly=True, copy=False, tracking=True)
    reason = fields.Text(
        string="Conclusion in Words", readonly=True, copy=False, tracking=True,
        help="What was learned; why it was given up or cancelled.",
    )  # fmt: skip
    started_on = fields.Date(readonly=True, copy=False)
    closed_on = fields.Date(readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    measured_on = fields.Date(readonly=True, copy=False)
    verdict = fields.Selection(
        VERDICTS, string="Effect in Total", readonly=True, copy=False, tracking=True,
        help="Whether the index of the whole questionnaire changed by more than chance.",
    )  # fmt: skip
    has_gain = fields.Boolean(
        string="Proven Effect", readonly=True, copy=False,
        help="A weak item or the total became better by more than chance, none became worse.",
    )  # fmt: skip
    suggestion_id = fields.Many2one(
        "crm.improvement.suggestion", string="Best Practice", readonly=True, copy=False,
        index="btree_not_null", ondelete="set null",
        groups="crm_dealer_grading.group_oem_manager",
    )  # fmt: skip
    is_proposed = fields.Boolean(string="Proposed as Best Practice", readonly=True, copy=False)
    progress = fields.Float(
        compute="_compute_progress", help="Measures done, in percent of those not dropped."
    )
    deadline_on = fields.Date(
        string="Last Deadline", compute="_compute_deadline_on", store=True,
    )  # fmt: skip
    is_overdue = fields.Boolean(
        string="Measures Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )

    _before_order = models.Constraint(
        "CHECK(before_from < before_until)", "The period before ends before it begins."
    )
    _after_order = models.Constraint(
        "CHECK(after_from < after_until)", "The period after ends before it begins."
    )
    _periods_apart = models.Constraint(
        "CHECK(before_until <= after_from)",
        "The period after begins when the one before has ended, or later.",
    )

    @api.model
    def _default_month(self, months):
        """The first day of the month so many months from this one."""
        return self.env.company._today_here().replace(day=1) + relativedelta(months=months)

    @api.depends("name", "subject")
    def _compute_display_name(self):
        for plan in self:
            number = plan.name if plan.name != "/" else ""
            plan.display_name = " · ".join(filter(None, [number, plan.subject]))

    @api.depends("measure_ids.state")
    def _compute_progress(self):
        for plan in self:
            kept = plan.measure_ids.filtered(lambda m: m.state != "dropped")
            done = kept.filtered(lambda m: m.state == "done")
            plan.progress = 100 * len(done) / len(kept) if kept else 0

    @api.depends("measure_ids.deadline_on", "measure_ids.state")
    def _compute_deadline_on(self):
        for plan in self:
            kept = plan.measure_ids.filtered(lambda m: m.state != "dropped" and m.deadline_on)
            plan.deadline_on = max(kept.mapped("deadline_on"), default=False)

    @api.depends("next_ids")
    def _compute_next_id(self):
        for plan in self:
            plan.next_id = plan.next_ids[:1]

    @api.depends("meeting_ids")
    def _compute_meeting_count(self):
        for plan in self:
            plan.meeting_count = len(plan.meeting_ids)

    @api.depends("measure_ids.is_overdue")
    def _compute_is_overdue(self):
        for plan in self:
            plan.is_overdue = any(plan.measure_ids.mapped("is_overdue"))

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return Domain("measure_ids", "any", [("is_overdue", "=", True)])

    @api.constrains("dealer_id", "company_id")
    def _check_company(self):
        for plan in self.sudo():  # sudo: whose dealer it is decides
            plan.dealer_id._check_in_company(plan.company_id)

    @api.constrains("responsible_id", "dealer_id")
    def _check_responsible(self):
        for plan in self.sudo().filtered("responsible_id"):  # sudo: who works where
            plan.dealer_id._check_works_here(plan.responsible_id)

    @api.model
    def _colleague_fields(self):
        return super()._colleague_fields() | {"responsible_id"}

    @api.onchange("dealer_id")
    def _onchange_dealer_id(self):
        if self.responsible_id and self.responsible_id not in self.dealer_id.user_ids:
            self.responsible_id = False
        self.company_id = self.dealer_id.company_id or self.company_id or self.env.company

    def _may_compare(self):
        """Whether others may be compared with: over whole months, and these are over.

        Days would tell whose answer came in between.
        """
        days = (self.before_from, self.before_until, self.after_from, self.after_until)
        if not all(day and day.day == 1 for day in days):
            return False
        return self.after_until <= self.company_id._today_here()
