from odoo import api, models


class CrmTraining(models.Model):
    _inherit = "crm.training"

    @api.model
    @api.private
    def _load_demo(self):
        """Called by the demo data, once; nothing of it is imported otherwise."""
        from ...demo.load_training import load

        load(self.env)
