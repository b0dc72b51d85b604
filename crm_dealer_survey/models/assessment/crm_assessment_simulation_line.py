import json

from odoo import api, fields, models

from odoo.addons.crm_dealer_grading.models.network.res_users import AUDITOR


class CrmAssessmentSimulationPeriod(models.Model):
    """A replayed period of a simulation: sums before and after (S9)."""

    _name = "crm.assessment.simulation.period"
    _description = "Replayed Period of a Simulation"
    _inherit = ["crm.assessment.stored"]
    _order = "simulation_id desc, begin desc, id"
    _rec_name = "assessment_id"

    simulation_id = fields.Many2one(
        "crm.assessment.simulation", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="simulation_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="simulation_id.currency_id")
    assessment_id = fields.Many2one(
        "crm.assessment", required=True, readonly=True, index=True, ondelete="cascade"
    )
    begin = fields.Date(string="Period", related="assessment_id.begin", store=True)
    period_name = fields.Char(string="Name of the Period", related="assessment_id.period_name")
    is_done = fields.Boolean(string="Replayed", readonly=True)
    result_hash = fields.Char(
        string="Hash of the Result", readonly=True, help="Of the assessment that was replayed."
    )
    inputs_json = fields.Text(
        string="Inputs", readonly=True, groups=AUDITOR, prefetch=False,
        help="The stored inputs with replayed periods before, and what was collected for it.",
    )  # fmt: skip
    history_json = fields.Text(
        readonly=True, groups=AUDITOR, prefetch=False, export_string_translation=False
    )
    remarks_json = fields.Text(readonly=True, groups=AUDITOR, export_string_translation=False)
    remark = fields.Text(compute="_compute_remark")
    money_before = fields.Monetary(readonly=True)
    money_after = fields.Monetary(readonly=True)
    gain_count = fields.Integer(string="Dealers That Gain", readonly=True, aggregator=None)
    lose_count = fields.Integer(string="Dealers That Lose", readonly=True, aggregator=None)
    rank_change_count = fields.Integer(string="Ranks That Change", readonly=True)
    turned_firm = fields.Integer(string="Became Significant", readonly=True)
    turned_shaky = fields.Integer(string="Became Not Significant", readonly=True)
    has_correlation = fields.Boolean(readonly=True, export_string_translation=False)
    correlation = fields.Float(
        string="Rank Correlation", digits=(5, 3), readonly=True, aggregator=None
    )

    _assessment_uniq = models.Constraint(
        "UNIQUE(simulation_id, assessment_id)", "The simulation has this period already."
    )

    @api.depends("remarks_json")
    @api.depends_context("lang")
    def _compute_remark(self):
        for period in self:
            # sudo: names of KPIs, for whoever may read the simulation.
            told = json.loads(period.sudo().remarks_json or "{}")
            period.remark = " ".join(period._words_of(told))

    def _words_of(self, told):
        words = []
        if told.get("collected"):
            names = self._names_of(told["collected"])
            words.append(self.env._("Not collected then, collected now: %s.", names))
        if told.get("targets"):
            names = self._names_of(told["targets"])
            words.append(self.env._("Targets as they are now: %s.", names))
        if told.get("added"):
            words.append(self.env._("Dealers not assessed then, left out: %s.", told["added"]))
        if told.get("replayed"):
            words.append(self.env._("Replayed periods looked back at: %s.", told["replayed"]))
        return words

    def _names_of(self, codes):
        kpis = self.env["crm.kpi"].sudo().with_context(active_test=False)
        return ", ".join(kpis.search([("code", "in", codes)]).mapped("name"))


class CrmAssessmentSimulationLine(models.Model):
    """A dealer in a replayed period: before, after, and the difference (S9)."""

    _name = "crm.assessment.simulation.line"
    _description = "Gain or Loss of a Dealer"
    _inherit = ["crm.assessment.stored"]
    _order = "simulation_id desc, impact desc, rank_impact desc, begin desc, dealer_id"
    _rec_name = "dealer_id"

    simulation_id = fields.Many2one(
        "crm.assessment.simulation", required=True, readonly=True, index=True, ondelete="cascade"
    )
    period_id = fields.Many2one(
        "crm.assessment.simulation.period", string="Replayed Period", required=True,
        readonly=True, index=True, ondelete="cascade",
    )  # fmt: skip
    company_id = fields.Many2one(related="simulation_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="simulation_id.currency_id", store=True)
    policy_id = fields.Many2one(
        string="Policy Tried Out", related="simulation_id.policy_id", store=True
    )
    begin = fields.Date(string="Period", related="period_id.begin", store=True)
    period_name = fields.Char(string="Name of the Period", related="period_id.period_name")
    dealer_id = fields.Many2one(
        "crm.dealer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    region_id = fields.Many2one("crm.dealer.region", readonly=True, ondelete="set null")
    outcome = fields.Selection(
        [("gains", "Gains"), ("loses", "Loses"), ("same", "The Same")], readonly=True,
        help="By money; where that is the same by points.",
    )  # fmt: skip
    has_score_before = fields.Boolean(readonly=True, export_string_translation=False)
    has_score_after = fields.Boolean(readonly=True, export_string_translation=False)
    score_before = fields.Float(digits=(16, 2), readonly=True, aggregator="avg")
    score_after = fields.Float(digits=(16, 2), readonly=True, aggregator="avg")
    score_change = fields.Float(digits=(16, 2), readonly=True, aggregator="avg")
    rank_before = fields.Integer(readonly=True, aggregator=None)
    rank_after = fields.Integer(readonly=True, aggregator=None)
    rank_change = fields.Integer(
        string="Places Won", readonly=True, aggregator="sum", help="Below zero: places lost."
    )
    reward_before = fields.Monetary(readonly=True, aggregator="sum")
    reward_after = fields.Monetary(readonly=True, aggregator="sum")
    fine_before = fields.Monetary(readonly=True, aggregator="sum", help="Not above zero.")
    fine_after = fields.Monetary(readonly=True, aggregator="sum", help="Not above zero.")
    money_before = fields.Monetary(readonly=True, aggregator="sum")
    money_after = fields.Monetary(readonly=True, aggregator="sum")
    money_change = fields.Monetary(
        string="Gain or Loss", readonly=True, aggregator="sum", help="In money, as proposed."
    )
    points_before = fields.Float(digits=(16, 2), readonly=True, aggregator="sum")
    points_after = fields.Float(digits=(16, 2), readonly=True, aggregator="sum")
    points_change = fields.Float(
        string="Gain or Loss in Points", digits=(16, 2), readonly=True, aggregator="sum"
    )
    turned_firm = fields.Integer(string="Became Significant", readonly=True)
    turned_shaky = fields.Integer(string="Became Not Significant", readonly=True)
    follows_json = fields.Text(
        readonly=True, groups=AUDITOR, prefetch=False, export_string_translation=False
    )
    follows_before = fields.Char(string="Followed", compute="_compute_follows")
    follows_after = fields.Char(string="Would Follow", compute="_compute_follows")
    impact = fields.Float(
        string="Size of Gain or Loss", digits=(16, 2), readonly=True, aggregator=None
    )
    rank_impact = fields.Integer(readonly=True, aggregator=None, export_string_translation=False)
    is_affected = fields.Boolean(string="Affected", readonly=True)

    _dealer_uniq = models.Constraint(
        "UNIQUE(period_id, dealer_id)", "The period has a line of this dealer already."
    )

    @api.depends("follows_json")
    @api.depends_context("lang")
    def _compute_follows(self):
        kind = self.env["crm.assessment.rule"]._fields["kind"]
        kinds = dict(kind._description_selection(self.env))
        for line in self:
            # sudo: kinds of proposals, for whoever may read the line.
            told = json.loads(line.sudo().follows_json or "{}")
            for side in ("before", "after"):
                words = [kinds[kind] for kind, *_figures in told.get(side, [])]
                line[f"follows_{side}"] = ", ".join(words)
