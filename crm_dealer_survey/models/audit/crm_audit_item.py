from odoo import api, fields, models


class CrmAuditItem(models.Model):
    """An item of a checklist: what is looked at, and on which scale it is scored (S9)."""

    _name = "crm.audit.item"
    _description = "Item of an Audit Checklist"
    _inherit = ["crm.audit.part"]
    _order = "section_id, sequence, id"

    section_id = fields.Many2one("crm.audit.section", required=True, index=True, ondelete="cascade")
    checklist_id = fields.Many2one(related="section_id.checklist_id", store=True, index=True)
    guidance = fields.Text(translate=True, help="What to look at, and what gives which score.")
    scale = fields.Selection(
        [("points", "Points"), ("yes_no", "Yes or No")], required=True, default="points"
    )
    max_points = fields.Integer(
        string="Most Points",
        compute="_compute_max_points",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        aggregator=None,
        help="The scale is from 0 to this.",
    )
    may_na = fields.Boolean(
        string="May Not Apply",
        default=True,
        help="“Not applicable” may be chosen; the weights of the others take its place.",
    )
    min_percent = fields.Float(
        string="Limit (%)",
        default=60.0,
        aggregator=None,
        help="Below this share of the points the item is a finding, and proposes a notice of "
        "rectification.",
    )
    photo = fields.Selection(
        [("optional", "Optional"), ("finding", "Required for a Finding"), ("always", "Required")],
        required=True,
        default="optional",
    )
    is_must = fields.Boolean(
        string="Must",
        help="Knock-out: as a finding it limits the total of the whole audit, as the checklist "
        "says.",
    )

    _weight_check = models.Constraint(
        "CHECK(weight > 0)", "An item has a weight above zero. Delete it if it counts nothing."
    )
    _points_check = models.Constraint(
        "CHECK(max_points BETWEEN 1 AND 10 AND (scale <> 'yes_no' OR max_points = 1))",
        "A scale ends at 10 at most; yes or no is a scale of one point.",
    )
    _limit_check = models.Constraint(
        "CHECK(min_percent BETWEEN 0 AND 100)", "The limit is a share from 0 to 100 %."
    )

    @api.depends("scale")
    def _compute_max_points(self):
        for item in self:
            if item.scale == "yes_no":
                item.max_points = 1
            else:
                item.max_points = item.max_points if item.max_points > 1 else 5
