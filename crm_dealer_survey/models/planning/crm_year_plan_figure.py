from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.models.kpi.crm_kpi_target import of_period_sql
from odoo.addons.crm_dealer_grading.models.kpi.crm_kpi_value import PERIODS

from ...tools import planning
from .crm_year_plan_target import LIGHTS

# Phase, its name, kind of period, first month.
PHASES = [
    ("year", "Year", "year", 1),
    ("h1", "First Half", "half", 1),
    ("h2", "Second Half", "half", 7),
    ("q1", "Quarter 1", "quarter", 1),
    ("q2", "Quarter 2", "quarter", 4),
    ("q3", "Quarter 3", "quarter", 7),
    ("q4", "Quarter 4", "quarter", 10),
]
PHASE_NAMES = [(phase, name) for phase, name, *_rest in PHASES]

_SELECT = """
SELECT f.*, f.sign * (f.actual - f.target) AS gap,
        CASE WHEN f.has_value IS NOT TRUE THEN %(none)s
             WHEN f.sign * (f.actual - f.target) >= 0 THEN %(reached)s
             WHEN f.sign * (f.target - f.actual)
                  <= abs(f.target) * %(close)s + 1e-9 THEN %(near)s
             ELSE %(missed)s END AS light
   FROM (SELECT t.id * %(count)s + s.number AS id, t.id AS target_id, t.plan_id,
                p.year, p.dealer_id, COALESCE(p.region_id, d.region_id) AS region_id,
                p.company_id, p.state AS plan_state, t.kpi_id, s.phase,
                make_date(p.year, s.month, 1) AS period, v.id AS value_id,
                COALESCE(v.has_value, FALSE) AS has_value, v.few,
                CASE WHEN v.has_value THEN v.value END::float8 AS actual,
                %(target)s AS target,
                CASE k.better WHEN 'higher' THEN 1 ELSE -1 END AS sign
           FROM crm_year_plan_target t
           JOIN crm_year_plan p ON p.id = t.plan_id AND p.active
           JOIN crm_kpi k ON k.id = t.kpi_id
      LEFT JOIN crm_dealer d ON d.id = p.dealer_id
     CROSS JOIN (VALUES %(phases)s) AS s (number, phase, kind, month, months)
      LEFT JOIN crm_kpi_value v ON v.kpi_id = t.kpi_id AND v.period_kind = s.kind
            AND v.period_kind IN %(kinds)s
            AND v.period = make_date(p.year, s.month, 1) AND v.level = p.level
            AND COALESCE(v.dealer_id, 0) = COALESCE(p.dealer_id, 0)
            AND (CASE v.level WHEN 'region' THEN v.region_id ELSE 0 END)
                = COALESCE(p.region_id, 0)) f
"""


def figure_sql(*wanted):
    """The select behind ``crm.year.plan.figure``: a row for each target and phase.

    :param wanted: phases; none for all
    """
    numbered = [(number, row) for number, row in enumerate(PHASES)
                if not wanted or row[0] in wanted]  # fmt: skip
    phases = SQL(", ").join(
        SQL("(%s, %s, %s, %s, %s)", number, phase, kind, month, PERIODS[kind])
        for number, (phase, _name, kind, month) in numbered
    )
    kinds = tuple({kind for _number, (_phase, _name, kind, *_rest) in numbered})
    return SQL(
        _SELECT,
        none=planning.NONE,
        reached=planning.REACHED,
        near=planning.NEAR,
        missed=planning.MISSED,
        close=planning.CLOSE,
        count=len(PHASES),
        phases=phases,
        kinds=kinds,
        target=of_period_sql(*map(SQL, ("t", "k", "s.month", "s.months"))),
    )


class CrmYearPlanFigure(models.Model):
    """Actual against target, for each target of a plan and each part of the year (S8).

    Judged as ``tools.planning.light`` does; the target of a part of the year is what
    ``crm.kpi.target`` makes of it.
    """

    _name = "crm.year.plan.figure"
    _description = "Actual against Target"
    _auto = False
    _rec_name = "kpi_id"
    _order = "target_id, id"
    _depends = {
        "crm.year.plan": ["year", "dealer_id", "region_id", "company_id", "state", "active"],
        "crm.year.plan.target": [
            "plan_id", "kpi_id", "target", "has_quarters", "quarter1", "quarter2", "quarter3",
            "quarter4",
        ],
        "crm.kpi": ["better", "adds_up"],
        "crm.kpi.value": ["value", "has_value", "few"],
        "crm.dealer": ["region_id"],
    }  # fmt: skip

    target_id = fields.Many2one("crm.year.plan.target", string="Line", readonly=True)
    plan_id = fields.Many2one("crm.year.plan", readonly=True)
    plan_state = fields.Selection(related="plan_id.state", string="State of the Plan")
    year = fields.Integer(readonly=True, aggregator=None)
    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    region_id = fields.Many2one("crm.dealer.region", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    kpi_id = fields.Many2one("crm.kpi", string="KPI", readonly=True)
    unit = fields.Selection(related="kpi_id.unit")
    phase = fields.Selection(PHASE_NAMES, string="Period", readonly=True)
    period = fields.Date(string="Begins", readonly=True)
    value_id = fields.Many2one("crm.kpi.value", string="KPI Value", readonly=True)
    target = fields.Float(readonly=True, digits=(16, 2), aggregator=None)
    actual = fields.Float(readonly=True, digits=(16, 2), aggregator=None)
    has_value = fields.Boolean(string="Measured", readonly=True)
    few = fields.Boolean(string="Too Few", readonly=True)
    gap = fields.Float(
        string="Better By",
        readonly=True,
        digits=(16, 2),
        aggregator=None,
        help="Actual against target; below zero where it is worse.",
    )
    light = fields.Selection(LIGHTS, string="Stands", readonly=True)

    @property
    def _table_query(self):
        return figure_sql()

    def action_open_value(self):
        """Open the KPI value, and from there the records it counts.

        :raise UserError: it was not measured
        """
        self.ensure_one()
        if not self.value_id:
            raise UserError(self.env._("This period was not measured yet."))
        return self.value_id.get_formview_action()
