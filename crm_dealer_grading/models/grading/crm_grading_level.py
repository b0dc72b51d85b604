from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class CrmGradingLevel(models.Model):
    """A class that customers (or leads) of a scheme fall into, with its treatment (G12)."""

    _name = "crm.grading.level"
    _description = "Grading Level"
    _inherit = ["crm.grading.part"]
    _order = "scheme_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short mark on badges and in exports, e.g. A.")
    scheme_id = fields.Many2one("crm.grading.scheme", required=True, index=True, ondelete="cascade")
    method = fields.Selection(related="scheme_id.method")
    sequence = fields.Integer(default=10, help="The best level comes first.")
    color = fields.Integer(aggregator=None)
    active = fields.Boolean(default=True)
    manual_only = fields.Boolean(
        string="Given by Hand Only",
        help="The computation never puts a customer here; people do, with a reason.",
    )
    requires_give_up_report = fields.Boolean(
        string="Report Before Giving Up",
        help="A customer of this level is given up only after an assessment report was filed "
        "and approved.",
    )
    share = fields.Float(
        string="Share (%)",
        digits=(6, 3),
        help="Share of the customers (rank) or of the cumulated figure (ABC), from the top.",
    )
    condition_ids = fields.One2many("crm.grading.condition", "level_id", copy=True)
    treatment = fields.Text(
        translate=True, help="What to do with customers of this level, and how often."
    )
    customer_count = fields.Integer(compute="_compute_customer_count")

    _code_uniq = models.Constraint(
        "UNIQUE(scheme_id, code)", "The scheme has a level with this code already."
    )

    def _compute_customer_count(self):
        counts = dict(
            self.env["crm.grading.result"]._read_group(
                [("level_id", "in", self.ids)], ["level_id"], ["__count"]
            )
        )
        for level in self:
            level.customer_count = counts.get(level, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_in_history(self):
        """Moves are kept for good: a level that customers moved from or to stays (append-only)."""
        moves = self.env["crm.grading.history"].sudo()
        ends = Domain("from_level_id", "in", self.ids) | Domain("to_level_id", "in", self.ids)
        if moves.search_count(ends, limit=1):
            raise UserError(
                self.env._(
                    "Customers have moved from or to this level, and their history is kept. "
                    "Archive the scheme and change a copy of it instead."
                )
            )

    def _boxes(self):
        """Return the alternatives of the level as boxes ``{metric: Interval}``."""
        if self.manual_only:
            return []
        boxes = {}
        for condition in self.condition_ids:
            box = boxes.setdefault(condition.alternative, {})
            box[condition.metric_id] = condition._interval()
        return list(boxes.values())

    def _latest_run_lines(self):
        """Return ``{level: line}`` of each level in its scheme's latest full run."""
        # The figures of a whole run are no customer's data; dealers may not open run logs.
        lines = (
            self.env["crm.grading.run.line"]
            .sudo()
            .search_fetch(
                [("run_id", "in", self.scheme_id.last_run_id.ids), ("level_id", "in", self.ids)],
                ["level_id", "date", "customers", "lowest"],
            )
        )
        return {line.level_id.sudo(False): line for line in lines}

    def action_open_customers(self):
        """Open the customers who are at this level."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "crm.grading.result",
            "view_mode": "list,graph,pivot",
            "domain": [("level_id", "=", self.id)],
        }
