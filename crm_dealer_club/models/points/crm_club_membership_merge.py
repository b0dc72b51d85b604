from odoo import models
from odoo.tools import SQL

from .crm_club_point_book import Booking
from .loyalty_card import STEP

# Tables that name cards: the column, and that of the order where an order names a card once.
_NAMING_CARDS = (
    ("sale_order_line", "coupon_id", None),
    ("loyalty_history", "card_id", None),
    ("sale_order_coupon_points", "coupon_id", "order_id"),
    ("loyalty_card_sale_order_rel", "loyalty_card_id", "sale_order_id"),
)
_DROP_TWINS = """
DELETE FROM %(table)s t USING %(table)s o
 WHERE t.%(column)s = ANY(%(ids)s) AND o.%(order)s = t.%(order)s
   AND (o.%(column)s = %(kept)s OR o.%(column)s = ANY(%(ids)s) AND o.%(column)s < t.%(column)s)"""


class CrmClubMembership(models.Model):
    """Two memberships become one: so do their points (M3)."""

    _inherit = "crm.club.membership"

    def _merge_into(self, target):
        """Points and ledgers of ``self`` become those of ``target``, then the rest is merged."""
        self._merge_points_into(target)
        return super()._merge_into(target)

    def _merge_points_into(self, target):
        """Join the cards of each program; nothing is lost, nothing expires sooner or later.

        Entries go as they are, with what is left of them. What one owes is then deducted from
        what the other has. Idempotent.
        """
        # sudo: who may merge the customers may merge their points.
        sources = (self - target).sudo()
        cards = self.env["loyalty.card"].sudo().with_context(active_test=False)
        found = cards.search([("club_membership_id", "in", sources.ids)])
        if not found:
            return
        for program, ours in found.grouped("program_id").items():
            kept = target._cards_of(program)[target]
            self._join_cards(ours, kept)

    def _join_cards(self, sources, kept):
        self.env.flush_all()
        entries = self.env["crm.club.point.entry"].sudo()
        entries._take_in_hand(sources | kept)
        member = kept.club_membership_id
        self.env.cr.execute(
            SQL(
                """UPDATE crm_club_point_entry
                      SET card_id = %s, membership_id = %s, partner_id = %s, dealer_id = %s
                    WHERE card_id = ANY(%s)""",
                kept.id,
                member.id,
                member.partner_id.id,
                member.dealer_id.id or None,
                sources.ids,
            )
        )
        self._move_uses_of_cards(sources, kept)
        self._move_balances(sources, kept)
        self.env.invalidate_all(flush=False)
        booking = Booking(entries, entries._pots(kept))
        booking.deduct_owed(kept, f"merge:{kept.id}:{max(sources.ids)}")
        booking.finish()
        self.env.invalidate_all(flush=False)
        sources.with_context(club_points_step=STEP).unlink()

    def _move_balances(self, sources, kept):
        """What is owed is added up; the balance follows its entries: the sources are empty."""
        self.env.cr.execute(
            SQL(
                """UPDATE loyalty_card SET points_owed = (
                          SELECT round(sum(COALESCE(points_owed, 0))::numeric, 2)
                            FROM loyalty_card WHERE id = ANY(%s))
                    WHERE id = %s""",
                (sources | kept).ids,
                kept.id,
            )
        )
        self.env.cr.execute(
            SQL("UPDATE loyalty_card SET points = 0 WHERE id = ANY(%s)", sources.ids)
        )

    def _move_uses_of_cards(self, sources, kept):
        """Orders and their reward lines name the card that stays, each once."""
        for table, column, order in _NAMING_CARDS:
            names = {"table": SQL.identifier(table), "column": SQL.identifier(column)}
            names.update(ids=sources.ids, kept=kept.id)
            if order:
                self.env.cr.execute(SQL(_DROP_TWINS, order=SQL.identifier(order), **names))
            self.env.cr.execute(
                SQL(
                    "UPDATE %(table)s SET %(column)s = %(kept)s WHERE %(column)s = ANY(%(ids)s)",
                    **names,
                )
            )
