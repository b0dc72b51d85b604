from odoo import api, models
from odoo.exceptions import ValidationError


class CrmLead(models.Model):
    """Every lost prospect card of a dealer keeps its reason (C6)."""

    _inherit = "crm.lead"

    def action_set_lost(self, **additional_values):
        """Write the reason first: core archives first, which already is lost at probability 0."""
        names = {"lost_reason_id", "competitor_model"} & additional_values.keys()
        if names:
            self.write({name: additional_values[name] for name in names})
        return super().action_set_lost(**additional_values)

    @api.constrains("active", "probability", "lost_reason_id", "competitor_model")
    def _check_lost_reason(self):
        for lead in self:
            if lead.won_status != "lost" or not lead.dealer_id:
                continue
            if not lead.lost_reason_id:
                raise ValidationError(
                    self.env._(
                        "Say why “%s” is lost: use the button Lost and choose a reason.", lead.name
                    )
                )
            if lead.lost_reason_id.asks_competitor and not lead.competitor_model:
                raise ValidationError(
                    self.env._(
                        "“%s” is lost to a competitor: say which brand or model was bought "
                        "instead.",
                        lead.name,
                    )
                )
