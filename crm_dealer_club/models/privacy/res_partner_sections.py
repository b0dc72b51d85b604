from odoo import models

_POINTS = ("date", "kind_name", "description", "points", "balance", "expires_on")
_REGISTRATION = ("event_id", "name", "state", "create_date", "club_fee_points", "club_points")
_REFERRAL = ("date", "told_name", "told_phone", "state", "reward_points", "rewarded_on")
_RESCUE = (
    "number", "date_received", "rescue_plate", "rescue_fault_id", "rescue_place",
    "rescue_latitude", "rescue_longitude", "partner_phone", "dealer_id", "rescue_dispatched_at",
    "rescue_on_site_at", "rescue_done_at", "rescue_result", "rescue_fee",
)  # fmt: skip
_COMPLAINT = (
    "number", "date_received", "name", "category_id", "visit_id", "dealer_id",
    "date_answered", "date_solved", "solution", "closed_date",
)  # fmt: skip


class ResPartner(models.Model):
    """The club's sections of a person's file (M10, P4); called as superuser."""

    _inherit = "res.partner"

    def _club_member(self):
        return self.with_context(active_test=False).club_membership_ids[:1]

    def _export_consents(self, consents):
        """The person's own decisions."""
        consents = consents.filtered(lambda line: line.partner_id == self).sorted()
        states = {True: self.env._("Given"), False: self.env._("Refused or withdrawn")}
        names = ("date", "purpose_id", "channel", "given", "source", "text_number", "wording")
        section = self._export_section(self.env._("Consents"), consents, names)
        for row, line in zip(section["rows"], consents, strict=True):
            row["given"] = states[line.given]
        return section

    def _export_membership(self, members):
        names = ("number", "tier_id", "state", "join_date", "valid_from", "valid_until")
        return self._export_section(self.env._("Membership"), members, names)

    def _export_points(self, entries):
        names = ("date", "kind", "description", "points", "expires_on")
        labels = self._export_labels(entries, *names)
        labels["kind_name"] = labels.pop("kind")
        labels["balance"] = self.env._("Balance")
        member = self._club_member()
        rows = [
            {name: None if line[name] is False else line[name] for name in _POINTS}
            for line in (member._statement() if member else ())
        ]
        return {
            "title": self.env._("Points"),
            "columns": {name: labels[name] for name in _POINTS},
            "rows": rows,
        }

    def _export_benefits(self, benefits):
        if member := self._club_member():
            benefits = benefits._for(member)
        names = ("name", "summary", "member_text", "valid_from", "valid_until")
        return self._export_section(self.env._("Benefits"), benefits, names)

    def _export_activities(self, registrations):
        own = registrations.filtered(lambda seat: seat.membership_id or seat.partner_id)
        return self._export_section(self.env._("Club Activities"), own, _REGISTRATION)

    def _export_referrals(self, _referrals):
        """Of the person recommended only what the member typed."""
        referrals = self.env["crm.club.referral"]._of_member(self)
        section = self._export_section(self.env._("Recommended"), referrals, _REFERRAL)
        for row, referral in zip(section["rows"], referrals, strict=True):
            row["state"] = referral._state_for_member()
        return section

    def _export_rescues(self, tickets):
        rescues = tickets._member_tickets(self, "rescue")
        return self._export_section(self.env._("Rescues"), rescues, _RESCUE)

    def _export_complaints(self, tickets):
        complaints = tickets._member_tickets(self, "complaint")
        return self._export_section(self.env._("Complaints"), complaints, _COMPLAINT)

    def _export_ticket_messages(self, tickets):
        """What was written on both sides; notes of the staff are not the customer's."""
        own = tickets._member_tickets(self, "rescue") + tickets._member_tickets(self, "complaint")
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
