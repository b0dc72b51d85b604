from odoo import api, models


class CrmCampaignSubject(models.Model):
    _inherit = "crm.campaign.subject"

    @api.model
    def _load_demo(self):
        """Called by the demo data, once; nothing of it is imported otherwise."""
        from ...demo.load_campaign import load

        load(self.env)
