from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

KINDS = [
    ("club", "Club Event"),
    ("event", "Sports or Culture Event"),
    ("business", "Business Event"),
    ("service", "Service Month"),
    ("publication", "Publication"),
    ("mailing", "Mailing"),
    ("promotion", "Sales Promotion"),
    ("key_account", "Key-Account Promotion"),
    ("care", "Customer Care"),
    ("survey", "Survey"),
    ("training", "Training"),
    ("other", "Other"),
]


class CrmYearPlanActivity(models.Model):
    """An activity of the year CS活动企划: when, who, at which cost, to which effect (S8)."""

    _name = "crm.year.plan.activity"
    _description = "Planned Activity"
    _inherit = ["crm.year.plan.linked", "mail.thread", "mail.activity.mixin"]
    _order = "date_begin, id"

    name = fields.Char(required=True, tracking=True)
    kind = fields.Selection(KINDS, required=True, default="event")
    topic_id = fields.Many2one(
        "crm.year.plan.topic",
        index="btree_not_null",
        ondelete="set null",
        domain="[('plan_id', '=', plan_id)]",
        help="The improvement topic that it serves.",
    )
    date_begin = fields.Date(string="From", required=True, index=True, tracking=True)
    date_end = fields.Date(
        string="Until",
        compute="_compute_date_end",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="In Charge",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        domain="[('share', '=', False)]",
    )
    budget = fields.Monetary(help="What it is to cost.")
    cost = fields.Monetary(string="Actual Cost", copy=False, tracking=True)
    effect = fields.Text(string="Expected Effect")
    state = fields.Selection(
        [("planned", "Planned"), ("under_way", "Under Way"), ("done", "Done"),
         ("cancelled", "Cancelled")],
        required=True,
        default="planned",
        copy=False,
        tracking=True,
        group_expand=True,
    )  # fmt: skip
    result = fields.Text(copy=False, help="What came of it, in words.")
    is_late = fields.Boolean(string="Late", compute="_compute_is_late", search="_search_is_late")

    _dates_check = models.Constraint(
        "CHECK(date_end >= date_begin)", "An activity ends on the day it begins, or later."
    )
    _money_check = models.Constraint(
        "CHECK(budget >= 0 AND cost >= 0)", "Budget and cost are not below zero."
    )

    @api.model
    def _work_fields(self):
        return super()._work_fields() | {"state", "result", "cost"}

    @api.depends("date_begin")
    def _compute_date_end(self):
        for activity in self:
            if not activity.date_end or activity.date_end < activity.date_begin:
                activity.date_end = activity.date_begin

    @api.depends("date_end", "state")
    def _compute_is_late(self):
        for activity in self:
            today = (activity.company_id or self.env.company)._today_here()
            open_ = activity.state in ("planned", "under_way")
            activity.is_late = bool(open_ and activity.date_end and activity.date_end < today)

    @api.model
    def _search_is_late(self, operator, value):
        """Days are those of the plan's company."""
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        companies = self.env["res.company"].sudo().search(Domain.TRUE)  # sudo: what day it is
        late = companies._over_domain("date_end")
        return Domain("state", "in", ("planned", "under_way")) & late

    @api.constrains("user_id", "plan_id")
    def _check_user(self):
        self._check_colleague(self)

    @api.constrains("date_begin", "plan_id")
    def _check_date_begin(self):
        for activity in self:
            if activity.date_begin.year != activity.plan_id.year:
                raise ValidationError(
                    self.env._(
                        "“%(activity)s” begins outside %(year)s, the year of the plan.",
                        activity=activity.name,
                        year=activity.plan_id.year,
                    )
                )

    @api.constrains("topic_id", "plan_id")
    def _check_topic(self):
        for activity in self.filtered("topic_id"):
            if activity.topic_id.plan_id != activity.plan_id:
                raise ValidationError(self.env._("Choose a topic of the same plan."))
