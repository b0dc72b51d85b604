from odoo import api, fields, models


class CrmYearPlanTopic(models.Model):
    """What is to get better this year 改善课题, and by which measure (S8)."""

    _name = "crm.year.plan.topic"
    _description = "Improvement Topic of the Year"
    _inherit = "crm.year.plan.linked"
    _order = "year desc, plan_id, sequence, id"

    name = fields.Char(string="Topic", required=True)
    sequence = fields.Integer(default=10)
    kpi_id = fields.Many2one(
        "crm.kpi", string="KPI Aimed At", index="btree_not_null", ondelete="set null"
    )
    measure = fields.Text(help="What is done about it.")
    user_id = fields.Many2one(
        "res.users",
        string="In Charge",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False)]",
    )
    until = fields.Date()
    effect = fields.Char(string="Predicted Effect")
    state = fields.Selection(
        [("open", "Open"), ("done", "Done"), ("dropped", "Dropped")],
        required=True,
        default="open",
        copy=False,
    )
    result = fields.Text(copy=False, help="What came of it.")

    @api.model
    def _work_fields(self):
        return super()._work_fields() | {"state", "result"}

    @api.constrains("user_id", "plan_id")
    def _check_user(self):
        self._check_colleague(self)

    def _told(self):
        """What dealers read of a topic of the region or network: words, no person, no money."""
        self.ensure_one()
        parts = [self.name, self.kpi_id.name, self.measure, self.effect]
        return "· " + " – ".join(part for part in parts if part)
