from odoo import api, models

_RESCUE = (
    "number", "date_received", "rescue_plate", "rescue_fault_id", "rescue_place",
    "rescue_latitude", "rescue_longitude", "partner_phone", "dealer_id", "rescue_dispatched_at",
    "rescue_on_site_at", "rescue_done_at", "rescue_result", "rescue_fee",
)  # fmt: skip
_COMPLAINT = (
    "number", "date_received", "name", "category_id", "visit_id", "dealer_id",
    "date_answered", "date_solved", "solution", "closed_date",
)  # fmt: skip


class CrmClubPortal(models.AbstractModel):
    """Rescues and complaints on the home of the club, and in the own data (M10, P4)."""

    _inherit = "crm.club.portal"

    @api.model
    def _tiles(self, customer, membership):
        return super()._tiles(customer, membership) + [
            {
                "sequence": 5,
                "url": "/my/club/rescues",
                "icon": "fa-life-ring",
                "title": self.env._("I Need Help"),
                "text": self.env._("Breakdown or accident: we come, day and night"),
            },
            {
                "sequence": 36,
                "url": "/my/club/complaints",
                "icon": "fa-comments-o",
                "title": self.env._("Complaints"),
                "text": self.env._("Tell us what went wrong, and see what we do"),
            },
        ]

    @api.model
    def _portal_export(self, partner):
        sections = super()._portal_export(partner)
        if partner.commercial_partner_id == partner:
            sections["rescues"] = self._export_rescues(partner)
            sections["complaints"] = self._export_complaints(partner)
            sections["ticket_messages"] = self._export_messages(partner)
        return sections

    @api.model
    def _export_rescues(self, partner):
        rescues = self.env["helpdesk.ticket"]._member_tickets(partner, "rescue")
        return partner._export_section(self.env._("Rescues"), rescues, _RESCUE)

    @api.model
    def _export_complaints(self, partner):
        complaints = self.env["helpdesk.ticket"]._member_tickets(partner, "complaint")
        return partner._export_section(self.env._("Complaints"), complaints, _COMPLAINT)

    @api.model
    def _export_messages(self, partner):
        """What was written on both sides; notes of the staff are not the customer's."""
        tickets = self.env["helpdesk.ticket"]
        own = tickets._member_tickets(partner, "rescue") + tickets._member_tickets(
            partner, "complaint"
        )
        return {
            "title": self.env._("Messages"),
            "columns": {
                "number": tickets._fields["number"]._description_string(self.env),
                "date": self.env._("Date"),
                "author": self.env._("From"),
                "text": self.env._("Message"),
            },
            "rows": [
                {"number": ticket.number}
                | {name: message[name] or None for name in ("date", "author", "text")}
                for ticket in own
                for message in ticket._member_thread()
            ],
        }
