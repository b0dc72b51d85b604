from odoo import fields, models


class CrmFollowupDesk(models.TransientModel):
    """What the caller needs to know of the notice that the call is about (S4)."""

    _inherit = "crm.followup.desk"

    rectification_id = fields.Many2one(related="call_id.rectification_id", related_sudo=False)
    rectification_problem = fields.Text(
        related="call_id.rectification_id.problem", string="Problem", related_sudo=False
    )
    rectification_measure_ids = fields.One2many(
        related="call_id.rectification_id.measure_ids", string="What Was Done",
        related_sudo=False,
    )  # fmt: skip
