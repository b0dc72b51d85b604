from odoo import fields, models
from odoo.tools import SQL


class CrmClubMembership(models.Model):
    """A member's activities, and the points that go with them (M3, M4)."""

    _inherit = "crm.club.membership"

    registration_ids = fields.One2many("event.registration", "membership_id")
    activity_count = fields.Integer(
        string="Club Activities", compute="_compute_activity_count", help="Attended or registered."
    )

    def _compute_activity_count(self):
        domain = [
            ("membership_id", "in", self.ids),
            ("guest_of_id", "=", False),
            ("state", "!=", "cancel"),
        ]
        registrations = self.env["event.registration"]
        counts = {}
        if registrations.has_access("read"):
            counts = dict(registrations._read_group(domain, ["membership_id"], ["__count"]))
        for member in self:
            member.activity_count = counts.get(member._origin, 0)

    def action_open_activities(self):
        """Open the member's registrations for club activities."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_dealer_club.event_registration_action"
        )
        action["domain"] = [("membership_id", "=", self.id)]
        action["context"] = {}
        return action

    def action_leave(self, reason=None):
        """Who leaves gives seats back first: points paid for them come back, and are lost."""
        if self._is_reason(reason):
            self._check_may_step()
            self._check_state("active", "suspended", "expired")
            # In superuser mode: who may end the membership may free its seats, at any dealer.
            self._seats_to_give_back().action_cancel()
        return super().action_leave(reason)

    def _seats_to_give_back(self):
        """The member's seats at activities that are still to come, waiting ones as well."""
        return (
            self.env["event.registration"]
            .sudo()
            .search(
                [
                    ("membership_id", "in", self.ids),
                    ("guest_of_id", "=", False),
                    ("state", "in", ("draft", "open")),
                    ("event_id.date_begin", ">", fields.Datetime.now()),
                ]
            )
        )

    def _merge_into(self, target):
        """Seats go to the survivor; where both had one at an activity, one is given back."""
        others = self.sudo() - target
        registrations = self.env["event.registration"].sudo()
        theirs = registrations.search([("membership_id", "in", others.ids)], order="id")
        seats = registrations.search(
            [("membership_id", "in", (others | target).ids), ("guest_of_id", "=", False),
             ("state", "!=", "cancel")],
            order="id",
        )  # fmt: skip
        kept = set()
        for seat in seats.sorted(lambda r: (r.state != "done", r.membership_id != target, r.id)):
            if seat.event_id in kept and not seat.club_points:
                seat.action_cancel()
            kept.add(seat.event_id)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE event_registration SET membership_id = %s WHERE membership_id = ANY(%s)",
                target.id,
                others.ids,
            )
        )
        self._merge_pairs(target, others)
        (theirs | seats).invalidate_recordset()
        return super()._merge_into(target)

    def _merge_pairs(self, target, others):
        """Effects stay as measured; where both were compared, one pair goes with its member."""
        for column in ("membership_id", "control_id"):
            self.env.cr.execute(
                SQL(
                    "UPDATE crm_club_effect_pair p SET %(column)s = %(target)s"
                    " WHERE p.id IN (SELECT min(o.id) FROM crm_club_effect_pair o"
                    "     WHERE o.%(column)s = ANY(%(others)s) GROUP BY o.effect_id)"
                    " AND NOT EXISTS (SELECT FROM crm_club_effect_pair k"
                    "     WHERE k.effect_id = p.effect_id AND k.%(column)s = %(target)s)",
                    column=SQL.identifier(column), target=target.id, others=others.ids,
                )
            )  # fmt: skip
        self.env["crm.club.effect.pair"].invalidate_model(["membership_id", "control_id"])

    # -- Points --------------------------------------------------------------------------------

    def _in_members_words(self):
        """The membership in the member's language, for what the member reads in the statement."""
        return self.with_context(lang=self.sudo().partner_id.lang or self.env.lang)
