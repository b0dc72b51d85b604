from odoo import models
from odoo.tools import SQL

from .crm_club_point_book import Request


class LoyaltyCard(models.Model):
    _inherit = "loyalty.card"

    def _forfeit(self):
        """Take all points of members who left, where the program says so."""
        today = self.env["crm.club.membership"]._today()
        entries = self.env["crm.club.point.entry"].sudo()
        entries._take_in_hand(self)
        entries._book(
            [
                Request(
                    card=card,
                    kind="forfeit",
                    points=-card.points,
                    key=f"forfeit:{card.id}:{card.club_membership_id._next_point_number()}",
                    description=card._in_members_words().env._("Left the club on %s.", today),
                )
                for card in self
                if card.points and card.program_id.forfeit_on_leaving
            ]
        )

    def _in_members_words(self):
        """The card in the member's language: what is booked is for the member to read."""
        return self.with_context(lang=self.sudo().partner_id.lang or self.env.lang)

    def _kind_name(self, kind):
        kinds = self.env["crm.club.point.entry"]._fields["kind"]
        return dict(kinds._description_selection(self.env))[kind]

    def _follow_membership(self):
        """Cards and ledgers belong to whom the membership does, and are seen by that dealer."""
        self.env["crm.club.point.entry"].flush_model()
        for card in self:
            member = card.club_membership_id
            own = {"partner_id": member.partner_id.id, "dealer_id": member.dealer_id.id}
            card.write(own)
            self.env.cr.execute(
                SQL(
                    """UPDATE crm_club_point_entry SET partner_id = %(partner_id)s,
                              dealer_id = %(dealer_id)s WHERE card_id = %(card)s""",
                    partner_id=own["partner_id"],
                    dealer_id=own["dealer_id"] or None,
                    card=card.id,
                )
            )
        self.env["crm.club.point.entry"].invalidate_model(["partner_id", "dealer_id"])

    def _send_expiry_notice(self, company, day):
        """Queue the e-mail about points that expire on ``day``, in the members' languages.

        Members without an address get none.
        """
        members = self.club_membership_id.with_company(company).filtered("partner_id.email")
        template = self.env.ref("crm_dealer_club.mail_template_points_expiring", False)
        if members and template:
            template = template.with_company(company).with_context(points_expiring_from=day)
            template.sudo().send_mail_batch(members.ids)
