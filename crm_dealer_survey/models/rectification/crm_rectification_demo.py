from odoo import api, models


class CrmRectification(models.Model):
    _inherit = "crm.rectification"

    @api.model
    @api.private
    def _load_demo(self):
        """Called by the demo data, once; nothing of it is imported otherwise."""
        from ...demo.load_rectification import load

        load(self.env)
