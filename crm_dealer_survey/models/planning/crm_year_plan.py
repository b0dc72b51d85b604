from odoo import api, fields, models

from ...tools import planning

STATES = [
    ("draft", "Draft"),
    ("submitted", "Submitted"),
    ("approved", "Approved"),
    ("running", "Running"),
    ("closed", "Closed"),
]
RELEASED = ("approved", "running", "closed")
LEVELS = [("network", "Network"), ("region", "Region"), ("dealer", "Dealer")]


class CrmYearPlan(models.Model):
    """Plan of a year CS年度计划: of the network, a region or a dealer (S8).

    The manufacturer's plan says the direction; those of the dealers follow it. What a plan lists
    are its parts (``crm.year.plan.part``). States change by ``_step`` alone
    (``crm_year_plan_step``); who may write what says ``crm_year_plan_guard``.
    """

    _name = "crm.year.plan"
    _description = "Year Plan"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "year desc, level desc, name, id"

    name = fields.Char(compute="_compute_name", store=True)
    year = fields.Integer(
        required=True,
        aggregator=None,
        index=True,
        tracking=True,
        default=lambda self: self.env.company._today_here().year,
    )
    dealer_id = fields.Many2one(
        "crm.dealer",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        default=lambda self: self.env.user._default_dealer(),
        help="Empty: the plan of a region or the network.",
    )
    region_id = fields.Many2one(
        "crm.dealer.region",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="The plan of a whole region. Empty: of a dealer or the network.",
    )
    dealer_region_id = fields.Many2one(
        "crm.dealer.region", string="Region of the Dealer", compute="_compute_dealer_region_id",
        search="_search_dealer_region_id",
    )  # fmt: skip
    level = fields.Selection(LEVELS, compute="_compute_level", store=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    active = fields.Boolean(default=True)
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
        group_expand=True,  # columns in the order of the steps, the empty ones too
    )
    due_on = fields.Date(
        string="Dealers' Plans Until",
        copy=False,
        help="Until then dealers submit the plans that follow this one.",
    )
    situation = fields.Text(help="Where we stand: strengths, weak points, means. For ourselves.")
    direction = fields.Text(help="What matters this year; of the manufacturer for all dealers.")
    next_direction = fields.Text(
        string="Direction of Next Year", copy=False, help="What the year taught."
    )
    gap_share = fields.Float(
        string="Gap to Close (%)",
        default=50.0,
        help="Proposed targets close so much of the gap between last year and the target of the "
        "region or network.",
    )
    step_percent = fields.Float(
        string="Improvement (%)",
        default=2.0,
        help="Proposed targets are so much better than last year, where region and network say "
        "nothing.",
    )
    target_ids = fields.One2many("crm.year.plan.target", "plan_id", string="Targets")
    topic_ids = fields.One2many("crm.year.plan.topic", "plan_id", string="Topics")
    planned_ids = fields.One2many("crm.year.plan.activity", "plan_id", string="Planned Activities")
    budget_ids = fields.One2many("crm.year.plan.budget", "plan_id", string="Budget Lines")
    review_ids = fields.One2many("crm.year.plan.review", "plan_id", string="Reviews")
    figure_ids = fields.One2many("crm.year.plan.figure", "plan_id", string="Figures", readonly=True)
    writer_ids = fields.Many2many(
        "res.users",
        "crm_year_plan_writer_rel",
        "plan_id",
        "user_id",
        string="Written by",
        readonly=True,
        copy=False,
        help="Who wrote in it does not approve it.",
    )
    submitted_on = fields.Date(readonly=True, copy=False)
    submitted_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    approved_on = fields.Date(readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    closed_on = fields.Date(readonly=True, copy=False)
    reason = fields.Text(
        readonly=True, copy=False, tracking=True, help="Why it was returned or opened again."
    )
    guide_direction = fields.Text(string="Direction from Above", compute="_compute_guide")
    guide_topics = fields.Text(string="Topics from Above", compute="_compute_guide")
    amount = fields.Monetary(string="Budget", compute="_compute_money")
    cost = fields.Monetary(string="Actual Cost", compute="_compute_money")
    remaining = fields.Monetary(compute="_compute_money")
    is_over = fields.Boolean(
        string="Over Budget", compute="_compute_money", search="_search_is_over"
    )
    reached_count = fields.Integer(string="Targets Reached", compute="_compute_reached")
    target_count = fields.Integer(string="Targets Measured", compute="_compute_reached")

    _scope_uniq = models.UniqueIndex(
        "(year, COALESCE(dealer_id, 0), COALESCE(region_id, 0))",
        "There is a plan for that year already, perhaps an archived one. Open it.",
    )
    _scope_check = models.Constraint(
        "CHECK(dealer_id IS NULL OR region_id IS NULL)",
        "A plan is of a dealer or of a region. Make two.",
    )
    _year_check = models.Constraint(
        "CHECK(year BETWEEN 2000 AND 2100)", "Give the year in four figures."
    )
    _share_check = models.Constraint(
        "CHECK(gap_share BETWEEN 0 AND 100 AND step_percent BETWEEN 0 AND 100)",
        "Shares of a gap and improvements are from 0 to 100 per cent.",
    )

    @api.depends("year", "dealer_id.name", "region_id.complete_name", "company_id.name")
    def _compute_name(self):
        for plan in self:
            who = plan.dealer_id.name or plan.region_id.complete_name or plan.company_id.name
            plan.name = f"{plan.year} · {who}"

    @api.depends("dealer_id", "region_id")
    def _compute_level(self):
        for plan in self:
            of_region = "region" if plan.region_id else "network"
            plan.level = "dealer" if plan.dealer_id else of_region

    @api.depends("dealer_id.region_id", "region_id")
    def _compute_dealer_region_id(self):
        for plan in self:
            plan.dealer_region_id = plan.region_id or plan.dealer_id.region_id

    @api.model
    def _search_dealer_region_id(self, operator, value):
        return ["|", ("region_id", operator, value), ("dealer_id.region_id", operator, value)]

    @api.constrains("dealer_id", "company_id")
    def _check_company(self):
        for plan in self.sudo():  # sudo: whose dealer it is decides
            plan.dealer_id._check_in_company(plan.company_id)

    @api.onchange("dealer_id")
    def _onchange_dealer_id(self):
        if self.dealer_id:
            self.region_id = False
            self.company_id = self.dealer_id.company_id or self.company_id or self.env.company

    @api.onchange("region_id")
    def _onchange_region_id(self):
        if self.region_id:
            self.dealer_id = False

    # ------------------------------------------------------------ what is above

    def _above(self):
        """``{plan: released plans of its regions and the network, the nearest first}``."""
        # sudo: the manufacturer's released plans, of which words and targets are told.
        plans = self.sudo()
        found = plans.search(
            [("year", "in", plans.mapped("year")), ("dealer_id", "=", False),
             ("state", "in", RELEASED)]
        )  # fmt: skip
        by_scope = {(plan.year, plan.region_id.id): plan for plan in found}
        result = {}
        for plan in plans:
            path = (plan.region_id or plan.dealer_id.region_id).parent_path or ""
            steps = [int(step) for step in reversed(path.split("/")) if step]
            wanted = ((plan.year, region) for region in [*steps, False])
            above = [by_scope[key] for key in wanted if key in by_scope]
            result[plan.id] = [other for other in above if other != plan]
        return {plan: result[plan.id] for plan in self}

    @api.depends("year", "dealer_id", "region_id")
    def _compute_guide(self):
        above = self._above() if self.ids else {}
        for plan in self:
            others = above.get(plan, [])
            plan.guide_direction = "\n\n".join(
                f"{other.name}\n{other.direction}" for other in others if other.direction
            )
            plan.guide_topics = "\n".join(topic._told() for p in others for topic in p.topic_ids)

    # ------------------------------------------------------------ sums

    @api.depends_context("uid")
    @api.depends("budget_ids.amount", "budget_ids.cost", "planned_ids.budget", "planned_ids.cost")
    def _compute_money(self):
        costs = self.env["crm.year.plan.cost"]
        sums = {}
        if costs.has_access("read"):
            groups = costs._read_group(
                [("plan_id", "in", self.ids)], ["plan_id"], ["amount:sum", "cost:sum"]
            )
            sums = {plan.id: money for plan, *money in groups}
        for plan in self:
            plan.amount, plan.cost = sums.get(plan._origin.id, (0.0, 0.0))
            plan.remaining = plan.amount - plan.cost
            plan.is_over = plan.currency_id.compare_amounts(plan.cost, plan.amount) > 0

    @api.model
    def _search_is_over(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        groups = self.env["crm.year.plan.cost"]._read_group(
            [], ["plan_id"], having=[("remaining:sum", "<", 0)]
        )
        return [("id", "in", [plan.id for [plan] in groups])]

    @api.depends_context("uid")
    @api.depends("target_ids.target")
    def _compute_reached(self):
        counts = {}
        figures = self.env["crm.year.plan.figure"]
        if figures.has_access("read"):
            measured = [("plan_id", "in", self.ids), ("phase", "=", "year"),
                        ("light", "!=", planning.NONE)]  # fmt: skip
            for plan, light, count in figures._read_group(
                measured, ["plan_id", "light"], ["__count"]
            ):
                counts[plan.id, light] = count
        for plan in self:
            lights = (planning.REACHED, planning.NEAR, planning.MISSED)
            by_light = [counts.get((plan._origin.id, light), 0) for light in lights]
            plan.reached_count, plan.target_count = by_light[0], sum(by_light)
