from odoo import fields, models


class CrmKpiTarget(models.Model):
    _inherit = "crm.kpi.target"

    year_plan_id = fields.Many2one(
        "crm.year.plan",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The plan whose approval set it.",
    )
