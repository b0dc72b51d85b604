from odoo import api, models


class CrmSatisfactionProgramme(models.Model):
    _inherit = "crm.satisfaction.programme"

    @api.model
    def _load_demo_answers(self):
        """Called by the demo data, once; nothing of it is imported otherwise."""
        from ...demo.load_programme import load

        load(self.env)
