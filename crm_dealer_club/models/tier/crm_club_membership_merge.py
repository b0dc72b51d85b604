"""Two members who are one, and persons who become contacts of a company (M1)."""

from odoo import api, models
from odoo.tools import SQL

from .crm_club_membership_notice import NOTICE

# A suspension outlives a merge: else a twin would lift it.
_RANK = {"suspended": 0, "active": 1, "expired": 2}


def _rank(state):
    return _RANK.get(state, len(_RANK))


class CrmClubMembership(models.Model):
    _inherit = "crm.club.membership"

    def _merge_into(self, target):
        """Join these memberships to ``target``, whose card stays; they are no more (M1).

        ``target`` gets the higher tier of those that count, the older join date, the histories,
        and the others' numbers as former cards. Extend to move what hangs on the members (as
        points do), *before* calling super.

        The caller has checked who may merge.
        """
        others = self.sudo() - target
        if not others:
            return
        target = target.sudo()
        before = {target: target.tier_id}
        vals, held = (ours._merged_values(target) for ours in (target | others, target))
        cards = [member._former_card_values(self._merge_reason(target)) for member in others]
        own = {"partner_id": target.partner_id.id, "dealer_id": target.dealer_id.id}
        for records in (others.change_ids, others.former_card_ids):
            records.write({"membership_id": target.id, **own})
        names = ", ".join(others.partner_id.mapped("display_name"))
        others._hand_over_chatter(target)
        others._drop()
        self.env["crm.club.card"].sudo().create(
            [{**card, "membership_id": target.id, **own} for card in cards]
        )
        # Only what becomes another: the rest need not be valid any more.
        target._store({name: vals[name] for name in vals if vals[name] != held[name]})
        target._record_changes("merged", before, self.env._("Merged with %s.", names))

    def _hand_over_chatter(self, target):
        """Messages, files and people's to-dos; the job's own are of a period that is over."""
        # sudo: these follow the record, whoever may write each.
        members = self.sudo().with_context(active_test=False)
        members.activity_unlink([NOTICE])
        files = (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "in", self.ids)])
        )
        for records in (members.message_ids, members.activity_ids, files):
            records.write({"res_id": target.id})

    def _merge_reason(self, target):
        return self.env._("Merged with the card %s.", target.number)

    def _merged_values(self, target):
        """What the survivor among ``self`` holds: of who counts most, the highest tier."""
        best = min(
            self,
            key=lambda member: (
                _rank(member.state) > 1,
                member.tier_id.sequence,
                member.tier_id.id,
                member != target,
            ),
        )
        state = min(self.mapped("state"), key=_rank)
        return {
            "tier_id": best.tier_id.id,
            "valid_from": best.valid_from,
            "valid_until": best.valid_until,
            "notice_for": best.notice_for,
            "state": state,
            "suspended_on": max((m.suspended_on for m in self if m.suspended_on), default=False),
            "join_date": min(self.mapped("join_date")),
        }

    @api.model
    def _follow_strays(self):
        """Nightly: who was enrolled in the instant in which it became a contact of a company."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT m.id FROM crm_club_membership m JOIN res_partner p ON p.id = m.partner_id"
                " WHERE p.commercial_partner_id <> p.id"
            )
        )
        self.browse(row[0] for row in rows)._follow_customer()

    def _follow_customer(self):
        """Memberships of persons who are contacts of a company by now go to the company.

        A company that is a member takes them in; one that is not becomes the member.
        """
        for member in self.sudo().sorted("id"):
            company = member.partner_id.commercial_partner_id
            if company == member.partner_id:
                continue
            known = self.sudo().search([("partner_id", "=", company.id)])
            if known:
                member._merge_into(known)
            else:
                member._move_to(company, "moved")

    def _move_to(self, customer, kind=None):
        """Make ``customer`` the member in place of the person, with all histories."""
        former = self.partner_id
        own = {"partner_id": customer.id, "dealer_id": customer.dealer_id.id}
        self._store(own)
        for records in (self.change_ids, self.former_card_ids):
            records.sudo().write(own)
        if kind:
            self._record_changes(kind, reason=self.env._("Formerly of %s.", former.display_name))
