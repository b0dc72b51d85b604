from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.crm_dealer_grading.tools.notification import notification

from .crm_year_plan import STATES
from .crm_year_plan_figure import figure_sql

_STATES = [("missing", "No Plan"), *STATES]
_TODO = "mail.mail_activity_data_todo"


class CrmYearPlanStatus(models.Model):
    """Where each dealer stands with its plan of a year, for the manufacturer (S8).

    Years are those of any plan, this one and the next.
    """

    _name = "crm.year.plan.status"
    _description = "Dealers' Year Plans"
    _auto = False
    _rec_name = "dealer_id"
    _order = "year desc, region_id, dealer_id"
    _depends = {
        "crm.year.plan": ["year", "dealer_id", "company_id", "state", "active", "submitted_on"],
        "crm.year.plan.target": ["plan_id", "kpi_id", "target"],
        "crm.kpi.value": ["value", "has_value"],
        "crm.dealer": ["region_id", "company_id", "manager_id", "active"],
    }

    dealer_id = fields.Many2one("crm.dealer", readonly=True)
    region_id = fields.Many2one("crm.dealer.region", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    manager_id = fields.Many2one("res.users", readonly=True)
    year = fields.Integer(readonly=True, aggregator=None)
    plan_id = fields.Many2one("crm.year.plan", readonly=True)
    state = fields.Selection(_STATES, readonly=True)
    submitted_on = fields.Date(readonly=True)
    measured = fields.Integer(string="Targets Measured", readonly=True, aggregator="sum")
    reached = fields.Integer(string="Targets Reached", readonly=True, aggregator="sum")
    reached_share = fields.Float(
        string="Targets Reached (%)",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="Of the targets measured in the year so far; in a group the mean of the dealers.",
    )

    @property
    def _table_query(self):
        this = self.env.company._today_here().year
        return SQL(
            """SELECT d.id * 1000 + (y.year - 2000) AS id, d.id AS dealer_id, d.region_id,
                      d.company_id, d.manager_id, y.year, p.id AS plan_id,
                      COALESCE(p.state, 'missing') AS state, p.submitted_on,
                      COALESCE(f.measured, 0) AS measured, COALESCE(f.reached, 0) AS reached,
                      100.0 * f.reached / NULLIF(f.measured, 0) AS reached_share
                 FROM crm_dealer d
           CROSS JOIN (SELECT year FROM crm_year_plan UNION SELECT %(this)s
                       UNION SELECT %(this)s + 1) y
            LEFT JOIN crm_year_plan p ON p.dealer_id = d.id AND p.year = y.year AND p.active
            LEFT JOIN (SELECT g.plan_id, count(*) AS measured,
                              count(*) FILTER (WHERE g.light = 'reached') AS reached
                         FROM (%(figures)s) g
                        WHERE g.has_value AND g.dealer_id IS NOT NULL
                        GROUP BY g.plan_id) f ON f.plan_id = p.id
                WHERE d.active""",
            this=this,
            figures=figure_sql("year"),
        )

    def action_open_plan(self):
        """Open the dealer's plan.

        :raise UserError: there is none
        """
        self.ensure_one()
        if not self.plan_id:
            raise UserError(self.env._("There is no plan yet. Use “Create Plans”."))
        return self.plan_id._get_records_action(context={})

    def action_make_plans(self):
        """Make drafts for those without a plan, with proposed targets."""
        plans = made = self.env["crm.year.plan"]
        for year in sorted(set(self.mapped("year"))):
            rows = self.filtered(lambda row, year=year: row.year == year)
            made |= plans._make_for(rows.dealer_id, year)
        return notification(
            self.env._("%s plans were made as drafts; their dealers work them out.", len(made))
        )

    def action_remind(self):
        """Give a to-do to the managers of dealers whose plan is missing or a draft, once each.

        :raise AccessError: by anybody but a manager of the manufacturer
        """
        if not self.env["crm.year.plan"]._is_manager():
            raise AccessError(self.env._("A manager of the manufacturer reminds dealers."))
        rows = self.filtered(lambda r: r.state in ("missing", "draft") and r.manager_id)
        count = sum(row._remind() for row in rows)
        return notification(self.env._("%s managers have a new to-do.", count))

    def _remind(self):
        """Whether there was none yet."""
        # In the language of who has the to-do, whoever reminds.
        worded = self.with_context(lang=self.manager_id.lang).env
        summary = worded._("Submit the plan of %s", self.year)
        # sudo: the to-do is the dealer's; the right to remind was checked.
        target = (self.plan_id or self.dealer_id).sudo()
        there = target.activity_ids.filtered(
            lambda a: a.summary == summary and a.user_id == self.manager_id
        )
        if there:
            return False
        due = self.env["crm.year.plan"].sudo().search(
            [("year", "=", self.year), ("level", "=", "network")], limit=1
        ).due_on  # sudo: the date that dealers are told
        today = self.env.company._today_here()
        target.activity_schedule(
            _TODO, date_deadline=due if due and due >= today else today, summary=summary,
            user_id=self.manager_id.id,
        )  # fmt: skip
        return True
