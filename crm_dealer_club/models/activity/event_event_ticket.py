from odoo import models


class EventEventTicket(models.Model):
    """More seats of a ticket are for those who wait for it (M4)."""

    _inherit = "event.event.ticket"

    def write(self, vals):
        result = super().write(vals)
        if {"seats_max", "seats_limited"} & vals.keys():
            self.event_id._club_move_up()
        return result
