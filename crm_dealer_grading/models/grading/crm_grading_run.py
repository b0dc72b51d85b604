from odoo import api, fields, models


class CrmGradingRun(models.Model):
    """Log of a regrade: counts, moves, duration (G15)."""

    _name = "crm.grading.run"
    _description = "Grading Run"
    _order = "id desc"
    _rec_name = "scheme_id"

    scheme_id = fields.Many2one("crm.grading.scheme", required=True, index=True, ondelete="cascade")
    date = fields.Date(string="As of", required=True)
    is_full = fields.Boolean(string="All Customers")
    user_id = fields.Many2one("res.users", string="Started By", default=lambda self: self.env.user)
    duration = fields.Float(string="Duration (s)", digits=(10, 3))
    graded = fields.Integer(help="Customers who hold a level after the run.")
    changed = fields.Integer(help="Customers whose level or figures were new.")
    joined = fields.Integer(help="Customers who held no level before.")
    moved_up = fields.Integer()
    moved_down = fields.Integer()
    left = fields.Integer(help="Customers who hold no level any more.")
    line_ids = fields.One2many("crm.grading.run.line", "run_id")
    error = fields.Text(help="Why the scheme could not be graded; the old levels stay.")


class CrmGradingRunLine(models.Model):
    """What a full run found at one level; the pyramid over time."""

    _name = "crm.grading.run.line"
    _description = "Grading Run Level"
    _order = "run_id desc, level_sequence, id"
    _rec_name = "level_id"

    run_id = fields.Many2one("crm.grading.run", required=True, index=True, ondelete="cascade")
    scheme_id = fields.Many2one("crm.grading.scheme", index=True, ondelete="cascade")
    date = fields.Date(string="As of", required=True)
    level_id = fields.Many2one("crm.grading.level", required=True, index=True, ondelete="cascade")
    level_sequence = fields.Integer(related="level_id.sequence", store=True)
    customers = fields.Integer()
    customer_share = fields.Float(string="Share of Customers (%)", digits=(6, 2), aggregator="sum")
    total = fields.Float(string="Sum of the Figure", help="Revenue in the value pyramid.")
    total_share = fields.Float(string="Share of the Figure (%)", digits=(6, 2), aggregator="sum")
    lowest = fields.Float(aggregator=None)
    highest = fields.Float(aggregator=None)
    is_latest = fields.Boolean(
        string="Latest Run", compute="_compute_is_latest", search="_search_is_latest"
    )

    @api.depends("run_id", "scheme_id.last_run_id")
    def _compute_is_latest(self):
        for line in self:
            line.is_latest = line.run_id == line.scheme_id.last_run_id

    def _search_is_latest(self, operator, value):
        if operator != "in":
            return NotImplemented
        latest = (
            self.env["crm.grading.scheme"]
            .with_context(active_test=False)
            .search([("last_run_id", "!=", False)])
            .last_run_id
        )
        return [("run_id", "in" if True in value else "not in", latest.ids)]
