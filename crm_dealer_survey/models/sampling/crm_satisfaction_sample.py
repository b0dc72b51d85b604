import secrets

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from odoo.addons.crm_dealer_grading.tools.defaults import without_defaults

STATES = [
    ("draft", "Draft"),
    ("drawn", "Drawn"),
    ("field", "In the Field"),
    ("closed", "Finished"),
]
# What only steps write.
_KEPT = {"state", "version_id", "drawn_at", "sent_at", "closed_at", "plan_id"}
# Dealers of the other type have no such events.
_TYPES = {
    "visit": "service", "lost_owner": "service", "delivery": "sales", "prospect": "sales",
    "lost_lead": "sales",
}  # fmt: skip
# What stays open after the draw: it decides nothing about who was drawn.
_LATE = {"reminder_days", "hour_from", "hour_to", "note"}


class CrmSatisfactionSample(models.Model):
    """One draw: which customers a programme asks about the events of a period (S2).

    Drawn by one statement (``crm_satisfaction_sample_draw``), moved on by its steps
    (``_step``), asked and followed in batches (``_send``, ``_follow``).
    """

    _name = "crm.satisfaction.sample"
    _description = "Sample of a Programme"
    _inherit = ["crm.satisfaction.sampling", "mail.thread"]
    _order = "date_from desc, id desc"

    name = fields.Char(compute="_compute_name", store=True, precompute=True)
    version_id = fields.Many2one(
        "crm.satisfaction.version", readonly=True, copy=False, index="btree_not_null",
        ondelete="restrict", help="The questionnaire that was in use at the draw.",
    )  # fmt: skip
    plan_id = fields.Many2one(
        "crm.satisfaction.sample.plan", string="Made by", readonly=True, copy=False,
        index="btree_not_null", ondelete="restrict",
    )  # fmt: skip
    state = fields.Selection(
        STATES, required=True, readonly=True, default="draft", copy=False, tracking=True
    )
    date_from = fields.Date(
        string="Events From", required=True, default=lambda self: self._last_month()[0]
    )
    date_to = fields.Date(
        string="Until",
        required=True,
        default=lambda self: self._last_month()[1],
        help="The first day that does not belong to the period any more.",
    )
    seed = fields.Char(
        required=True,
        copy=False,
        default=lambda self: secrets.token_hex(4),
        tracking=True,
        help="Decides, with the events, who is drawn: the same seed draws the same customers.",
    )
    note = fields.Text()
    drawn_at = fields.Datetime(string="Drawn On", readonly=True, copy=False)
    sent_at = fields.Datetime(string="In the Field Since", readonly=True, copy=False)
    closed_at = fields.Datetime(string="Finished On", readonly=True, copy=False)
    stratum_ids = fields.One2many(
        "crm.satisfaction.sample.stratum", "sample_id", string="Groups", readonly=True
    )
    line_ids = fields.One2many(
        "crm.satisfaction.sample.line", "sample_id", string="Customers", readonly=True
    )
    line_count = fields.Integer(string="Customers Drawn", compute="_compute_counts")
    asked_count = fields.Integer(string="Customers Asked", compute="_compute_counts")
    answered_count = fields.Integer(string="Customers Who Answered", compute="_compute_counts")
    response_rate = fields.Float(compute="_compute_counts", help="Answered of those asked.")
    frame_count = fields.Integer(string="Events in the Frame", compute="_compute_frame")
    short_count = fields.Integer(
        string="Dealers with Too Few",
        compute="_compute_frame",
        help="Dealers of whom fewer were drawn than the least.",
    )

    _period_check = models.Constraint(
        "CHECK(date_from < date_to)", "The period ends after it begins."
    )
    _plan_uniq = models.UniqueIndex(
        "(programme_id, company_id, date_from) WHERE plan_id IS NOT NULL",
        "The plan has made the sample of this period already.",
    )

    @api.model
    def _last_month(self):
        first = self.env.company._today_here().replace(day=1)
        return first - relativedelta(months=1), first

    @api.depends("programme_id", "date_from", "date_to")
    def _compute_name(self):
        for sample in self:
            days = [sample.date_from, sample.date_to and sample.date_to - relativedelta(days=1)]
            period = " – ".join(format_date(self.env, day, "en_US", "y-MM-dd") for day in days)
            sample.name = " ".join(filter(None, [sample.programme_id.code, period]))

    @api.depends("state")
    def _compute_counts(self):
        groups = self.env["crm.satisfaction.sample.line"]._read_group(
            [("sample_id", "in", self.ids), ("state", "!=", "reserve")],
            ["sample_id", "state", "asked"],
            ["__count"],
        )
        for sample in self:
            mine = [group for group in groups if group[0] == sample._origin]
            sample.line_count = sum(count for *_rest, count in mine)
            sample.asked_count = sum(count for _s, _state, asked, count in mine if asked)
            sample.answered_count = sum(n for _s, state, _a, n in mine if state == "answered")
            sample.response_rate = sample.answered_count / (sample.asked_count or 1)

    @api.depends("state", "minimum")
    def _compute_frame(self):
        groups = self.env["crm.satisfaction.sample.stratum"]._read_group(
            [("sample_id", "in", self.ids)], ["sample_id", "dealer_id"], ["frame:sum", "quota:sum"]
        )
        asked = self._dealers_asked()
        for sample in self:
            mine = [group for group in groups if group[0] == sample._origin]
            sample.frame_count = sum(frame for *_rest, frame, _quota in mine)
            drawn = {dealer: quota for _sample, dealer, _frame, quota in mine}
            short = sample._short_dealers(drawn, asked[sample]) if sample.state != "draft" else ()
            sample.short_count = len(short)

    def _dealers_asked(self):
        """``{sample: dealers}`` of whose customers it is drawn: the named, or all of the company.

        With all rights: which dealers there are does not depend on who draws. Named ones who have
        left since are still named.
        """
        every = self.env["crm.dealer"].sudo()
        every = every.search([("company_id", "in", [*self.company_id.ids, False])])
        return {
            sample: sample.sudo().with_context(active_test=False).dealer_ids
            or every.filtered(lambda d, c=sample.company_id: not d.company_id or d.company_id == c)
            for sample in self
        }

    def _short_dealers(self, drawn, asked):
        """The dealers of whom fewer are drawn than the least, also those of whom nobody is.

        :param dict drawn: ``{dealer: number of customers}``
        :param asked: of ``_dealers_asked``
        """
        self.ensure_one()
        if not self.with_context(active_test=False).dealer_ids:
            kind = _TYPES.get(self.programme_id.sample_source or "visit")
            kinds = (kind, "both") if kind else ("sales", "service", "both")
            day = self.drawn_at or self.env.cr.now()
            asked = asked.filtered(lambda d: d.dealer_type in kinds and d.create_date <= day)
        counts = dict.fromkeys(asked.ids, 0) | {dealer.id: n for dealer, n in drawn.items()}
        return asked.browse(number for number, n in counts.items() if n < self.minimum)

    # -- What is written when ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_by_hand(vals)
        samples = super(CrmSatisfactionSample, without_defaults(self, _KEPT)).create(vals_list)
        return samples.with_env(self.env)

    def write(self, vals):
        """:raise AccessError: what only steps write
        :raise UserError: what decided the draw, after it
        """
        self._check_by_hand(vals)
        if self._own_names(vals) - _KEPT - _LATE and self.filtered(lambda s: s.state != "draft"):
            raise UserError(
                self.env._(
                    "The customers are drawn: what decided the draw stays as it was. Take the "
                    "draw back, as long as nobody was asked, or copy the sample."
                )
            )
        return super().write(vals)

    @api.model
    def _own_names(self, vals):
        return {name for name in vals if not name.startswith(("message_", "activity_"))}

    def _check_by_hand(self, vals):
        if not self.env.su and _KEPT & vals.keys():
            raise AccessError(
                self.env._("A sample is drawn, sent and closed by its buttons alone. Use them.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_drawn(self):
        if self.filtered(lambda sample: sample.state != "draft"):
            raise UserError(
                self.env._(
                    "A draw is kept, so that it can be checked. Take it back first, as long as "
                    "nobody was asked."
                )
            )

    # -- Screens -------------------------------------------------------------------------------

    def _open(self, name, **values):
        action = self.env["ir.actions.act_window"]._for_xml_id(f"crm_dealer_survey.{name}")
        return {**action, "context": {}, **values}

    def action_open_lines(self):
        """Open the customers who were drawn."""
        return self._open(
            "crm_satisfaction_sample_line_action",
            domain=[("sample_id", "in", self.ids)],
            context={"search_default_drawn": 1},
        )

    def action_open_report(self):
        """Open the response rates of the sample."""
        return self._open(
            "crm_satisfaction_sample_report_action", domain=[("sample_id", "in", self.ids)]
        )

    def action_open_answers(self):
        """Open what the customers of the sample answered."""
        answers = self.line_ids.filtered(lambda line: line.state == "answered").answer_id
        return self.env["survey.user_input"]._open_answers([("id", "in", answers.ids)])
