from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.one import one_sql

from . import crm_satisfaction_index_sql as statement
from .crm_satisfaction_score import KINDS

_NARROW = "crm_satisfaction_index_narrow"
# What tells apart figures that must not be averaged.
_APART = ("version_id", "kind", "factor_id", "level", "period_kind")


class Narrow:
    """Which scores, levels and lengths of period a search is about; RPC cannot forge it."""

    def __init__(self):
        self.where = []
        self.when = []
        self.levels = set(statement.LEVELS)
        self.units = set(statement.UNITS)

    def keep(self, name, values):
        """Keep at most what has one of the values; the search itself looks again."""
        chosen = getattr(self, name) & set(values)
        setattr(self, name, chosen or getattr(self, name))


class CrmSatisfactionIndex(models.Model):
    """Index by level, period and factor, with sample, 95 % interval and rank (S1).

    It is reckoned whenever it is asked for, from those scores alone that the search is about, and
    from the sums that are kept of settled quarters. For any other grouping ask
    ``crm.satisfaction.version.index()``, or average the scores: the mean of
    ``crm.satisfaction.score.index_value`` is the index of any group of them.
    """

    _name = "crm.satisfaction.index"
    _description = "Satisfaction Index"
    _auto = False
    _rec_name = "version_id"
    _order = "period desc, id"
    _depends = {
        "crm.satisfaction.score": [
            "version_id", "programme_id", "kind", "factor_id", "dealer_id", "region_id", "date",
            "partner_id", "user_input_id", "index_value", "company_id",
        ],
        "crm.satisfaction.programme": ["min_answers"],
        "crm.satisfaction.version": ["index_scale", "number", "used_on", "programme_id"],
        "crm.dealer": ["region_id"],
    }  # fmt: skip

    version_id = fields.Many2one("crm.satisfaction.version", readonly=True)
    programme_id = fields.Many2one("crm.satisfaction.programme", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    factor_id = fields.Many2one(
        "crm.satisfaction.factor", readonly=True, help="Empty: the total."
    )
    level = fields.Selection(
        [("dealer", "Dealer"), ("region", "Region"), ("network", "Network")], readonly=True
    )
    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    region_id = fields.Many2one("crm.dealer.region", readonly=True)
    period = fields.Date(readonly=True, help="First day of the month or quarter.")
    period_kind = fields.Selection([("month", "Month"), ("quarter", "Quarter")], readonly=True)
    period_name = fields.Char(string="Name of the Period", compute="_compute_period_name")
    n = fields.Integer(string="Number of Answers", readonly=True)
    customers = fields.Integer(string="Number of Customers", readonly=True, aggregator=None)
    index_value = fields.Float(
        string="Index",
        readonly=True,
        aggregator="avg",
        help="Of a group: weighted by answers. Empty where answers are too few, and where "
        "versions, kinds, factors, levels or lengths of period meet: those are not comparable.",
    )
    error = fields.Float(string="Standard Error", readonly=True, aggregator=None)
    low = fields.Float(
        string="Interval From", readonly=True, aggregator=None, help="Of the 95 % interval."
    )
    high = fields.Float(
        string="Interval To", readonly=True, aggregator=None, help="Of the 95 % interval."
    )
    min_answers = fields.Integer(string="Answers Needed", readonly=True, aggregator=None)
    few = fields.Boolean(
        string="Too Few Answers",
        readonly=True,
        help="Fewer answers than the programme asks for: an impression, not a result.",
    )
    rank = fields.Integer(
        readonly=True,
        aggregator=None,
        help="Among all of the same level, version, factor and period that have enough answers.",
    )
    rank_best = fields.Integer(string="Best Rank", readonly=True, aggregator=None)
    rank_worst = fields.Integer(string="Worst Rank", readonly=True, aggregator=None)
    rank_range = fields.Char(
        compute="_compute_rank_range",
        help="Where the rank can lie: others' intervals overlap with this one.",
    )
    is_later = fields.Boolean(
        string="Later Version", readonly=True, help="Another version was answered before this one."
    )
    is_first = fields.Boolean(string="First Period of the Version", readonly=True)
    break_note = fields.Char(string="Comparison", compute="_compute_break_note")

    @property
    def _table_query(self):
        narrow = self.env.context.get(_NARROW)
        if not isinstance(narrow, Narrow):
            narrow = self._narrow(Domain("id", "in", self.ids) if self.ids else Domain.TRUE)
        scoped = not self.env.su and self.env.user.dealer_scoped
        if scoped:
            narrow.keep("levels", ["dealer"])
        return statement.rows(
            self._sums_sql(narrow), ranked=not scoped, zone=self.env.company._tz_here()
        )

    @api.model
    def _sums_sql(self, narrow):
        """Sums of all groups that the search is about: those that are kept, and the rest."""
        seen = [self._seen_sql(), *narrow.where, *narrow.when]
        kept = self.env["crm.satisfaction.settled"]._kept_sql(narrow)
        if not kept:
            return statement.sums(SQL(" AND ").join(seen), narrow.levels, narrow.units)
        settled, summed = kept
        seen.append(SQL("NOT (%s)", settled))
        rest = statement.sums(SQL(" AND ").join(seen), narrow.levels, narrow.units)
        return SQL("(%s) UNION ALL (%s)", rest, summed)

    @api.model
    def _seen_sql(self):
        """Rows of the answers in sight, so that a dealer's figures are reckoned from its own."""
        user = self.env.user
        scoped = not self.env.su and user.dealer_scoped
        dealers = SQL("dealer_id = ANY(%s)", user.dealer_ids.ids) if scoped else SQL("TRUE")
        if self.env.su:
            return dealers
        return SQL(
            "%s AND (company_id IS NULL OR company_id = ANY(%s))", dealers, self.env.companies.ids
        )

    # -- Only what is asked for ----------------------------------------------------------------

    @api.model
    def _search(self, domain, *args, **kwargs):
        narrow = self._narrow(Domain(domain).optimize_full(self))
        narrowed = self.with_context(**{_NARROW: narrow})
        return super(CrmSatisfactionIndex, narrowed)._search(domain, *args, **kwargs)

    @api.model
    def _narrow(self, domain):
        """What the conditions of ``domain`` that all rows must meet say of the scores.

        Not dealers and regions: a rank is among all, whoever is looked at.
        """
        narrow = Narrow()
        conditions = domain.children if getattr(domain, "OPERATOR", "") == "&" else [domain]
        for condition in conditions:
            name = getattr(condition, "field_expr", None)
            if name == "period":
                self._narrow_period(narrow, condition)
            elif getattr(condition, "operator", None) == "in" and all(
                isinstance(value, int | str) for value in condition.value
            ):
                self._narrow_values(narrow, name, list(condition.value))
        return narrow

    @staticmethod
    def _narrow_values(narrow, name, values):
        if name == "level":
            narrow.keep("levels", values)
        elif name == "period_kind":
            narrow.keep("units", values)
        elif name == "id" and all(values):
            parts, kinds, levels, units, periods = zip(*map(statement.unpack, values), strict=True)
            narrow.keep("levels", levels)
            narrow.keep("units", units)
            known = {name: [number for other, number in parts if other == name]
                     for name in ("version_id", "factor_id")}  # fmt: skip
            narrow.where += [
                SQL("kind = ANY(%s)", list(set(kinds))),
                SQL("(factor_id = ANY(%s) OR factor_id IS NULL AND version_id = ANY(%s))",
                    known["factor_id"], known["version_id"]),
            ]  # fmt: skip
            narrow.when.append(
                SQL("date >= %s AND date < %s::date + interval '3 months'",
                    min(periods), max(periods))
            )  # fmt: skip
        elif name in ("kind", "version_id", "programme_id", "factor_id"):
            column = SQL.identifier(name)
            known = [value for value in values if value]
            terms = [SQL("%s = ANY(%s)", column, known)] if known else []
            terms += [] if all(values) else [SQL("%s IS NULL", column)]
            narrow.where.append(SQL("(%s)", SQL(" OR ").join(terms)))

    @staticmethod
    def _narrow_period(narrow, condition):
        day = condition.value
        if condition.operator in (">", ">="):
            narrow.when.append(SQL("date >= %s", day))
        elif condition.operator in ("<", "<="):  # a quarter that begins by then goes on
            narrow.when.append(SQL("date < %s::date + interval '3 months'", day))

    # -- Groups --------------------------------------------------------------------------------

    def _read_group_select(self, aggregate_spec, query):
        """No figure of what is not comparable, nor of too few answers."""
        table = self._table
        if aggregate_spec == "index_value:avg":
            return SQL(
                """CASE WHEN %(one)s AND sum(%(n)s) >= min(%(needed)s)
                        THEN sum(%(figure)s * %(n)s) / sum(%(n)s) END""",
                one=one_sql(table, _APART),
                n=SQL.identifier(table, "n"),
                needed=SQL.identifier(table, "min_answers"),
                figure=SQL.identifier(table, "index_value"),
            )
        select = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec == "n:sum":
            return SQL("CASE WHEN %s THEN %s END", one_sql(table, _APART), select)
        return select

    # -- Words ---------------------------------------------------------------------------------

    @api.depends("period", "period_kind")
    def _compute_period_name(self):
        """2026-03 of a month, 2026 Q1 of a quarter."""
        for row in self:
            quarter = row.period_kind == "quarter"
            row.period_name = row.period and (
                f"{row.period:%Y} Q{(row.period.month + 2) // 3}"
                if quarter
                else f"{row.period:%Y-%m}"
            )

    @api.depends("rank_best", "rank_worst")
    def _compute_rank_range(self):
        for row in self:
            ends = (row.rank_best, row.rank_worst)
            row.rank_range = f"{ends[0]} – {ends[1]}" if row.rank else False

    @api.depends("is_later", "is_first")
    @api.depends_context("lang")
    def _compute_break_note(self):
        begins = self.env._("New questionnaire: no trend goes on from the one before")
        for row in self:
            row.break_note = begins if row.is_later and row.is_first else False

    def action_open_answers(self):
        """Open the answers behind the figure."""
        self.ensure_one()
        months = 1 if self.period_kind == "month" else 3
        domain = [
            ("version_id", "=", self.version_id.id),
            ("kind", "=", self.kind),
            ("factor_id", "=", self.factor_id.id),
            ("date", ">=", self.period),
            ("date", "<", fields.Date.add(self.period, months=months)),
        ]
        if self.level == "dealer":
            domain.append(("dealer_id", "=", self.dealer_id.id))
        elif self.level == "region":
            domain.append(("region_id", "=", self.region_id.id))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_satisfaction_score_action"
        )
        # Those who answered; a chart of them stays empty where they are too few for an index.
        views = sorted(action["views"], key=lambda view: view[1] != "list")
        return {**action, "views": views, "domain": domain, "context": {}}
