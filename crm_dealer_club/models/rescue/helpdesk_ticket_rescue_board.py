from odoo import api, models

CHANNEL = "crm_dealer_rescue_board"
ACCESS = "crm_dealer_grading.group_access"


class HelpdeskTicket(models.Model):
    """Open boards of rescues look again when one changes (M8)."""

    _inherit = "helpdesk.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        tickets._rescue_notify_board()
        return tickets

    def write(self, vals):
        result = super().write(vals)
        self._rescue_notify_board()
        return result

    def _rescue_notify_board(self):
        """Tell the open boards, on commit. The message carries no data.

        The board asks for them with the user's own rights.
        """
        told = self.env.cr.precommit.data
        if self._rescues() and CHANNEL not in told:
            told[CHANNEL] = True
            # sudo: the channel is that of a group, which is nobody's to read.
            group = self.env.ref(ACCESS).sudo()
            self.env["bus.bus"]._sendone((group, CHANNEL), CHANNEL, {})
