from odoo import fields, models


class CrmDealer(models.Model):
    _inherit = "crm.dealer"

    year_plan_count = fields.Integer(string="Year Plans", compute="_compute_counts")

    def _counted(self):
        return {**super()._counted(), "year_plan_count": ("crm.year.plan", [])}

    def action_open_year_plans(self):
        """Open the dealer's plans."""
        return self._open("crm_dealer_survey.crm_year_plan_action", [])
