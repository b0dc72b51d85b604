from odoo import api, models

from ..rescue.helpdesk_ticket_steps import ORDER, TIMES, WAITING

_SHOWN = ORDER[: ORDER.index("done") + 1]


class HelpdeskTicket(models.Model):
    """A rescue on the pages of who is stranded (M10)."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _rescue_waiting(self, author, vals):
        """The rescue that this is a second call for, still to come: of the same vehicle, or by the
        same contact for the same plate that nobody knows."""
        vehicle = self._as_member()._rescue_vehicle({**vals, "partner_id": author.id})
        same = [("vehicle_id", "=", vehicle.id)]
        if not vehicle:
            same.append(("partner_id", "=", author.id))
        found = self.search(
            [
                ("crm_kind", "=", "rescue"),
                ("commercial_partner_id", "=", author.commercial_partner_id.id),
                ("crm_step", "in", WAITING),
                *same,
            ]
        )
        if not vehicle:
            plate = self._rescue_plate_key(vals.get("rescue_plate"))
            found = found.filtered(lambda one: self._rescue_plate_key(one.rescue_plate) == plate)
        return found[:1]

    @api.model
    def _rescue_plate_key(self, plate):
        """However it is typed: ``京a 1c001`` is ``京A1C001``."""
        return self.env["crm.vehicle"]._normalise_identity({"plate": plate or ""})["plate"] or ""

    @api.model
    def _rescue_by_member(self, author, vals, text="", pictures=()):
        """A member calls for help; a second call for the same vehicle is the first one.

        :param author: the contact that is signed in
        :param dict vals: fault, vehicle or plate, place, position, phone, people, danger
        """
        ticket = self._rescue_waiting(author, vals)
        if ticket:
            ticket._rescue_called_again(author, vals)
        else:
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
