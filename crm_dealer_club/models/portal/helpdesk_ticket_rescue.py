from odoo import api, models

from ..rescue.helpdesk_ticket_steps import ORDER, TIMES, WAITING

_SHOWN = ORDER[: ORDER.index("done") + 1]


class HelpdeskTicket(models.Model):
    """A rescue on the pages of who is stranded (M10)."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _rescue_waiting(self, customer, vehicle):
        """The customer's rescue of this vehicle (may be empty) that is still to come."""
        return self.search(
            [
                ("crm_kind", "=", "rescue"),
                ("commercial_partner_id", "=", customer.id),
                ("vehicle_id", "=", vehicle.id),
                ("crm_step", "in", WAITING),
            ],
            limit=1,
        )

    @api.model
    def _rescue_by_member(self, author, vals, text="", pictures=()):
        """A member calls for help; a second call for the same vehicle is the first one.

        :param author: the contact that is signed in
        :param dict vals: fault, vehicle or plate, place, position, phone, people, danger
        """
        customer = author.commercial_partner_id
        vehicle = self.env["crm.vehicle"].browse(vals.get("vehicle_id") or [])
        ticket = self._rescue_waiting(customer, vehicle)
        if not ticket:
            channel = self.env.ref("crm_dealer_club.channel_portal", raise_if_not_found=False)
            ticket = self._as_member().create(
                {
                    **vals,
                    "crm_kind": "rescue",
                    "partner_id": author.id,
                    "channel_id": channel.id if channel else False,
                    "user_id": False,
                }
            )
        if text or pictures:
            ticket._member_says(author, text, pictures)
        return ticket

    def _rescue_steps(self):
        """``[(words, "done" | "now" | "next", time)]`` for the customer."""
        words = {
            "reported": self.env._("We have your call"),
            "answered": self.env._("We look for help near you"),
            "dispatched": self.env._("Help is on the way"),
            "on_site": self.env._("Help is with you"),
            "done": self.env._("Done"),
        }
        at = self._rescue_at()
        place = min(ORDER.index(at), len(_SHOWN) - 1)
        if self.rescue_result == "not_needed":
            return [(words["reported"], "done", self.date_received)]
        return [
            (
                words[step],
                "done" if number < place else "now" if number == place else "next",
                self[TIMES[step]] if number <= place else False,
            )
            for number, step in enumerate(_SHOWN)
        ]

    def _rescue_status(self):
        """The state in a few words for a list."""
        if self.rescue_result == "not_needed" and self.crm_step == "closed":
            return self.env._("Not needed any more")
        return next(
            (words for words, state, _time in self._rescue_steps() if state == "now"),
            self.env._("Done"),
        )

    def _rescue_is_waiting(self):
        return self.crm_step in WAITING
