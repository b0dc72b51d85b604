from odoo import fields, models


class CrmSuspiciousAccept(models.TransientModel):
    """Asks why values that look wrong are right (C3)."""

    _name = "crm.suspicious.accept"
    _description = "Accept Suspicious Data"
    _inherit = ["crm.dealer.dialog"]
    _in_sight = ("row_ids",)

    reason = fields.Char(
        string="Why Is It Right?",
        required=True,
        help="For instance: compared with the licence. Shown with the value.",
    )
    row_ids = fields.Many2many(
        "crm.suspicious.data",
        string="Values",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )

    def action_accept(self):
        """Accept them all."""
        self.ensure_one()
        self.row_ids.accept(self.reason)
