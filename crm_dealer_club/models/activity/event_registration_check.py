from collections import Counter

from odoo import api, models
from odoo.exceptions import AccessError, UserError

_FIXED = ("event_id", "guest_of_id", "membership_id")
_OWN = ("membership_id", "club_tier_id", "club_fee_points", "club_points")
# Said of every new registration: else the context, or the user's own defaults, would say it.
_FRESH = dict.fromkeys(_OWN, False)


class EventRegistration(models.Model):
    """Who may have a seat at a club activity: asked in every way a registration is made (M4)."""

    _inherit = "event.registration"

    @api.model_create_multi
    def create(self, vals_list):
        if self._acts_for_dealers():
            # Before anything is told of the customers that the values name.
            for vals in vals_list:
                self.browse()._check_given_in_sight(vals)
        return super().create(self._club_prepare(vals_list))

    def write(self, vals):
        vals = dict(vals)
        club = self.filtered("membership_id")
        if not self.env.su:
            vals = {name: value for name, value in vals.items() if name not in _OWN}
        if "event_id" in vals or "guest_of_id" in vals:
            self._club_check_moved(vals)
        if not club or not {"state", "active", "partner_id"} & vals.keys():
            return super().write(vals)
        club._club_check_change(vals)
        club.event_id.sudo()._club_hold()
        result = super().write(vals)
        club._club_after_change(vals)
        return result

    def unlink(self):
        club = self.filtered("membership_id")
        club |= club.sudo().guest_ids.sudo(self.env.su)  # they go with the member
        events = club.event_id
        events.sudo()._club_hold()
        club._club_give_fee_back()
        result = super().unlink()
        events._club_move_up()
        return result

    # -- Creating ----------------------------------------------------------------------------

    @api.model
    def _club_prepare(self, vals_list):
        """Values with member and tier for club activities; refuses who is not invited."""
        defaults = self.default_get(["event_id", "guest_of_id", "partner_id"])
        # sudo: which events are the club's is no secret.
        events = self.env["event.event"].sudo()
        prepared, touched = [], events
        for vals in vals_list:
            vals = {**vals, **_FRESH}
            event = events.browse(vals.get("event_id", defaults.get("event_id")) or ())
            if event.is_club_activity:
                touched |= self._club_event(event)
                vals = self._club_values(event, {**defaults, **vals})
            elif vals.get("guest_of_id", defaults.get("guest_of_id")):
                raise UserError(self.env._("Guests come to club activities only."))
            prepared.append(vals)
        touched._club_hold()
        return prepared

    @api.model
    def _club_event(self, event):
        """``event`` with all rights; a guessed one of another dealer is not even named."""
        event.sudo(self.env.su).check_access("read")
        return event

    @api.model
    def _club_values(self, event, vals):
        host = self.browse(vals.get("guest_of_id") or ())
        if host:
            host.check_access("read")
            host = host.sudo()
            if host.event_id != event or host.guest_of_id or host.state == "cancel":
                raise UserError(
                    self.env._("A guest comes with a member who is registered for this activity.")
                )
            vals.setdefault("partner_id", host.partner_id.id)
            member = host.membership_id
        else:
            member = self._club_member(vals.get("partner_id"))
        if refusal := event._club_refusal(member):
            raise UserError(
                self.env._("%(member)s cannot register for “%(event)s”. %(refusal)s",
                    member=member.partner_id.name, event=event.name, refusal=refusal)
            )  # fmt: skip
        vals = {**vals, "membership_id": member.id, "club_tier_id": member.tier_id.id}
        # While the member waits, so do the guests: nobody comes without the member.
        return {**vals, "state": "draft"} if host.state == "draft" else vals

    @api.model
    def _club_member(self, partner_id):
        # sudo: the customer is in the user's sight, as checked before.
        customer = self.env["res.partner"].sudo().browse(partner_id or ()).commercial_partner_id
        member = customer and customer.club_membership_id
        if not member:
            raise UserError(
                self.env._(
                    "Club activities are for members: choose a member as “Booked by”, enrol the "
                    "customer first, or register a guest of a member."
                )
            )
        return member

    @api.constrains("guest_of_id", "state", "active", "membership_id")
    def _check_club_guests(self):
        """No more guests than the activity allows, none of a member who does not come."""
        hosts = (self.guest_of_id | self.filtered("guest_ids")).sudo()
        if not hosts:
            return
        living = [("active", "=", True), ("state", "!=", "cancel")]
        guests = self.sudo().search([("guest_of_id", "in", hosts.ids), *living])
        counts = Counter(guest.guest_of_id for guest in guests)
        for host, count in counts.items():
            if count > host.event_id.club_guests_max:
                raise UserError(
                    self.env._(
                        "A member brings at most %(most)s guests to “%(event)s”.",
                        most=host.event_id.club_guests_max, event=host.event_id.name,
                    )
                )  # fmt: skip

    # -- Changing ----------------------------------------------------------------------------

    def _club_check_moved(self, vals):
        """A seat stays at its event and with its member."""
        for registration in self:
            for name in _FIXED:
                if name not in vals or registration[name].id == (vals[name] or False):
                    continue
                target = self.env["event.event"].sudo().browse(vals.get("event_id") or ())
                if registration.membership_id or target.is_club_activity or name == "guest_of_id":
                    raise UserError(
                        self.env._(
                            "A registration of a club activity stays where it is. Cancel it and "
                            "register anew."
                        )
                    )

    def _club_check_change(self, vals):
        if "partner_id" in vals:
            customer = self.env["res.partner"].sudo().browse(vals["partner_id"] or ())
            if any(r.membership_id.partner_id != customer.commercial_partner_id for r in self):
                raise UserError(
                    self.env._("A seat is not passed on to another member. Cancel it instead.")
                )
        state = vals.get("state")
        for registration in self.sudo():
            if registration.state == "cancel" and state not in (None, "cancel"):
                raise UserError(
                    self.env._("A cancelled registration stays cancelled: register anew.")
                )
            if registration.club_points and state not in (None, "done"):
                raise UserError(
                    self.env._(
                        "The points for attendance are credited already. Correct them in the "
                        "member's points, and leave the attendance as it is."
                    )
                )
        if state in ("open", "done"):
            self._club_check_still_member()

    def _club_check_still_member(self):
        for registration in self.sudo().filtered(lambda r: r.state == "draft"):
            if registration.membership_id.state != "active":
                raise UserError(
                    self.env._("The membership is not active any more: the seat goes to others.")
                )
            host = registration.guest_of_id
            if host.state == "draft" and host not in self.sudo():
                raise UserError(
                    self.env._("A guest does not get a seat before the member: confirm both.")
                )

    def _club_after_change(self, vals):
        """Guests go with their member, but who came has come; free seats go to those who wait."""
        freed = vals.get("state") in ("cancel", "draft") or vals.get("active") is False
        if freed:
            guests = self.sudo().guest_ids - self.sudo()
            stay = ("cancel", "done") if vals.get("state") == "draft" else ("cancel",)
            still = guests.filtered(lambda r: r.state not in stay)
            if still and "state" in vals:
                still.write({"state": vals["state"]})
            elif still:
                still.write({"active": False})
        self._club_settle_fee()
        if freed and vals.get("state") != "draft":
            self.event_id._club_move_up()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_attended(self):
        for registration in self.sudo():
            if registration.club_points:
                raise AccessError(
                    self.env._("Points were credited for this attendance; it is kept.")
                )
