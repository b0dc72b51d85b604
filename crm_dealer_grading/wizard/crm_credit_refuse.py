from odoo import fields, models


class CrmCreditRefuse(models.TransientModel):
    """Asks a credit controller why a held document is not released (K4)."""

    _name = "crm.credit.refuse"
    _description = "Refuse a Held Document"
    _inherit = ["crm.dealer.dialog"]
    _in_sight = ("hold_id",)

    hold_id = fields.Many2one("crm.credit.hold", string="Held Document", required=True)
    partner_id = fields.Many2one(related="hold_id.partner_id")
    explanation = fields.Text(string="Why It Is Held", related="hold_id.reason")
    reason = fields.Text(required=True)

    def action_refuse(self):
        """Refuse the document; the rights are those on the hold."""
        self.ensure_one()
        self.hold_id._refuse(self.reason)
        return {"type": "ir.actions.act_window_close"}
