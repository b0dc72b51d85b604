from odoo import models

from .crm_dealer_board import CHANNEL


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    def _build_bus_channel_list(self, channels):
        """Let those who may open a dealer's board hear of its changes, and nobody else (C5).

        The browser asks for ``crm_dealer_workshop_board_<id>``; what it listens to is a channel
        of the record that it cannot name itself.
        """
        asked = [name for name in channels if isinstance(name, str) and name.startswith(CHANNEL)]
        channels = [name for name in channels if name not in asked]
        for name in asked:
            number = name.removeprefix(f"{CHANNEL}_")
            if not number.isdecimal() or len(number) > 9:
                continue
            dealer = self.env["crm.dealer"].browse(int(number)).exists()
            # The dealer's own rule first: nobody listens to what the user may not read.
            if dealer and dealer.has_access("read") and dealer._may_see_board():
                channels.append((dealer, CHANNEL))
        return super()._build_bus_channel_list(channels)
