from odoo import models

from .helpdesk_ticket_rescue_board import ACCESS, CHANNEL


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Let the roles of the suite hear that rescues changed, and nobody else (M8)."""
        asked = CHANNEL in channels
        channels = [name for name in channels if name != CHANNEL]
        if asked and self.env.user.has_group(ACCESS):
            # sudo: the group is a name for those who listen.
            channels.append((self.env.ref(ACCESS).sudo(), CHANNEL))
        return super()._build_bus_channel_list(channels)
