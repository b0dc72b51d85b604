from odoo import api, fields, models

from odoo.addons.crm_dealer_grading.tools.dialog import ask


class CrmAuditDialog(models.TransientModel):
    """Asks for the reason of a step; the step itself checks everything (S9)."""

    _name = "crm.audit.dialog"
    _description = "Step of an Audit"
    _rec_name = "step"

    audit_id = fields.Many2one("crm.audit", required=True, ondelete="cascade")
    step = fields.Selection(
        [("reopen", "Open the Audit Again"), ("cancel", "Cancel the Audit")], required=True
    )
    reason = fields.Text(required=True)

    @api.model
    def _open(self, audit, step):
        """The action of the dialog."""
        steps = dict(self._fields["step"]._description_selection(self.env))
        return ask(self._name, steps[step], audit_id=audit.id, step=step)

    def action_confirm(self):
        """Take the step."""
        self.ensure_one()
        self.audit_id._step(self.step, self.reason)
        return {"type": "ir.actions.act_window_close"}
