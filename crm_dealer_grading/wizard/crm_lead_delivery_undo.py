from odoo import fields, models


class CrmLeadDeliveryUndo(models.TransientModel):
    """Asks why a delivery is undone (C6)."""

    _name = "crm.lead.delivery.undo"
    _description = "Undo Delivery"
    _inherit = ["crm.dealer.dialog"]
    _in_sight = ("lead_id",)

    lead_id = fields.Many2one("crm.lead", required=True, readonly=True, ondelete="cascade")
    reason = fields.Char(required=True, help="Kept in the history of the lead.")

    def action_undo(self):
        """Undo the delivery; the lead is a won prospect card again."""
        self.ensure_one()
        self.lead_id._undo_delivery(self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
