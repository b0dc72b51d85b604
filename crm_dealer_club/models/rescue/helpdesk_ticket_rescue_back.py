from odoo import fields, models
from odoo.exceptions import UserError


class HelpdeskTicket(models.Model):
    """Who is not satisfied with a rescue complains (M7, M8)."""

    _inherit = "helpdesk.ticket"

    rescue_complaint_id = fields.Many2one(
        "helpdesk.ticket",
        string="Complaint",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    def action_rescue_complain(self):
        """Open the complaint about this rescue; the first time it is made."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self._rescue_complain().id,
            "views": [(False, "form")],
        }

    def _rescue_complain(self):
        """Return the complaint about this rescue, made once."""
        if self.rescue_complaint_id:
            return self.rescue_complaint_id
        if not self.partner_id:
            raise UserError(self.env._("%s: enter the customer who complains first.", self.number))
        self.check_access("write")
        complaint = self.create(
            {
                "crm_kind": "complaint",
                "name": self.env._("Complaint about rescue %s", self.number),
                "description": self.rescue_call_back_note or self.name,
                "partner_id": self.partner_id.id,
                "vehicle_id": self.vehicle_id.id,
                "dealer_id": self.dealer_id.id,
            }
        )
        # The row of the ticket is changed: of two at once the later one finds this complaint.
        self._store({"rescue_complaint_id": complaint.id})
        return complaint
