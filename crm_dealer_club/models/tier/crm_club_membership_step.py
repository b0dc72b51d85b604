"""The steps of a membership; each checks rights and conditions itself (M1)."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_dealer_grading.tools.dialog import ask

MANAGERS = (
    "crm_dealer_grading.group_dealer_manager",
    "crm_dealer_grading.group_oem_manager",
)


class CrmClubMembership(models.Model):
    _inherit = "crm.club.membership"

    # ------------------------------------------------------------ steps

    def action_suspend(self, reason=None):
        """Suspend: the tier is kept, its benefits are not given (managers).

        Without a reason the dialog asks for it; so do the other steps that need one.
        """
        if not self._is_reason(reason):
            return self._ask("suspend")
        self._check_may_step(managers=True)
        self._check_state("active")
        return self._step(
            "suspended", {"state": "suspended", "suspended_on": self._today()}, reason
        )

    def action_resume(self, reason=None):
        """Lift the suspension; what the tier would have become meanwhile it becomes now."""
        self._check_may_step(managers=True)
        self._check_state("suspended")
        self._step("resumed", {"state": "active", "suspended_on": False}, reason)
        self._run_now()
        return True

    def action_leave(self, reason=None):
        """The member leaves: no benefits any more; the history is kept."""
        if not self._is_reason(reason):
            return self._ask("leave")
        self._check_may_step()
        self._check_state("active", "suspended", "expired")
        self.activity_unlink(["crm_dealer_club.mail_activity_type_tier_notice"])
        return self._step("left", {"state": "left", "notice_for": False}, reason)

    def action_return(self, reason=None):
        """Who left comes back with the card of before, at the tier earned today.

        Who was suspended when leaving is suspended still.
        """
        self._check_may_step()
        self._check_state("left")
        self._check_customers()
        for state, members in self.grouped(
            lambda member: "suspended" if member.suspended_on else "active"
        ).items():
            members._step_to_earned("returned", reason, {"state": state})
        return True

    def action_invite(self, tier=None, until=None, reason=None):
        """Give a tier by invitation, until a day, or prolong it (managers).

        :param tier: a tier by invitation
        :param datetime.date until: its last day
        """
        if not (tier and until and self._is_reason(reason)):
            return self._ask("invite")
        self._check_may_step(managers=True)
        self._check_state("active")
        tier = self.env["crm.club.tier"].browse(int(tier))
        if not tier.by_invitation or not tier.active:
            raise UserError(
                self.env._("“%s” is earned, not given. Choose a tier by invitation.", tier.name)
            )
        until = fields.Date.to_date(until)
        if until <= self._today():
            raise UserError(self.env._("The invitation's last day lies in the future."))
        vals = {"tier_id": tier.id, "valid_from": self._today(), "valid_until": until}
        return self._step("invited", {**vals, "notice_for": False}, reason)

    def action_end_invitation(self, reason=None):
        """End an invitation before its last day; the earned tier holds from now on (managers)."""
        if not self._is_reason(reason):
            return self._ask("end_invitation")
        self._check_may_step(managers=True)
        self._check_state("active", "suspended")
        if not all(self.tier_id.mapped("by_invitation")):
            raise UserError(
                self.env._("This tier is earned: it ends with its period, not by an invitation.")
            )
        self._step_to_earned("ended", reason)
        return True

    def action_replace_card(self, reason=None):
        """Block a lost card and give a new number; the old one still finds the member."""
        if not self._is_reason(reason):
            return self._ask("replace")
        self._check_may_step()
        self._check_state("active", "suspended")
        # sudo: the right to the step, checked above, stands in for that to the records.
        self.env["crm.club.card"].sudo().create(
            [member._former_card_values(reason) for member in self]
        )
        for member, number in zip(self, self._next_numbers(len(self)), strict=True):
            member._store({"number": number})
        self._record_changes("replaced", reason=reason)
        return True

    def _former_card_values(self, reason):
        return {
            "number": self.number,
            "membership_id": self.id,
            "partner_id": self.partner_id.id,
            "dealer_id": self.sudo().dealer_id.id,
            "date": self._today(),
            "reason": reason,
            "user_id": self.env.uid,
        }

    # ------------------------------------------------------------ how they are taken

    def _step(self, kind, vals, reason=None):
        """Write ``vals`` and the history. Who does it at the same instant is repeated."""
        before = {member: member.tier_id for member in self}
        self._store(vals)
        self._record_changes(kind, before, reason)
        return True

    def _step_to_earned(self, kind, reason, vals=None):
        """A new period at the tier that each has earned."""
        today, before = self._today(), {member: member.tier_id for member in self}
        earned = self._earned_tiers(self.partner_id)
        for tier, members in self.grouped(lambda member: earned[member.partner_id]).items():
            members._store(
                {
                    **(vals or {}),
                    "tier_id": tier.id,
                    "valid_from": today,
                    "valid_until": self._last_day(today, tier),
                    "notice_for": False,
                }
            )
        self._record_changes(kind, before, reason)

    @api.model
    def _earned_tiers(self, partners):
        """``{customer: tier}`` by the level of the club's scheme; the lowest tier without one."""
        lowest = self.env["crm.club.tier"]._lowest()
        by_level = {
            tier.level_id.id: tier.sudo(False) for tier in lowest._ladder() if tier.level_id
        }
        # sudo: who may see the card may see what it is earned by.
        results = self.env["crm.grading.result"].sudo()
        results = results.search_fetch(
            [("partner_id", "in", partners.ids), ("scheme_id", "=", self._scheme_id())],
            ["partner_id", "level_id"],
        )
        levels = {result.partner_id.id: result.level_id.id for result in results}
        return {partner: by_level.get(levels.get(partner.id), lowest) for partner in partners}

    def _record_changes(self, kind, from_tiers=None, reason=None):
        """Add to the history; who did it is the user.

        :param from_tiers: ``{membership: tier of before}``; default: the tier stays
        """
        today, from_tiers = self._today(), from_tiers or {}
        # sudo: the history is written for everybody who may make the step.
        changes = self.env["crm.club.membership.change"].sudo()
        return changes.create(
            [
                {
                    "membership_id": member.id,
                    "partner_id": member.partner_id.id,
                    "dealer_id": member.dealer_id.id,
                    "date": today,
                    "kind": kind,
                    "from_tier_id": from_tiers.get(member, member.tier_id).id,
                    "to_tier_id": member.tier_id.id,
                    "to_state": member.state,
                    "valid_until": member.valid_until,
                    "reason": reason,
                    "user_id": self.env.uid,
                }
                for member in self.sudo()
            ]
        )

    @api.model
    def _is_reason(self, reason):
        return isinstance(reason, str) and bool(reason.strip())

    def _ask(self, step):
        """The dialog of a step that needs to be told something."""
        return ask(
            "crm.club.step",
            dict(
                self.env["crm.club.step"]._fields["step"]._description_selection(self.env)
            )[step],
            membership_ids=self.ids,
            step=step,
        )

    # ------------------------------------------------------------ rights and conditions

    def _check_may_step(self, managers=False):
        """:raise AccessError: not an own customer's membership, or not a manager"""
        if self.env.su:
            return
        self.check_access("write")
        if self._of_others():
            raise AccessError(
                self.env._(
                    "Only the member's home dealer changes a membership. Ask that dealer, or the "
                    "manufacturer's manager."
                )
            )
        if managers and not any(map(self.env.user.has_group, MANAGERS)):
            raise AccessError(
                self.env._("A dealer's manager does this. Ask yours, or the manufacturer's.")
            )

    def _check_state(self, *states):
        labels = dict(self._fields["state"]._description_selection(self.env))
        self.invalidate_recordset(["state"])
        for member in self:
            if member.state not in states:
                raise UserError(
                    self.env._(
                        "The membership of %(member)s is “%(state)s”; this is done when it is "
                        "%(wanted)s. Open it to see what can be done next.",
                        member=member.partner_id.display_name,
                        state=labels[member.state],
                        wanted=" / ".join(labels[state] for state in states),
                    )
                )

    def _check_customers(self):
        for partner in self.sudo().partner_id:
            if not partner.active or partner.given_up_on:
                raise UserError(
                    self.env._(
                        "%s is archived or was given up. Take the customer up again first.",
                        partner.display_name,
                    )
                )

    def _tier_on(self, day):
        """The tier of this card on the evening of ``day``, by its history; empty: no valid card.

        Called as superuser: the history is not everybody's to read.
        """
        if not self:
            return self.tier_id
        moves = self.env["crm.club.membership.change"].search(
            [("membership_id", "=", self.id)], order="date, id"
        )
        later = moves.filtered(lambda move: move.date > day)
        if not later:
            return self.tier_id if self.state == "active" else self.tier_id.browse()
        last = (moves - later)[-1:]
        if not last:
            return later[0].from_tier_id
        return last.to_tier_id if last.to_state in (False, "active") else last.to_tier_id.browse()
