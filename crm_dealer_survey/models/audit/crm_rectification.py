from odoo import models


class CrmRectification(models.Model):
    _inherit = "crm.rectification"

    def action_open_source(self):
        """A dealer's manager opens the result of the audit, not the audit."""
        self.ensure_one()
        model, _comma, number = (self.source_ref or "").partition(",")
        if model == "crm.audit" and number.isdigit():
            result = self.env["crm.audit.result"].browse(int(number))
            if not self.env["crm.audit"].has_access("read") and result.has_access("read"):
                return {**result.get_formview_action(), "views": [(False, "form")]}
        return super().action_open_source()
