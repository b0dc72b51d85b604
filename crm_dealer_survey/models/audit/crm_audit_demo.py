from odoo import api, models


class CrmAudit(models.Model):
    _inherit = "crm.audit"

    @api.model
    @api.private
    def _load_demo(self):
        """Called by the demo data, once; nothing of it is imported otherwise."""
        from ...demo.load_audit import load

        load(self.env)
