from odoo import api, models
from odoo.fields import Domain

from odoo.addons.crm_dealer_grading.models.cockpit.crm_cockpit import Waiting

_COMPLAINTS = "crm_dealer_club.helpdesk_ticket_action_complaint"
_RESCUES = "crm_dealer_club.helpdesk_ticket_action_rescue"
_COMPLAINT = Domain("crm_kind", "=", "complaint")
_RESCUE = Domain("crm_kind", "=", "rescue")


class CrmCockpit(models.AbstractModel):
    """What the club adds: clocks of complaints, rescues, members by tier (P3)."""

    _inherit = "crm.cockpit"

    @api.model
    def _cards_dealer(self, asked):
        return [*super()._cards_dealer(asked), self._tier_card(asked), self._matter_card(asked)]

    @api.model
    def _cards_call(self, asked):
        return [*super()._cards_call(asked), self._clock_card(asked), self._matter_card(asked)]

    @api.model
    def _cards_region(self, asked):
        return [*super()._cards_region(asked), self._matter_card(asked)]

    @api.model
    def _waiting(self, asked):
        unsolved = _COMPLAINT & asked.where() & Domain("closed", "=", False)
        rescues = _RESCUE & asked.where() & Domain("crm_step", "!=", "closed")
        late = Domain("clock_state", "=", "late")
        found = [
            (30, self.env._("Open Complaints"), _COMPLAINTS, unsolved, ""),
            (31, self.env._("Complaints Due within the Hour"), _COMPLAINTS,
             unsolved & Domain("clock_state", "=", "soon"), "warn"),
            (32, self.env._("Overdue Complaints"), _COMPLAINTS, unsolved & late, "bad"),
            (35, self.env._("Open Rescues"), _RESCUES, rescues, ""),
            (36, self.env._("Late Rescues"), _RESCUES,
             rescues & Domain("rescue_late", "=", True), "bad"),
        ]  # fmt: skip
        return [
            *super()._waiting(asked),
            *(
                Waiting(number, label, "helpdesk.ticket", action, domain, tone)
                for number, label, action, domain, tone in found
            ),
        ]

    @api.model
    def _clock_card(self, asked):
        """Open complaints by what their clock says."""
        domain = _COMPLAINT & asked.where() & Domain("closed", "=", False)
        states = ("late", "soon", "running", "stopped")
        tones = {"late": "bad", "soon": "warn", "running": "good"}
        tickets = self.env["helpdesk.ticket"]
        if not tickets.has_access("read"):
            return None
        names = dict(tickets._fields["clock_state"]._description_selection(self.env))
        conditions = [Domain("clock_state", "=", state) for state in states]
        counts = self._counts(tickets, domain, conditions)
        bars = [
            {
                "label": names[state],
                "value": count,
                "tone": tones.get(state, "") if count else "",
                "open": self._opens(_COMPLAINTS, domain & condition, names[state]),
            }
            for state, condition, count in zip(states, conditions, counts, strict=True)
        ]
        return self._card("clocks", self.env._("Clocks of Open Complaints"), "bars", 20, bars=bars)

    @api.model
    def _matter_card(self, asked):
        """Complaints received in the period, by cause."""
        domain = _COMPLAINT & self._moments(asked, "date_received")
        domain &= asked.where() & asked.of_brand("vehicle_model_id.brand_id")
        title = self.env._("Complaints by Cause")
        bars = self._bars("helpdesk.ticket", domain, "category_id", _COMPLAINTS, title)
        bars.sort(key=lambda bar: -bar["value"])
        empty = self.env._("No complaint in this period.")
        return self._card(
            "matters", title, "bars", 85, bars=bars[:12], by_brand=True, empty=empty
        )

    @api.model
    def _tier_card(self, asked):
        title = self.env._("Members by Tier")
        domain = Domain("state", "=", "active") & asked.where()
        action = "crm_dealer_club.crm_club_membership_action"
        bars = self._bars("crm.club.membership", domain, "tier_id", action, title)
        empty = self.env._("No customer of this dealer is a member yet.")
        return self._card("tiers", title, "bars", 120, bars=bars, empty=empty)
