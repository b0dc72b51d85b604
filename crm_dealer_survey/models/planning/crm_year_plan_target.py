from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools import planning

LIGHTS = [
    (planning.REACHED, "On Target"),
    (planning.NEAR, "Nearly"),
    (planning.MISSED, "Off Target"),
    (planning.NONE, "No Figure"),
]
QUARTERS = ("q1", "q2", "q3", "q4")


class CrmYearPlanTarget(models.Model):
    """What a KPI is to reach by the plan of a year, and how it stands (S8).

    When the plan is approved, it becomes the KPI target (``crm.kpi.target``) of the plan's dealer,
    region or network: KPI screens and assessment judge by that.
    """

    _name = "crm.year.plan.target"
    _description = "Target of a Year Plan"
    _inherit = "crm.year.plan.part"
    _order = "plan_id, sequence, id"
    _rec_name = "kpi_id"

    sequence = fields.Integer(default=10)
    kpi_id = fields.Many2one("crm.kpi", string="KPI", required=True, index=True, ondelete="cascade")
    unit = fields.Selection(related="kpi_id.unit")
    better = fields.Selection(related="kpi_id.better")
    last_value = fields.Float(
        string="Year Before",
        readonly=True,
        digits=(16, 2),
        aggregator=None,
        help="When the target was proposed.",
    )
    proposal = fields.Float(readonly=True, digits=(16, 2), aggregator=None)
    proposal_rule = fields.Selection(
        [
            ("gap", "Part of the gap to the target from above"),
            ("hold", "Better than the target from above: keep it"),
            ("step", "Some per cent better than the year before"),
            ("guide", "Target from above: no figure of the year before"),
        ],
        string="Proposed by",
        readonly=True,
    )
    target = fields.Float(required=True, digits=(16, 2), aggregator=None)
    has_quarters = fields.Boolean(
        string="By Quarter", help="Months and quarters have targets of their own."
    )
    quarter1 = fields.Float("Target Q1", digits=(16, 2), aggregator=None)
    quarter2 = fields.Float("Target Q2", digits=(16, 2), aggregator=None)
    quarter3 = fields.Float("Target Q3", digits=(16, 2), aggregator=None)
    quarter4 = fields.Float("Target Q4", digits=(16, 2), aggregator=None)
    note = fields.Char(help="How it is to be reached.")
    guide_target = fields.Float(
        string="From Above",
        compute="_compute_guide_target",
        digits=(16, 2),
        aggregator=None,
        help="The target of the region or network that holds.",
    )
    has_guide = fields.Boolean(compute="_compute_guide_target")
    actual = fields.Float(
        compute="_compute_actual", digits=(16, 2), aggregator=None, help="Of the year so far."
    )
    has_actual = fields.Boolean(compute="_compute_actual")
    light = fields.Selection(LIGHTS, string="Stands", compute="_compute_actual")
    forecast = fields.Float(
        compute="_compute_actual",
        digits=(16, 2),
        aggregator=None,
        help="Of the whole year. Counts go on at their pace; figures of the day stay; any other: "
        "the year so far for what is over, the latest quarter for the rest.",
    )
    forecast_light = fields.Selection(LIGHTS, string="Will Be", compute="_compute_actual")
    figure_ids = fields.One2many("crm.year.plan.figure", "target_id", readonly=True)

    _kpi_uniq = models.Constraint(
        "UNIQUE(plan_id, kpi_id)", "The plan has a target of this KPI already. Change it."
    )

    def _by_quarter(self):
        return [self.quarter1, self.quarter2, self.quarter3, self.quarter4]

    @api.onchange("has_quarters", "target")
    def _onchange_has_quarters(self):
        """The year's target for all quarters, until others are given."""
        if self.has_quarters and not any(self._by_quarter()):
            self.quarter1 = self.quarter2 = self.quarter3 = self.quarter4 = self.target

    @api.constrains("target", "quarter1", "quarter2", "quarter3", "quarter4", "kpi_id")
    def _check_target(self):
        for line in self:
            figures = [line.target, *(line._by_quarter() if line.has_quarters else [])]
            if min(figures) < 0:
                raise ValidationError(
                    self.env._("A target of %s is not below zero.", line.kpi_id.name)
                )

    # ------------------------------------------------------------ targets from above

    @api.depends("kpi_id", "plan_id")
    def _compute_guide_target(self):
        guides = self._guides()
        for line in self:
            guide = guides.get((line.plan_id._origin.id, line.kpi_id.id))
            line.guide_target, line.has_guide = guide or 0.0, guide is not None

    def _guides(self):
        return self.plan_id._guides_of(self.kpi_id)

    # ------------------------------------------------------------ actual

    @api.depends_context("uid")
    @api.depends("kpi_id", "target", "plan_id.year")
    def _compute_actual(self):
        figures = self._figures()
        for line in self:
            found = figures.get(line._origin.id, {})
            year = found.get("year")
            quarters = [found.get(phase) for phase in QUARTERS]
            today = (line.company_id or self.env.company)._today_here()
            kpi = line.kpi_id
            ahead = planning.forecast(
                kpi.unit, kpi.is_momentary, year, quarters, planning.elapsed(line.year, today)
            )
            line.actual, line.has_actual = year or 0.0, year is not None
            line.forecast = ahead or 0.0
            line.light = planning.light(kpi.better, line.target, year)
            line.forecast_light = planning.light(kpi.better, line.target, ahead)

    def _figures(self):
        """``{line id: {phase: figure}}`` of those measured; one query, the reader's rights."""
        known = [("target_id", "in", self.ids), ("has_value", "=", True)]
        found = {}
        for figure in self.env["crm.year.plan.figure"].search_fetch(
            known, ["target_id", "phase", "actual"]
        ):
            found.setdefault(figure.target_id.id, {})[figure.phase] = figure.actual
        return found

    def action_open_figures(self):
        """Open the figures of this KPI in the year, period by period."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_year_plan_figure_action"
        )
        return {**action, "domain": [("target_id", "=", self.id)], "context": {}}
