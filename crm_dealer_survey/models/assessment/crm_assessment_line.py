from odoo import api, fields, models

from odoo.addons.crm_dealer_grading.models.network.res_users import AUDITOR
from odoo.addons.crm_dealer_grading.tools.dialog import ask

from .crm_assessment_component import MISSING

WHY_UNRANKED = [
    ("missing", "A Figure Is Missing"),
    ("few", "Too Few Cases"),
    ("new", "Opened in the Period"),
]


class CrmAssessmentLine(models.Model):
    """The result of one dealer (S9). A dealer reads its own ones, once they are shown.

    Nothing here tells of another dealer but how many are ranked. Written by the computation.
    """

    _name = "crm.assessment.line"
    _description = "Result of a Dealer"
    _inherit = ["crm.assessment.stored", "mail.thread", "mail.activity.mixin"]
    _order = "begin desc, rank_order, dealer_id"
    _mail_post_access = "read"

    assessment_id = fields.Many2one(
        "crm.assessment", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="assessment_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="assessment_id.currency_id")
    policy_id = fields.Many2one(related="assessment_id.policy_id", store=True, index=True)
    period_kind = fields.Selection(
        string="Kind of Period", related="assessment_id.period_kind", store=True
    )
    begin = fields.Date(string="Period", related="assessment_id.begin", store=True, index=True)
    period_name = fields.Char(string="Name of the Period", related="assessment_id.period_name")
    state = fields.Selection(related="assessment_id.state", store=True)
    appeal_until = fields.Date(related="assessment_id.appeal_until")
    result_hash = fields.Char(
        string="Hash of the Result",
        related="assessment_id.result_hash",
        help="Of the whole result: the manufacturer can show that nothing was changed since.",
    )
    dealer_id = fields.Many2one(
        "crm.dealer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    region_id = fields.Many2one(
        "crm.dealer.region", readonly=True, index="btree_not_null", ondelete="restrict",
        help="Where the dealer belonged when the figures were collected.",
    )  # fmt: skip
    has_score = fields.Boolean(readonly=True)
    score = fields.Float(digits=(16, 2), readonly=True, aggregator="avg", help="0 to 100.")
    score_low = fields.Float(
        string="Score, at Least", digits=(16, 2), readonly=True, aggregator=None,
        help="With 95 % certainty; the score itself where no interval is known.",
    )  # fmt: skip
    score_high = fields.Float(
        string="Score, at Most", digits=(16, 2), readonly=True, aggregator=None
    )
    score_before = fields.Float(
        string="Score before Correction", digits=(16, 2), readonly=True, aggregator=None,
        help="Of the result that was shown first, where an appeal was upheld.",
    )  # fmt: skip
    is_corrected = fields.Boolean(string="Corrected", readonly=True)
    is_ranked = fields.Boolean(string="Ranked", readonly=True)
    why_unranked = fields.Selection(WHY_UNRANKED, string="Not Ranked Because", readonly=True)
    rank = fields.Integer(
        string="Rank in the Network", readonly=True, aggregator=None,
        help="Equal scores share the better rank.",
    )  # fmt: skip
    rank_order = fields.Integer(readonly=True, aggregator=None, export_string_translation=False)
    rank_best = fields.Integer(string="Rank at Best", readonly=True, aggregator=None)
    rank_worst = fields.Integer(string="Rank at Worst", readonly=True, aggregator=None)
    ranked_count = fields.Integer(string="Dealers Ranked", readonly=True, aggregator=None)
    region_rank = fields.Integer(string="Rank in the Region", readonly=True, aggregator=None)
    region_best = fields.Integer(string="Rank in the Region at Best", readonly=True,
                                 aggregator=None)  # fmt: skip
    region_worst = fields.Integer(string="Rank in the Region at Worst", readonly=True,
                                  aggregator=None)  # fmt: skip
    region_count = fields.Integer(
        string="Dealers Ranked in the Region", readonly=True, aggregator=None
    )
    has_accuracy = fields.Boolean(readonly=True, export_string_translation=False)
    accuracy = fields.Float(
        string="Multiplied By (%)", digits=(16, 2), readonly=True, aggregator="avg",
        help="For instance the data accuracy.",
    )  # fmt: skip
    mark = fields.Float(
        string="Of the Overall Mark", digits=(16, 2), readonly=True, aggregator="avg",
        help="Points of the dealer's overall mark: the score × its share.",
    )  # fmt: skip
    has_change = fields.Boolean(readonly=True, export_string_translation=False)
    change = fields.Float(
        string="Against the Period Before", digits=(16, 2), readonly=True, aggregator="avg"
    )
    detail = fields.Text(readonly=True, prefetch=False, groups=AUDITOR)
    part_ids = fields.One2many("crm.assessment.part", "line_id", string="Parts")
    proposal_ids = fields.One2many("crm.assessment.proposal", "line_id", string="What Follows")
    appeal_ids = fields.One2many("crm.assessment.appeal", "line_id")
    has_appeal_time = fields.Boolean(
        compute="_compute_has_appeal_time", export_string_translation=False
    )
    may_appeal = fields.Boolean(compute="_compute_may_appeal", export_string_translation=False)
    rank_words = fields.Char(string="Rank", compute="_compute_rank_words")
    region_rank_words = fields.Char(string="Regional Rank", compute="_compute_rank_words")

    _dealer_uniq = models.Constraint(
        "UNIQUE(assessment_id, dealer_id)", "The assessment has a line of this dealer already."
    )

    @api.model
    def _frozen_columns(self):
        return (
            "assessment_id", "dealer_id", "region_id", "has_score", "score", "score_low",
            "score_high", "is_ranked", "why_unranked", "rank", "rank_best", "rank_worst",
            "ranked_count", "region_rank", "region_best", "region_worst", "region_count",
            "has_accuracy", "accuracy", "mark", "has_change", "change", "detail",
            "score_before", "is_corrected",
        )  # fmt: skip

    @api.depends("dealer_id", "assessment_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            # sudo: names of dealer and policy, for whoever may read the line.
            names = (line.dealer_id.sudo().name, line.policy_id.sudo().name, line.period_name)
            line.display_name = " · ".join(filter(None, names))

    @api.depends("rank", "ranked_count", "rank_best", "rank_worst")
    @api.depends_context("lang")
    def _compute_rank_words(self):
        for line in self:
            line.rank_words = line._words_of_rank(
                line.rank, line.ranked_count, line.rank_best, line.rank_worst
            )
            line.region_rank_words = line._words_of_rank(
                line.region_rank, line.region_count, line.region_best, line.region_worst
            )

    def _words_of_rank(self, rank, count, best, worst):
        if not rank:
            return self.env._("not ranked")
        if best == worst:
            return self.env._("%(rank)s of %(count)s", rank=rank, count=count)
        return self.env._(
            "%(rank)s of %(count)s (between %(best)s and %(worst)s)",
            rank=rank, count=count, best=best, worst=worst,
        )  # fmt: skip

    @api.depends("appeal_until", "assessment_id.shown_on")
    def _compute_has_appeal_time(self):
        """Not where the policy gives no day to appeal."""
        for line in self:
            shown_on = line.sudo().assessment_id.shown_on  # sudo: a day of the own result
            until = line.appeal_until
            line.has_appeal_time = bool(until and shown_on and shown_on <= until)

    @api.depends("state", "appeal_ids", "appeal_until")
    @api.depends_context("uid")
    def _compute_may_appeal(self):
        appeals = self.env["crm.assessment.appeal"]
        for line in self:
            line.may_appeal = not appeals._refusal_to_file(line)

    @api.model
    def action_open_mine(self):
        """Open the own dealers' results; a manager's page."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_assessment_line_action_mine"
        )

    def action_appeal(self):
        """Write an appeal against the result.

        :raise UserError: it is not the own dealer's, too late, or there is one; says so
        """
        self.ensure_one()
        self.check_access("read")
        if refusal := self.env["crm.assessment.appeal"]._refusal_to_file(self):
            raise refusal
        return ask("crm.assessment.dialog", self.env._("Appeal"), line_id=self.id, kind="appeal")

    def action_open_appeal(self):
        """Open the appeal against the result."""
        self.ensure_one()
        return self.appeal_ids[:1]._get_records_action(context={})


class CrmAssessmentPartScore(models.Model):
    """A dealer's figure of one KPI, and what it scored (S9)."""

    _name = "crm.assessment.part"
    _description = "Part of a Dealer's Result"
    _inherit = ["crm.assessment.stored"]
    _order = "line_id, sequence, id"
    _rec_name = "kpi_id"

    assessment_id = fields.Many2one(
        "crm.assessment", required=True, readonly=True, index=True, ondelete="cascade"
    )
    line_id = fields.Many2one(
        "crm.assessment.line", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="assessment_id.company_id", store=True)
    begin = fields.Date(string="Period", related="assessment_id.begin", store=True)
    state = fields.Selection(related="assessment_id.state", store=True)
    dealer_id = fields.Many2one(
        "crm.dealer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    sequence = fields.Integer(readonly=True)
    kpi_id = fields.Many2one("crm.kpi", string="KPI", readonly=True, ondelete="restrict")
    role = fields.Selection(
        [("part", "Part of the Score"), ("factor", "Multiplies the Score")], readonly=True
    )
    weight = fields.Float(digits=(16, 4), readonly=True, aggregator=None)
    has_value = fields.Boolean(readonly=True, export_string_translation=False)
    value = fields.Float(digits=(16, 2), readonly=True, aggregator="avg")
    base = fields.Float(string="Cases", digits=(16, 0), readonly=True, aggregator="sum")
    low = fields.Float(string="At Least", digits=(16, 2), readonly=True, aggregator=None)
    high = fields.Float(string="At Most", digits=(16, 2), readonly=True, aggregator=None)
    has_interval = fields.Boolean(readonly=True, export_string_translation=False)
    score = fields.Float(digits=(16, 2), readonly=True, aggregator="avg")
    used = fields.Selection(
        [("value", "Counts"), ("few", "Counts, though of Few Cases"), *MISSING],
        string="How It Counts",
        readonly=True,
    )
    is_corrected = fields.Boolean(string="Corrected", readonly=True)

    @api.model
    def _frozen_columns(self):
        return (
            "assessment_id", "line_id", "dealer_id", "kpi_id", "role", "weight", "has_value",
            "value", "base", "low", "high", "has_interval", "score", "used", "is_corrected",
        )  # fmt: skip
