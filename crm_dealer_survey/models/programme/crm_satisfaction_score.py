from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.one import one_sql

from ...tools.confidence_sql import bounds_sql, margin_of_group
from . import crm_satisfaction_score_sql as statement

KINDS = [
    ("satisfaction", "Satisfaction"),
    ("compliance", "Compliance"),
    ("overall", "Overall satisfaction"),
    ("nps", "Recommendation (NPS)"),
    ("rebuy", "Intention to buy again"),
    ("return", "Intention to come back"),
]
CHANNELS = [
    ("email", "E-mail"),
    ("sms", "SMS"),
    ("phone", "Phone, by an agent"),
    ("portal", "Portal"),
    ("paper", "On paper"),
]
_AVERAGES = {
    "value:avg", "index_value:avg", "index_low:min", "index_high:max", "index_enough:avg",
}  # fmt: skip
# What tells apart figures that must not be averaged.
_APART = ("version_id", "kind", "factor_id")
_APART_HELP = (
    "The average of a group is empty where versions, kinds or factors meet: those are not "
    "comparable."
)


class CrmSatisfactionScore(models.Model):
    """What an answer says of a factor, or in total (no factor); all figures stand on it (S1).

    Only ``_store`` writes it, by one statement. Answers that do not count (test entries, not
    completed, left out by a person) have no rows.

    ``value`` is what was said: satisfaction, overall and intentions 1 to 10, recommendation 0 to
    10, compliance the share of steps done, 0 to 1. ``index_value`` is what an index averages:
    satisfaction on the version's scale, compliance in percent, recommendation 100 for a
    promoter, −100 for a detractor.
    """

    _name = "crm.satisfaction.score"
    _description = "Satisfaction Score"
    _log_access = False
    _order = "date desc, id desc"
    _rec_name = "user_input_id"

    user_input_id = fields.Many2one(
        "survey.user_input", string="Answer", required=True, readonly=True, ondelete="cascade"
    )
    version_id = fields.Many2one(
        "crm.satisfaction.version", required=True, readonly=True, ondelete="cascade"
    )
    programme_id = fields.Many2one(
        "crm.satisfaction.programme", required=True, readonly=True, ondelete="cascade"
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    factor_id = fields.Many2one(
        "crm.satisfaction.factor",
        readonly=True,
        ondelete="cascade",
        help="Empty: the total of the answer.",
    )
    value = fields.Float(string="Score", readonly=True, aggregator="avg", help=_APART_HELP)
    index_value = fields.Float(string="Index", readonly=True, aggregator="avg", help=_APART_HELP)
    index_low = fields.Float(
        string="Index From",
        compute="_compute_ends",
        aggregator="min",
        help="Of groups: the lower end of the 95 % interval; customers are its units.",
    )
    index_high = fields.Float(
        string="Index To",
        compute="_compute_ends",
        aggregator="max",
        help="Of groups: the upper end of the 95 % interval.",
    )
    index_enough = fields.Float(
        string="Index of Enough Answers",
        compute="_compute_ends",
        aggregator="avg",
        help="Of groups: empty where there are fewer answers than the programme asks for.",
    )
    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    region_id = fields.Many2one("crm.dealer.region", readonly=True)
    advisor_id = fields.Many2one("res.users", readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", readonly=True, index="btree_not_null"
    )
    channel = fields.Selection(CHANNELS, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Date(readonly=True, help="The day of the answer at the company.")

    # Few indexes: many rows are written, and figures are asked by version, or by dealers.
    _answer_uniq = models.UniqueIndex("(user_input_id, kind, COALESCE(factor_id, 0))")
    _totals = models.Index("(programme_id, kind, date) WHERE factor_id IS NULL")
    _figures = models.Index("(version_id, kind, factor_id, dealer_id, date)")
    _dealers = models.Index("(dealer_id, kind, factor_id, date) WHERE dealer_id IS NOT NULL")

    def init(self):
        """Figures beside the total (crm_satisfaction_score_sql.py): SQL alone reads them."""
        result = super().init()
        for name, kind in (("said", "smallint[]"), ("figures", "float8[]")):
            self.env.cr.execute(
                SQL("ALTER TABLE crm_satisfaction_score ADD COLUMN IF NOT EXISTS %s %s",
                    SQL.identifier(name), SQL(kind))
            )  # fmt: skip
        return result

    @api.model
    @api.private
    def _store(self, answers):
        """Write the scores of these answers, by one statement; again writes what changed only.

        :param answers: ``survey.user_input``; those that do not count lose their scores
        """
        if not answers:
            return
        for name in ("survey.user_input", "survey.user_input.line", "survey.question"):
            self.env[name].flush_model()
        self.env["crm.satisfaction.factor"].flush_model()
        self.env["crm.satisfaction.version"].flush_model()
        self.env["crm.dealer"].flush_model(["region_id"])
        self.env.cr.execute(statement.store(answers.ids, self._time_zones()))
        self.invalidate_model()

    @api.model
    def _time_zones(self):
        """SQL of the name of the time zone of an answer's company."""
        # sudo: where a company is, is no secret.
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        companies = companies.search_fetch([], ["partner_id"])
        zones = {company.id: company._tz_here() for company in companies}
        cases = SQL(" ").join(
            SQL("WHEN %s THEN %s", company_id, zone) for company_id, zone in zones.items()
        )
        return SQL("(CASE i.company_id %s ELSE 'UTC' END)", cases)

    @api.model
    def _last_of(self, customers):
        """``{(customer id, kind): value}`` of the latest totals in sight, on satisfaction and NPS.

        Nothing where the reader sees no answers.
        """
        if not self.has_access("read"):
            return {}
        query = self._search(
            [
                ("partner_id", "in", customers.ids),
                ("kind", "in", ["satisfaction", "nps"]),
                ("factor_id", "=", False),
            ]
        )
        partner, kind, date, order = (
            SQL.identifier(query.table, name)
            for name in ("partner_id", "kind", "date", "user_input_id")
        )
        query.order = SQL("%s, %s, %s DESC, %s DESC", partner, kind, date, order)
        rows = self.env.execute_query(
            query.select(
                SQL("DISTINCT ON (%s, %s) %s, %s, %s", partner, kind, partner, kind,
                    SQL.identifier(query.table, "value"))
            )
        )  # fmt: skip
        return {(customer, kind): value for customer, kind, value in rows}

    def _compute_ends(self):
        """One answer has no interval; groups have, see below."""
        self.index_low = self.index_high = self.index_enough = False

    def _read_group_select(self, aggregate_spec, query):
        """No figure across versions, kinds and factors; intervals of whatever group is asked."""
        if aggregate_spec not in _AVERAGES:
            return super()._read_group_select(aggregate_spec, query)
        table, name = self._table, aggregate_spec.partition(":")[0]
        figure = SQL.identifier(table, "value" if name == "value" else "index_value")
        select = SQL("avg(%s)", figure)
        if name == "index_enough":
            field = self.env["crm.satisfaction.programme"]._fields["min_answers"]
            needed = SQL(
                "SELECT %s FROM crm_satisfaction_programme WHERE id = min(%s)",
                SQL.identifier("min_answers", to_flush=field),
                SQL.identifier(table, "programme_id"),
            )
            select = SQL("CASE WHEN count(*) >= (%s) THEN %s END", needed, select)
        elif name in ("index_low", "index_high"):
            customer = SQL("COALESCE(%s, -%s)", SQL.identifier(table, "partner_id"),
                           SQL.identifier(table, "user_input_id"))  # fmt: skip
            select = self._end_sql(name, select, margin_of_group(customer, figure))
        return SQL("CASE WHEN %s THEN %s END", one_sql(table, _APART), select)

    def _end_sql(self, name, mean, margin):
        """The end of the interval, within the scale."""
        field = self.env["crm.satisfaction.version"]._fields["index_scale"]
        top = SQL(
            "(SELECT %s::int FROM crm_satisfaction_version WHERE id = min(%s))",
            SQL.identifier("index_scale", to_flush=field),
            SQL.identifier(self._table, "version_id"),
        )
        kind = SQL("min(%s)", SQL.identifier(self._table, "kind"))
        lowest, highest = bounds_sql(kind, top)
        if name == "index_low":
            end = SQL("greatest(%s, %s - m.margin)", lowest, mean)
        else:
            end = SQL("least(%s, %s + m.margin)", highest, mean)
        return SQL(
            "(SELECT CASE WHEN m.margin IS NOT NULL THEN %s END FROM (SELECT %s AS margin) m)",
            end,
            margin,
        )

    def action_open_answer(self):
        """Open the answer behind the score."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "survey.user_input",
            "res_id": self.user_input_id.id,
            "views": [(self.env.ref("crm_dealer_survey.survey_user_input_view_form").id, "form")],
        }
