from odoo import fields, models


class CrmGiveUpRefuse(models.TransientModel):
    """Asks why a give-up report is refused."""

    _name = "crm.give.up.refuse"
    _description = "Refuse a Give-Up Report"
    _inherit = ["crm.dealer.dialog"]
    _in_sight = ("report_ids",)

    report_ids = fields.Many2many("crm.give.up.report", string="Reports", required=True)
    reason = fields.Text(required=True)

    def action_refuse(self):
        """Refuse the reports; the rights are those on the reports."""
        self.ensure_one()
        self.report_ids.action_refuse(self.reason)
        return {"type": "ir.actions.act_window_close"}
