from odoo import models


class CrmClubTier(models.Model):
    """How a card looks on the member's page (M10)."""

    _inherit = "crm.club.tier"

    def _card_style(self):
        """Style of the card."""
        self.ensure_one()
        start, end, text = self._card_colours()
        return f"background: linear-gradient(135deg, {start}, {end}); color: {text};"
