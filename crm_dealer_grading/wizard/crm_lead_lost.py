from odoo import api, fields, models


class CrmLeadLost(models.TransientModel):
    """Asks for the competitor, where the reason is one (C6)."""

    _inherit = "crm.lead.lost"

    of_dealer = fields.Boolean(compute="_compute_of_dealer")
    asks_competitor = fields.Boolean(related="lost_reason_id.asks_competitor")
    competitor_model = fields.Char(
        compute="_compute_competitor_model",
        store=True,
        readonly=False,
        help="Brand or model that was bought instead.",
    )

    @api.depends("lead_ids")
    def _compute_of_dealer(self):
        for wizard in self:
            wizard.of_dealer = bool(wizard.lead_ids.dealer_id)

    @api.depends("lead_ids")
    def _compute_competitor_model(self):
        for wizard in self:
            named = set(wizard.lead_ids.mapped("competitor_model"))
            wizard.competitor_model = named.pop() if len(named) == 1 else False

    def action_lost_reason_apply(self):
        """Keep the competitor before core marks the leads as lost."""
        if self.asks_competitor and self.competitor_model:
            self.lead_ids.competitor_model = self.competitor_model
        return super().action_lost_reason_apply()
