from odoo import fields, models


class UtmCampaign(models.Model):
    """The effect of a customer campaign on its form (M11)."""

    _inherit = "utm.campaign"

    dealer_effect_ids = fields.One2many(
        "crm.campaign.effect",
        "campaign_id",
        string="Effect",
        groups="crm_dealer_grading.group_access",
    )

    def action_measure_effect(self):
        """Measure now: customers whose days have passed are compared with the control group."""
        self._check_campaign_rights()
        for campaign in self.filtered("is_dealer_campaign"):
            self.env["crm.campaign.effect"]._measure(campaign)
        return True
