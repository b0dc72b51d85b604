from odoo import models


class ResPartner(models.Model):
    """A staff member's contact leads to the trainings (S7)."""

    _inherit = "res.partner"

    def action_open_training(self):
        """Open what this person attended and is registered for."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_survey.crm_training_participant_action"
        )
        return {**action, "domain": [("partner_id", "in", self.ids)], "context": {}}
