from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import formatLang

from ...tools.local_day import period_begin

PERIODS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
# A dealer's value hangs on the dealer alone: its region may change.
SCOPE = (
    "kpi_id, period_kind, period, COALESCE(dealer_id, 0), "
    "(CASE level WHEN 'region' THEN region_id ELSE 0 END)"
)


class CrmKpiValue(models.Model):
    """A KPI in a period, for a dealer, a region with those below it, or the network (S10).

    Written by ``_measure`` only. A closed period is never measured again.
    """

    _name = "crm.kpi.value"
    _description = "KPI Value"
    _order = "period desc, period_kind, kpi_id, level, dealer_id, region_id"
    _rec_name = "kpi_id"
    _log_access = False

    kpi_id = fields.Many2one(
        "crm.kpi", string="KPI", required=True, readonly=True, ondelete="cascade"
    )
    topic = fields.Selection(related="kpi_id.topic")
    unit = fields.Selection(related="kpi_id.unit")
    better = fields.Selection(related="kpi_id.better")
    formula = fields.Text(related="kpi_id.formula")
    level = fields.Selection(
        [("dealer", "Dealer"), ("region", "Region"), ("network", "Network")],
        required=True,
        readonly=True,
    )
    dealer_id = fields.Many2one("crm.dealer", readonly=True, index=True, ondelete="cascade")
    region_id = fields.Many2one(
        "crm.dealer.region",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Of a dealer's value the dealer's region on the day it was measured.",
    )
    period_kind = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter"), ("half", "Half-Year"), ("year", "Year")],
        required=True,
        readonly=True,
    )
    period = fields.Date(required=True, readonly=True, help="Its first day.")
    period_name = fields.Char(string="Name of the Period", compute="_compute_period_name")
    year = fields.Integer(compute="_compute_year")
    numerator = fields.Float(readonly=True, aggregator=None)
    denominator = fields.Float(readonly=True, aggregator=None)
    value = fields.Float(
        readonly=True,
        aggregator="avg",
        digits=(16, 2),
        help="In a group the plain mean of values; better look at the network's own value.",
    )
    low = fields.Float(
        string="Interval From",
        readonly=True,
        aggregator=None,
        digits=(16, 2),
        help="Lower end of the 95 % interval: with other cases of the same kind the value might "
        "as well have been that. Empty where none can be said.",
    )
    high = fields.Float(
        string="Interval To",
        readonly=True,
        aggregator=None,
        digits=(16, 2),
        help="Upper end of the 95 % interval.",
    )
    has_interval = fields.Boolean(
        string="Interval Known", readonly=True, help="The ends of the 95 % interval can be said."
    )
    interval = fields.Char(
        string="95 % Interval",
        compute="_compute_interval",
        help="Between these the value might have been by chance; a target in between is neither "
        "surely reached nor surely missed.",
    )
    has_value = fields.Boolean(readonly=True, help="There was something to divide by.")
    few = fields.Boolean(
        string="Too Few", readonly=True, help="The base is smaller than the KPI asks for."
    )
    dealer_count = fields.Integer(string="Dealers", readonly=True, aggregator=None)
    told_dealers = fields.Integer(
        string="Dealers It Can Be Narrowed to",
        readonly=True,
        aggregator=None,
        help="With cases, also by its difference from other means; dealers see it from the own "
        "ones and three others on.",
    )
    basis = fields.Char(readonly=True, help="What the cases were measured with.")
    has_break = fields.Boolean(
        string="Break", readonly=True, help="Several questionnaires were answered in the period."
    )
    break_note = fields.Char(string="Comparison", compute="_compute_trend")
    previous = fields.Float(
        string="Period Before", compute="_compute_trend", digits=(16, 2), aggregator=None
    )
    change = fields.Float(compute="_compute_trend", digits=(16, 2), aggregator=None)
    trend = fields.Selection(
        [("better", "Better"), ("same", "Unchanged"), ("worse", "Worse")],
        compute="_compute_trend",
    )
    target = fields.Float(
        compute="_compute_target",
        digits=(16, 2),
        aggregator=None,
        help="Of a count that adds up: the share of the year's target for the period.",
    )
    standing = fields.Selection(
        [("reached", "Reached"), ("missed", "Missed")],
        string="Against Target",
        compute="_compute_target",
    )
    is_closed = fields.Boolean(string="Closed", readonly=True)
    measured_on = fields.Date(readonly=True)

    _scope_uniq = models.UniqueIndex(f"({SCOPE})")

    @api.model
    def _period_end(self, kind, begin):
        """The first day after the period that begins on ``begin``."""
        return begin + relativedelta(months=PERIODS[kind])

    @api.model
    def _period_of(self, kind, day):
        """The first day of the period that ``day`` lies in."""
        return period_begin(day, PERIODS[kind])

    @api.depends("period", "period_kind")
    def _compute_period_name(self):
        """2026-03 of a month, 2026 Q1 of a quarter, 2026 H1 of a half-year, 2026 of a year."""
        for row in self:
            row.period_name = row.period and self._name_of_period(row.period_kind, row.period)

    @api.model
    def _name_of_period(self, kind, begin):
        part = {
            "month": f"-{begin:%m}",
            "quarter": f" Q{(begin.month + 2) // 3}",
            "half": f" H{(begin.month + 5) // 6}",
        }
        return f"{begin.year}{part.get(kind, '')}"

    @api.depends("period")
    def _compute_year(self):
        for row in self:
            row.year = row.period.year if row.period else 0

    @api.depends("low", "high", "has_interval")
    @api.depends_context("lang")
    def _compute_interval(self):
        for row in self:
            ends = [formatLang(self.env, end, 1) for end in (row.low, row.high)]
            row.interval = row.has_interval and " – ".join(ends)

    @api.depends("kpi_id", "period", "value")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for row in self:
            where = row.dealer_id.name if row.level == "dealer" else row.region_id.name
            parts = (row.kpi_id.name, where, row.period and str(row.period))
            row.display_name = " · ".join(filter(None, parts))

    @api.depends("value", "has_value", "basis", "has_break")
    @api.depends_context("lang")
    def _compute_trend(self):
        before = self._values_before()
        mixed = self.env._("Several questionnaires in one figure: not of one measure")
        other = self.env._("New questionnaire: no trend goes on from the one before")
        for row in self:
            old, basis = before.get(row._scope_key(row._before()), (None, None))
            broken = row.has_break or (old is not None and basis != row.basis)
            known = row.has_value and old is not None and not broken
            row.previous = old if known else 0.0
            row.change = row.value - old if known else 0.0
            row.trend = row._trend_of(round(row.change, 2)) if known else False
            row.break_note = broken and row.has_value and (mixed if row.has_break else other)

    def _trend_of(self, change):
        if not change:
            return "same"
        return "better" if (change > 0) == (self.better == "higher") else "worse"

    def _before(self):
        return self.period - relativedelta(months=PERIODS[self.period_kind])

    def _scope_key(self, period):
        region = False if self.level == "dealer" else self.region_id.id
        return (self.kpi_id.id, self.period_kind, period, self.level, self.dealer_id.id, region)

    def _values_before(self):
        """``{scope: (value, basis)}`` of the periods before these, in one query."""
        if not self:
            return {}
        rows = self.search_fetch(
            [
                ("kpi_id", "in", self.kpi_id.ids),
                ("period", "in", list({row._before() for row in self})),
                ("period_kind", "in", list(set(self.mapped("period_kind")))),
                ("dealer_id", "in", [*self.dealer_id.ids, False]),
                ("has_value", "=", True),
            ],
            ["kpi_id", "period_kind", "period", "level", "dealer_id", "region_id", "value",
             "basis"],
        )  # fmt: skip
        return {row._scope_key(row.period): (row.value, row.basis) for row in rows}

    @api.depends("value", "kpi_id")
    def _compute_target(self):
        targets = self.env["crm.kpi.target"]._for_values(self)
        for row in self:
            target = targets[row]
            row.target = target or 0.0
            row.standing = False
            if target is not None and row.has_value:
                reached = row.value >= target if row.better == "higher" else row.value <= target
                row.standing = "reached" if reached else "missed"

    def _target_share(self):
        """The share of a year's target that this period should reach."""
        if self.kpi_id.adds_up == "no":
            return 1
        months = PERIODS[self.period_kind]
        if self.kpi_id.adds_up == "year":  # up to the end of the period
            months += self.period.month - 1
        return months / 12

    @api.model
    def action_open_kpis(self):
        """Open last month: the own dealers beside the network, or the network alone."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_grading.crm_kpi_value_action"
        )
        filters = ["network", "month", "recent"]
        if self.env.user.dealer_scoped:
            filters.append("dealer")
        return {**action, "context": {f"search_default_{name}": 1 for name in filters}}
