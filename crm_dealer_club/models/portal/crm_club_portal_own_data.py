from odoo import api, models

_POINTS = ("date", "kind_name", "description", "points", "balance", "expires_on")
_REGISTRATION = ("event_id", "name", "state", "create_date", "club_fee_points", "club_points")
_REFERRAL = ("date", "told_name", "told_phone", "state", "reward_points", "rewarded_on")


class CrmClubPortal(models.AbstractModel):
    """Points, benefits, registrations and referrals in the own data, and what leaving costs."""

    _inherit = "crm.club.portal"

    @api.model
    def _losses(self, customer, membership):
        losses = super()._losses(customer, membership)
        if balance := membership.points_balance:
            points = membership._points_in_words(balance)
            if membership._program().forfeit_on_leaving:
                losses.append(self.env._("You lose %s.", points))
            else:
                losses.append(
                    self.env._("You cannot use your %s; they expire on their last days.", points)
                )
        names = membership._seats_to_give_back().event_id.mapped("name")
        losses += [self.env._("Your registration for “%s” is cancelled.", name) for name in names]
        losses.append(self.env._("Your link for friends stops working."))
        return losses

    @api.model
    def _portal_export(self, partner):
        sections = super()._portal_export(partner)
        member = partner.with_context(active_test=False).club_membership_ids[:1]
        if not member or partner.commercial_partner_id != partner:
            return sections
        return sections | {
            "points": self._export_points(member),
            "benefits": self._export_benefits(member),
            "activities": self._export_activities(member),
            "referrals": self._export_referrals(partner),
        }

    @api.model
    def _export_points(self, member):
        entries = self.env["crm.club.point.entry"]
        names = ("date", "kind", "description", "points", "expires_on")
        labels = member.partner_id._export_labels(entries, *names)
        labels["kind_name"] = labels.pop("kind")
        labels["balance"] = self.env._("Balance")
        rows = [
            {name: None if line[name] is False else line[name] for name in _POINTS}
            for line in member._statement()
        ]
        return {
            "title": self.env._("Points"),
            "columns": {name: labels[name] for name in _POINTS},
            "rows": rows,
        }

    @api.model
    def _export_benefits(self, member):
        benefits = self.env["crm.club.benefit"]._for(member)
        names = ("name", "summary", "member_text", "valid_from", "valid_until")
        return member.partner_id._export_section(self.env._("Benefits"), benefits, names)

    @api.model
    def _export_activities(self, member):
        registrations = self.env["event.registration"].with_context(active_test=False)
        own = registrations.search([("membership_id", "=", member.id)], order="id")
        title = self.env._("Club Activities")
        return member.partner_id._export_section(title, own, _REGISTRATION)

    @api.model
    def _export_referrals(self, partner):
        """Of the person recommended only what the member typed."""
        referrals = self.env["crm.club.referral"]._of_member(partner)
        section = partner._export_section(self.env._("Recommended"), referrals, _REFERRAL)
        for row, referral in zip(section["rows"], referrals, strict=True):
            row["state"] = referral._state_for_member()
        return section
