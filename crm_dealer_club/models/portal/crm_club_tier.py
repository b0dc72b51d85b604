import re

from odoo import models

_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


class CrmClubTier(models.Model):
    """How a card looks on the member's page (M10)."""

    _inherit = "crm.club.tier"

    def _card_style(self):
        """Style of the card. Only colours get in: what somebody typed is no style sheet."""
        self.ensure_one()

        def colour(name):
            value = (self[name] or "").strip()
            return value if _COLOUR.fullmatch(value) else self._fields[name].default(self)

        return (
            f"background: linear-gradient(135deg, {colour('card_color')},"
            f" {colour('card_color_end')}); color: {colour('card_text_color')};"
        )
